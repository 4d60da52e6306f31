"""Makes models with the weights they are initialised with, and what transformers and PEFT calculate with them in float32,
to which bfloat16 is compared.

Run from this directory: python make_bfloat16_fixtures.py. Writes ../src/test/resources/bfloat16. See README.md for versions.
"""

import json

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

from make_fixtures import (
    MODELS, PROJECTIONS, ROOT, examples, mean_loss, plain, relative, save_adapter, save_model)

DIRECTORY = ROOT.parent / "bfloat16"


def initialise(model):
    """Matrices as the four families are initialised, 0.02; biases of that size and norms apart from 1, so that both matter."""
    with torch.no_grad():
        for n, p in model.named_parameters():
            if p.dim() == 1 and not n.endswith(".bias"):
                p.uniform_(0.5, 1.5)
            else:
                p.normal_(0, model.config.initializer_range)
            p.copy_(p.bfloat16())


def logits(model, ids):
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0].float()


def gradients(model, ids, trained):
    model.zero_grad()
    mean_loss(model, ids, trained).backward()
    return {plain(n): p.grad.float().clone() for n, p in model.named_parameters() if p.requires_grad}


def calculate(directory, ids, trained, dtype):
    tensors = {}
    model = AutoModelForCausalLM.from_pretrained(directory, attn_implementation="eager", dtype=dtype)
    tensors["base.logits"] = logits(model, ids[0])
    tensors.update({f"full.gradient.{n}": g for n, g in gradients(model, ids, trained).items()})
    adapted = PeftModel.from_pretrained(model, directory / "adapter", is_trainable=True)
    tensors["adapted.logits"] = logits(adapted, ids[0])
    tensors.update({f"lora.gradient.{n}": g for n, g in gradients(adapted, ids, trained).items()})
    return tensors


def make(name, config, spelling):
    torch.manual_seed(21)
    directory = DIRECTORY / name
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
    initialise(model)
    save_model(model.to(torch.bfloat16), directory, spelling)
    adapted = get_peft_model(model.float(), LoraConfig(
        r=4, lora_alpha=8, target_modules=PROJECTIONS, lora_dropout=0.0, task_type="CAUSAL_LM"))
    with torch.no_grad():
        for n, p in adapted.named_parameters():
            if "lora_B" in n:
                p.normal_(0, config.initializer_range)
    save_adapter(adapted, directory / "adapter")

    ids, trained = examples(config.vocab_size)
    wanted = calculate(directory, ids, trained, torch.float32)
    theirs = calculate(directory, ids, trained, torch.bfloat16)
    distances = {n: relative(theirs[n], t) for n, t in wanted.items()}
    save_file({n: t.contiguous() for n, t in wanted.items()}, str(directory / "expected.safetensors"))
    numbers = {"ids": ids, "trained": trained, "bfloat16": distances}
    (directory / "expected.json").write_text(json.dumps(numbers, indent=1) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, (config, spelling) in MODELS.items():
        make(name, config, spelling)
