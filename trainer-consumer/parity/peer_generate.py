"""Tokens per second of transformers.generate on the shapes that `alluvium bench generate` measures.

python peer_generate.py [float32|bfloat16] [--width 512 --mlp 1792 --layers 8 --heads 8 --kv-heads 2 --vocab 4096]

The options and their defaults are those of the command. Run it before and after the command, on a quiet machine.
"""

import argparse
import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM

BATCH, PROMPT, TOKENS, RUNS = 32, 32, 96, 4


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dtype", nargs="?", default="float32")
    for name, default in (("width", 512), ("mlp", 1792), ("layers", 8), ("heads", 8), ("kv-heads", 2), ("vocab", 4096)):
        parser.add_argument("--" + name, type=int, default=default)
    args = parser.parse_args()
    torch.manual_seed(0)
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=args.vocab, hidden_size=args.width, intermediate_size=args.mlp, num_hidden_layers=args.layers,
        num_attention_heads=args.heads, num_key_value_heads=args.kv_heads, head_dim=64, max_position_embeddings=256,
        tie_word_embeddings=True)).to(getattr(torch, args.dtype)).eval()
    prompts = torch.randint(args.vocab, (BATCH, PROMPT))
    rates = []
    for _ in range(RUNS):
        start = time.time()
        model.generate(
            prompts, attention_mask=torch.ones_like(prompts), max_new_tokens=TOKENS, min_new_tokens=TOKENS,
            do_sample=False, pad_token_id=0, eos_token_id=None)
        rates.append(BATCH * TOKENS / (time.time() - start))
    print(f"{sorted(rates[1:])[(RUNS - 1) // 2]:.0f} tokens/s")


if __name__ == "__main__":
    main()
