"""What decision 6 rests on: PyTorch's plain and oneDNN-packed products, and attention of one new position, on the CPU.

Run on a quiet machine: python measure_packing.py [threads]. Made with PyTorch 2.7.1.
"""

import statistics
import sys
import time

import torch
from torch.nn import functional

LAYER = ((512, 512),) * 4 + ((512, 1376),) * 2 + ((1376, 512),)  # inputs, outputs
LAYERS, TEXTS, HEADS, SIZE, POSITIONS, ROOM = 8, 32, 8, 64, 80, 160


def milliseconds(work):
    times = []
    for _ in range(20):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times[5:])


def products(dtype):
    weights = [torch.randn(outputs, inputs).to(dtype) for _ in range(LAYERS) for inputs, outputs in LAYER]
    packed = [torch.ops.mkldnn._reorder_linear_weight(w, TEXTS) for w in weights]
    for rows in (1, TEXTS):
        x = {n: torch.randn(rows, n).to(dtype) for n in (512, 1376)}
        plain = milliseconds(lambda: [functional.linear(x[w.shape[1]], w) for w in weights])
        fast = milliseconds(lambda: [
            torch.ops.mkldnn._linear_pointwise(x[w.shape[1]], p, None, "none", [], "") for w, p in zip(weights, packed)])
        print(f"{dtype} {rows} rows, all matrices: plain {plain:.1f} ms, packed {fast:.1f} ms")


def attention():
    cache = [torch.randn(2, TEXTS, HEADS, ROOM, SIZE).bfloat16()[:, :, :, :POSITIONS] for _ in range(LAYERS)]
    q = torch.randn(TEXTS, HEADS, 1, SIZE).bfloat16()
    attend = functional.scaled_dot_product_attention
    own = milliseconds(lambda: [attend(q, k, v) for k, v in cache]) / LAYERS
    wide = milliseconds(lambda: [attend(q.float(), k.float(), v.float()) for k, v in cache]) / LAYERS
    print(f"attention of one position in bfloat16: {own:.2f} ms, over float32: {wide:.2f} ms")


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
    with torch.inference_mode():
        products(torch.float32)
        products(torch.bfloat16)
        attention()
