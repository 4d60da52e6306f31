"""What decisions 6, 7 and 14 rest on: ways to multiply and to attend in PyTorch on the CPU, on the shape of
`alluvium bench train --kv-heads 8 --mlp 1376`.

Run on a quiet machine: python measure_kernels.py [threads]. Made with PyTorch 2.7.1.
"""

import statistics
import sys
import time

import torch
from torch.nn import functional

LAYER = ((512, 512),) * 4 + ((512, 1376),) * 2 + ((1376, 512),)  # inputs, outputs
JOINED = ((512, 1536), (512, 512), (512, 2752), (1376, 512))  # q, k and v in one, gate and up in one
LAYERS, TEXTS, HEADS, SIZE, POSITIONS, ROOM = 8, 32, 8, 64, 80, 160
BATCH, SEQUENCE, BLOCK = 8, 256, 64


def milliseconds(work):
    times = []
    for _ in range(20):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times[5:])


def onednn(x, w):
    return torch.ops.mkldnn._linear_pointwise(x, w, None, "none", [], "")


def products_of_a_step(dtype):
    """A few rows with every matrix of the model: plain, packed beforehand, and those of the same input joined and packed."""

    def matrices(shapes):
        return [torch.randn(outputs, inputs).to(dtype) for _ in range(LAYERS) for inputs, outputs in shapes]

    def packed(weights):
        return [(w.shape[1], torch.ops.mkldnn._reorder_linear_weight(w, 128)) for w in weights]

    weights = matrices(LAYER)
    apart, joined = packed(weights), packed(matrices(JOINED))
    for rows in (1, TEXTS):
        x = {n: torch.randn(rows, n).to(dtype) for n in (512, 1376)}
        plain = milliseconds(lambda: [functional.linear(x[w.shape[1]], w) for w in weights])
        fast, faster = (milliseconds(lambda: [onednn(x[n], p) for n, p in ws]) for ws in (apart, joined))
        print(f"{dtype} {rows} rows, all matrices: plain {plain:.1f} ms, packed {fast:.1f} ms, joined {faster:.1f} ms")


def attention_of_a_step(dtype):
    """One position of each text: libtorch's attention, and two products, with the keys or the query first."""
    cache = [torch.randn(2, TEXTS * HEADS, ROOM, SIZE).to(dtype)[:, :, :POSITIONS] for _ in range(LAYERS)]
    q = torch.randn(TEXTS * HEADS, 1, SIZE).to(dtype)

    def keys_first(k, v):
        p = torch.softmax(torch.bmm(k, q.transpose(1, 2)), 1)
        return torch.bmm(p.transpose(1, 2), v)

    def query_first(k, v):
        return torch.bmm(torch.softmax(torch.bmm(q, k.transpose(1, 2)), 2), v)

    def own(k, v):
        heads = (x.view(TEXTS, HEADS, -1, SIZE) for x in (q, k, v))
        return functional.scaled_dot_product_attention(*heads)

    times = [milliseconds(lambda: [way(k, v) for k, v in cache]) / LAYERS for way in (own, keys_first, query_first)]
    print("{} attention of one position: libtorch {:.2f} ms, keys first {:.2f} ms, query first {:.2f} ms".format(dtype, *times))


def products_of_training(dtype):
    """2,048 rows with the matrices of a layer and back, with matrices in their usual order."""
    rows = BATCH * SEQUENCE
    weights = [torch.randn(outputs, inputs).to(dtype) for inputs, outputs in LAYER]
    x = {n: torch.randn(rows, n).to(dtype) for n in (512, 1376)}
    operations = 4e-6 * rows * sum(w.numel() for w in weights)
    plain = milliseconds(lambda: [(functional.linear(x[w.shape[1]], w), torch.mm(x[w.shape[0]], w)) for w in weights])
    other = milliseconds(lambda: [(onednn(x[w.shape[1]], w), onednn(x[w.shape[0]], w.t())) for w in weights])
    print(f"{dtype} {rows} rows: plain {operations / plain:.0f} GFLOP/s, oneDNN {operations / other:.0f} GFLOP/s")


def attention_of_training(dtype):
    """The gradient of causal attention: libtorch's, and in blocks of queries."""
    q, k, v, d = (torch.randn(BATCH, HEADS, SEQUENCE, SIZE).to(dtype) for _ in range(4))
    y, sums = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(q, k, v, 0.0, True)
    own = milliseconds(
        lambda: torch.ops.aten._scaled_dot_product_flash_attention_for_cpu_backward(d, q, k, v, y, sums, 0.0, True))
    q, k, v, d = (x.view(BATCH * HEADS, SEQUENCE, SIZE) for x in (q, k, v, d))
    later = torch.full((BLOCK, BLOCK), float("-inf"), dtype=dtype).triu(1)

    def blocks():
        dk, dv = torch.zeros_like(k), torch.zeros_like(v)
        for a in range(0, SEQUENCE, BLOCK):
            e = a + BLOCK
            scores = torch.bmm(q[:, a:e] * SIZE**-0.5, k[:, :e].transpose(1, 2))
            scores[:, :, a:e] += later
            p = torch.softmax(scores, -1)
            dv[:, :e] += torch.bmm(p.transpose(1, 2), d[:, a:e])
            ds = torch._softmax_backward_data(torch.bmm(d[:, a:e], v[:, :e].transpose(1, 2)), p, -1, dtype)
            torch.bmm(ds, k[:, :e])
            dk[:, :e] += torch.bmm(ds.transpose(1, 2), q[:, a:e])

    print(f"{dtype} gradient of attention: libtorch {own:.1f} ms, in blocks {milliseconds(blocks):.1f} ms")


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
    with torch.inference_mode():
        for dtype in (torch.float32, torch.bfloat16):
            products_of_a_step(dtype)
            attention_of_a_step(dtype)
            products_of_training(dtype)
            attention_of_training(dtype)
