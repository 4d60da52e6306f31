"""Writes the weights fixtures with the reference safetensors library.

Run from this directory: python make_weights_fixtures.py
Made with safetensors 0.8.0, torch 2.7.1, Python 3.11.
"""

from pathlib import Path

import torch
from safetensors.torch import save_file

OUT = Path(__file__).parent.parent / "src/test/resources/weights"


def half_bits(step: int) -> torch.Tensor:
    return torch.arange(0, 1 << 16, step, dtype=torch.int32).to(torch.int16)


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    grid = (torch.arange(12, dtype=torch.float32) - 5.5).reshape(3, 4) / 7
    tensors = {
        "layer.b": grid,
        "layer.a": grid.to(torch.bfloat16),
        "scalar": torch.tensor(2.5),
        "vector é": torch.tensor([1.0, -0.0, float("inf")]),
        "empty": torch.zeros(0, 4),
    }
    save_file(tensors, OUT / "mixed.safetensors", metadata={"format": "pt"})
    # Half-precision numbers of every exponent and sign, with their floats beside them.
    bits = half_bits(13)
    half = bits.view(torch.float16)
    save_file({"half": half, "float": half.float()}, OUT / "halves.safetensors")
    # bfloat16 as torch rounds it: ties both ways, subnormals, overflow to infinity.
    patterns = torch.tensor(
        [0x3F808000, 0x3F818000, 0x3F808001, 0x3F807FFF, 0x7F7FFFFF, 0x00008000, 0x00018000,
         0x00000001, 0x42F6E979, 0x7F800000], dtype=torch.int64).to(torch.int32)
    values = torch.cat([patterns, patterns | -0x80000000]).view(torch.float32)
    save_file({"float": values, "rounded": values.to(torch.bfloat16).float()}, OUT / "rounding.safetensors")


if __name__ == "__main__":
    main()
