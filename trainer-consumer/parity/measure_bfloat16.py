"""How near bfloat16 can come to float32 at all: only what the linear maps multiply is rounded, their results and everything
else stay in float32. Prints, for the models of the fixtures, how far that takes logits and gradients of the adapter.

Run from this directory: python measure_bfloat16.py.
"""

import json

import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from make_bfloat16_fixtures import DIRECTORY, gradients, logits
from make_fixtures import ROOT, relative


def rounded(x):
    return x.bfloat16().float()


class RoundedProduct(torch.autograd.Function):
    @staticmethod
    def forward(context, x, weight):
        context.save_for_backward(x, weight)
        return rounded(x) @ rounded(weight).t()

    @staticmethod
    def backward(context, gradient):
        x, weight = context.saved_tensors
        d = rounded(gradient)
        return d @ rounded(weight), d.flatten(0, -2).t() @ rounded(x).flatten(0, -2)


def round_products(model):
    def forward(linear):
        return lambda x: RoundedProduct.apply(x, linear.weight) + (0 if linear.bias is None else linear.bias)

    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            module.forward = forward(module)


def measure(directory):
    numbers = json.loads((directory / "expected.json").read_text())
    wanted = load_file(directory / "expected.safetensors")
    model = AutoModelForCausalLM.from_pretrained(directory, attn_implementation="eager", dtype=torch.float32)
    model = PeftModel.from_pretrained(model, directory / "adapter", is_trainable=True)
    round_products(model)
    off = [relative(g, wanted[f"lora.gradient.{n}"])
           for n, g in gradients(model, numbers["ids"], numbers["trained"]).items()]
    logit = relative(logits(model, numbers["ids"][0]), wanted["adapted.logits"])
    print(f"{directory.parent.name}/{directory.name}: logits {logit:.4f}, gradients {sum(off) / len(off):.4f} on average, {max(off):.4f} at most")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for root in (ROOT, DIRECTORY):
        for directory in sorted(root.iterdir()):
            measure(directory)
