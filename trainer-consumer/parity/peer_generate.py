"""Tokens per second of transformers.generate on the shape that `alluvium bench generate` measures by default.

python peer_generate.py [float32|bfloat16]; run it before and after the command, on a quiet machine.
"""

import sys
import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM

BATCH, PROMPT, TOKENS, RUNS = 32, 32, 96, 4


def main(dtype):
    torch.manual_seed(0)
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=4096, hidden_size=512, intermediate_size=1376, num_hidden_layers=8, num_attention_heads=8,
        num_key_value_heads=8, max_position_embeddings=256, tie_word_embeddings=True)).to(dtype).eval()
    prompts = torch.randint(4096, (BATCH, PROMPT))
    rates = []
    for _ in range(RUNS):
        start = time.time()
        model.generate(
            prompts, attention_mask=torch.ones_like(prompts), max_new_tokens=TOKENS, min_new_tokens=TOKENS,
            do_sample=False, pad_token_id=0, eos_token_id=None)
        rates.append(BATCH * TOKENS / (time.time() - start))
    print(f"{sorted(rates[1:])[(RUNS - 1) // 2]:.0f} tokens/s")


if __name__ == "__main__":
    main(getattr(torch, sys.argv[1] if len(sys.argv) > 1 else "float32"))
