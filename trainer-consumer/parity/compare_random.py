"""Logits of random models with random options, by `alluvium logits` and by transformers and PEFT.

python compare_random.py [--models 40] [--seed 1] [--alluvium ../../alluvium]

Each model has another shape, other options of its family and an adapter of its own, in a temporary directory. Printed per
model: how far our float32 logits are from theirs, and how far bfloat16 logits, ours and theirs, are from their float32, as
relative Euclidean distances, with and without the adapter. Made with torch 2.7.1, transformers 5.23.0, peft 0.21.2.
"""

import argparse
import copy
import json
import os
import pathlib
import random
import subprocess
import tempfile

import torch
from peft import LoraConfig, get_peft_model
from transformers import (
    LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config,
    Qwen3ForCausalLM)

from make_fixtures import relative, spell_as_transformers_4

FAMILIES = ((LlamaConfig, LlamaForCausalLM), (MistralConfig, MistralForCausalLM), (Qwen2Config, Qwen2ForCausalLM),
            (Qwen3Config, Qwen3ForCausalLM))


def config(kind, pick):
    kv_heads, group, head = pick(1, 2, 3), pick(1, 2, 3, 4), pick(4, 8, 16, 20, 32, 64)
    heads = kv_heads * group
    options = dict(
        vocab_size=pick(50, 97, 128, 300), intermediate_size=pick(16, 40, 88, 200), num_hidden_layers=pick(1, 2, 3, 4),
        num_attention_heads=heads, num_key_value_heads=kv_heads, max_position_embeddings=pick(64, 128, 512),
        rms_norm_eps=pick(1e-5, 1e-6), tie_word_embeddings=pick(True, False), initializer_range=pick(.02, .1, .3))
    rope = dict(rope_type="default", rope_theta=pick(1e4, 5e5, 1e6))
    options["hidden_size"] = heads * (head if kind is Qwen2Config else pick(8, 12, 16))
    if kind is not Qwen2Config:
        options["head_dim"] = head
    if kind is LlamaConfig:
        options.update(attention_bias=pick(True, False), mlp_bias=pick(True, False))
        if pick(True, False):
            rope.update(rope_type="llama3", factor=pick(4., 8., 32.), low_freq_factor=1., high_freq_factor=pick(2., 4.),
                        original_max_position_embeddings=pick(16, 32, 64))
    elif kind is MistralConfig:
        options["sliding_window"] = pick(None, 4, 9, 16)
    elif pick(True, False):
        options.update(use_sliding_window=True, sliding_window=pick(5, 8), max_window_layers=pick(0, 1, 2))
    if kind is Qwen3Config:
        options["attention_bias"] = pick(True, False)
    return kind(rope_parameters=rope, attn_implementation="eager", **options)


def make(kind, decoder, pick):
    model = decoder(config(kind, pick)).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" in name:
                weight.copy_(1 + torch.randn_like(weight) * .2)
            elif name.endswith("bias"):
                weight.copy_(torch.randn_like(weight) * .3)
    return model


def adapt(model, pick):
    targets = pick("all-linear", ["q_proj", "v_proj"], ["o_proj", "down_proj", "up_proj"], ".*(k_proj|gate_proj)")
    adapted = get_peft_model(model, LoraConfig(
        r=pick(1, 2, 8), lora_alpha=pick(4, 7, 16), target_modules=targets, use_rslora=pick(True, False),
        task_type="CAUSAL_LM", layers_to_transform=pick([0], None) if isinstance(targets, list) else None))
    with torch.no_grad():
        for name, weight in adapted.named_parameters():
            if "lora_" in name:
                weight.copy_(torch.randn_like(weight) * .1)
    return adapted.eval()


def theirs(adapted, ids):
    with torch.no_grad():
        with adapted.disable_adapter():
            base = adapted(torch.tensor([ids])).logits[0].float()
        return base, adapted(torch.tensor([ids])).logits[0].float()


def rounded(adapted):
    """The base in bfloat16; PEFT keeps the adapter in float32."""
    low = copy.deepcopy(adapted).to(torch.bfloat16)
    exact = dict(adapted.named_parameters())
    for name, weight in low.named_parameters():
        if "lora_" in name:
            weight.data = exact[name].data.clone()
    return low


def ours(command, directory, ids, dtype):
    logits = []
    for extra in ([], ["--adapter", directory + "-adapter"]):
        out = subprocess.run(
            [command, "logits", "--json", "--model", directory, "--ids", ",".join(map(str, ids)), "--dtype", dtype] + extra,
            check=True, capture_output=True, text=True).stdout
        logits.append(torch.tensor(json.loads(out)["logits"]))
    return logits


def distances(logits, wanted):
    return [relative(a, b) for a, b in zip(logits, wanted)]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--alluvium", default=os.path.join(here, "..", "..", "alluvium"))
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    draw = random.Random(args.seed)
    rows = []
    print("model, length: float32 base, adapted; bfloat16 base, adapted (theirs)")
    for number in range(args.models):
        with tempfile.TemporaryDirectory() as root:
            kind, decoder = FAMILIES[number % len(FAMILIES)]
            pick = lambda *choices: draw.choice(choices)
            directory = os.path.join(root, "model")
            model = make(kind, decoder, pick)
            model.save_pretrained(directory, max_shard_size=pick("50KB", "5GB"))
            if pick(True, False):
                spell_as_transformers_4(pathlib.Path(directory))
            adapted = adapt(model, pick)
            adapted.save_pretrained(directory + "-adapter")
            ids = [draw.randrange(model.config.vocab_size) for _ in range(pick(1, 7, 24, 40))]
            wanted = theirs(adapted, ids)
            exact = distances(ours(args.alluvium, directory, ids, "float32"), wanted)
            low = distances(ours(args.alluvium, directory, ids, "bfloat16"), wanted)
            their_low = distances(theirs(rounded(adapted), ids), wanted)
        rows.append(exact + low + their_low)
        print("%2d %s, %d: %.1e, %.1e; %.4f, %.4f (%.4f, %.4f)" % (
            number, kind.model_type, len(ids), *exact, *low, *their_low), flush=True)
    columns = list(zip(*rows))
    print("furthest: %.1e, %.1e" % tuple(map(max, columns[:2])))
    print("bfloat16 further than 0.02: %d, %d (%d, %d) of %d" % (
        *(sum(x > .02 for x in column) for column in columns[2:]), len(rows)))


if __name__ == "__main__":
    main()
