"""Tokens per second of transformers.generate on the questions that `alluvium bench answer` measures.

python peer_answer.py --model DIR FILE... [--batch 32 --tokens 96 --limit 256]

The same prompts, batches and greedy choice; answers end at the model's end of text. Files are lines of JSON with "instruction" and, optionally,
"context". Run it before and after the command, on a quiet machine.
"""

import argparse
import json
import time

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

RUNS = 4


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--model", required=True)
    for name, default in (("batch", 32), ("tokens", 96), ("limit", 256)):
        parser.add_argument("--" + name, type=int, default=default)
    args = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(args.model, padding_side="left")
    model = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.float32).eval()
    lines = [line for file in args.files for line in open(file, encoding="utf-8")][:args.limit]
    prompts = []
    for line in lines:
        pair = json.loads(line)
        question = pair["instruction"] + ("\n\n" + pair["context"] if pair.get("context") else "")
        prompts.append(tokenizer.apply_chat_template(
            [{"role": "user", "content": question}], tokenize=False, add_generation_prompt=True))
    rates = []
    for _ in range(RUNS):
        start = time.time()
        tokens = 0
        for first in range(0, len(prompts), args.batch):
            inputs = tokenizer(
                prompts[first:first + args.batch], return_tensors="pt", padding=True, add_special_tokens=False)
            out = model.generate(
                input_ids=inputs.input_ids, attention_mask=inputs.attention_mask, max_new_tokens=args.tokens,
                do_sample=False, pad_token_id=tokenizer.pad_token_id)
            for answer in out[:, inputs.input_ids.shape[1]:]:
                ends = (answer == tokenizer.eos_token_id).nonzero()
                tokens += int(ends[0]) + 1 if len(ends) else len(answer)
        rates.append(tokens / (time.time() - start))
    print(f"{len(prompts)} questions, {tokens} tokens of answers: {sorted(rates[1:])[(RUNS - 1) // 2]:.0f} tokens/s")


if __name__ == "__main__":
    main()
