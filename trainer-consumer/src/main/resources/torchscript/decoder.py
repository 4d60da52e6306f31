# The arithmetic of a decoder, of its gradients and of its optimizer, in TorchScript.
#
# The matrix products multiply, multiply_back and pack are in packed.py, or in plain.py where libtorch comes without
# oneDNN.
#
# This file is packed into an archive at start and compiled by libtorch: it is read by the TorchScript
# compiler, never by Python. Every call from Java has a fixed cost: training calls a method per decoder layer, generation
# one that goes through all of them.
#
# Shapes: B batch, T positions, N = B*T, C width, H query heads, K key/value heads, D head size, M mlp width,
#         V vocabulary, R adapter rank, P positions: in a key/value cache, of a table of angles.
# Types:  products have the compute precision, 6 = float32 or 15 = bfloat16. What is passed on from layer to layer, its
#         gradient, norms, logits and all that is trained are float32; what is trained is cast where it is multiplied.
#
# Gradients are written out by hand, after each calculation whose gradient they are: so no more is kept than they need,
# they are summed where they are collected, and the products of a CPU go to the library that multiplies fastest.

class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  heads : int
  kv_heads : int
  head_size : int
  eps : float
  precision : int

  # ---- building blocks ----

  # x (..., C) float32 -> 1 / sqrt(mean of squares + eps) (..., 1)
  def inverse_size(self: __torch__.Decoder, x: Tensor) -> Tensor:
    size = torch.linalg_vector_norm(x, 2, [-1], True)
    mean = torch.addcmul_(torch.full_like(size, self.eps), size, size, value=1. / torch.size(x, -1))
    return torch.rsqrt_(mean)

  # RMSNorm, arXiv 1910.07467 eq. 4. x (..., C), w (C) -> (..., C)
  def norm(self: __torch__.Decoder, x: Tensor, w: Tensor) -> Tensor:
    if self.precision == 6:
      return torch.mul_(torch.mul(x, self.inverse_size(x)), w)
    wide = torch.to(x, 6)
    y = torch.mul_(torch.mul(wide, self.inverse_size(wide)), torch.to(w, 6))
    return torch.to(y, self.precision)

  # The gradient at x is added to dx, in its place; that at w to gw, unless gw is empty.
  # dy and x (..., C), w and gw (C), dx (..., C) float32
  def norm_back(self: __torch__.Decoder, dy: Tensor, x: Tensor, w: Tensor, gw: Tensor, dx: Tensor) -> Tensor:
    wide = torch.to(x, 6)
    r = self.inverse_size(wide)                                # (..., 1)
    d = torch.to(dy, 6)
    if torch.numel(gw) > 0:
      _0 = torch.add_(gw, torch.sum(torch.view(torch.mul(torch.mul(d, wide), r), [-1, torch.size(x, -1)]), [0]))
    g = torch.mul(d, torch.to(w, 6))
    dot = torch.sum(torch.mul(g, wide), [-1], True)            # (..., 1)
    c = torch.div(torch.mul(torch.mul(torch.square(r), r), dot), -torch.size(x, -1))
    return torch.addcmul_(torch.addcmul_(dx, g, r), wide, c)

  # Rotary positions, arXiv 2104.09864, halves paired as in the Hugging Face layout; way -1 turns back, which is also
  # the gradient. x (B, T, h, D), cos and sin (T, D/2) or (B, 1, D/2) -> (B, T, h, D)
  def rotate(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor, way: float) -> Tensor:
    c = torch.unsqueeze(cos, -2)
    s = torch.unsqueeze(sin, -2)
    y = torch.empty_like(x, memory_format=0)
    lower, upper, = torch.chunk(x, 2, -1)                      # (B, T, h, D/2) each
    first, second, = torch.chunk(y, 2, -1)
    _0 = torch.addcmul_(torch.mul(lower, c, out=first), upper, s, value=-way)
    _1 = torch.addcmul_(torch.mul(upper, c, out=second), lower, s, value=way)
    return y

  # Queries and keys, heads normed by nq and nk (D) unless those are empty, and turned: both at once where they stand side
  # by side in one product. q (B, T, H, D), k (B, T, K, D) -> the same
  def place(self: __torch__.Decoder, q: Tensor, k: Tensor, nq: Tensor, nk: Tensor, cos: Tensor, sin: Tensor) -> Tuple[Tensor, Tensor]:
    if torch.numel(nq) > 0:
      return (self.rotate(self.norm(q, nq), cos, sin, 1.), self.rotate(self.norm(k, nk), cos, sin, 1.))
    b, t, h, d, = torch.size(q)
    if torch.stride(q)[0] == t * h * d:                        # the rows of a product of q alone
      return (self.rotate(q, cos, sin, 1.), self.rotate(k, cos, sin, 1.))
    both = torch.as_strided(q, [b, t, h + self.kv_heads, d], torch.stride(q))
    turned_q, turned_k, = torch.split_with_sizes(self.rotate(both, cos, sin, 1.), [h, self.kv_heads], 2)
    return (turned_q, turned_k)

  # dy (B, T, h, D), x = what was placed if w is not empty -> (N, h*D)
  def place_back(self: __torch__.Decoder, dy: Tensor, x: Tensor, w: Tensor, gw: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    d = self.rotate(dy, cos, sin, -1.)
    if torch.numel(w) > 0:
      d = torch.to(self.norm_back(d, x, w, gw, torch.zeros_like(d, dtype=6)), self.precision)
    return torch.view(d, [torch.size(dy, 0) * torch.size(dy, 1), -1])

  # ---- linear maps with adapters ----
  #
  # A layer has seven: q 0, k 1, v 2, o 3, gate 4, up 5, down 6. w = the parts of the layer, empty where this decoder has
  # none: norm, q, k, v, o, norm, gate, up, down, the seven biases, the norms of q and k. Where it only answers, one matrix
  # and one bias at the place of q hold the rows of q, k and v, and those at the place of gate the rows of gate and up.
  # l = A and B of each in turn. gw, gl = where their gradients are collected, float32, empty for what is not trained.
  # s = the LoRA scale, 0 without an adapter.

  # Where the matrix of a linear map is among the parts.
  def part(self: __torch__.Decoder, i: int) -> int:
    at = i + 1
    if i > 3:
      at = i + 2
    return at

  # What dropout leaves of x, which is a function of the seed: 0 or 1 / (1 - rate). x (N, in) -> (N, in)
  def kept(self: __torch__.Decoder, x: Tensor, rate: float, seed: int) -> Tensor:
    torch.manual_seed(seed)
    return torch.dropout(torch.ones_like(x), rate, True)

  # LoRA, arXiv 2106.09685 section 4.1: s (dropout(x) A') B' is added to y, in its place, unless this map has no adapter.
  # Few rows are multiplied in float32, as PEFT does it; for many, as in training, that would take too long in bfloat16.
  # y (N, out), x (N, in)
  def add_low_rank(self: __torch__.Decoder, i: int, y: Tensor, x: Tensor, l: List[Tensor], s: float, rate: float, seed: int) -> Tensor:
    a = l[2 * i]
    if torch.numel(a) == 0:
      return y
    d = x
    if rate > 0.:
      d = torch.mul(x, self.kept(x, rate, seed + i))           # (N, in)
    b = l[2 * i + 1]
    if self.precision == 15 and torch.size(x, 0) < 256:
      return torch.add_(y, torch.mm(torch.linear(torch.to(d, 6), a), torch.t(b)), alpha=s)
    z = torch.linear(d, torch.type_as(a, x))                   # (N, R)
    return torch.addmm_(y, z, torch.t(torch.type_as(b, x)), beta=1, alpha=s)

  # x W' + bias and what the adapter adds. x (N, in) -> (N, out)
  def adapted(self: __torch__.Decoder, i: int, x: Tensor, w: List[Tensor], l: List[Tensor], s: float, rate: float, seed: int) -> Tensor:
    y = self.multiply(x, w[self.part(i)], w[i + 9])            # (N, out)
    if s == 0.:
      return y
    return self.add_low_rank(i, y, x, l, s, rate, seed)

  # The same for several maps of one x, the first of which is i. sizes = out of each -> (N, out) each
  def adapted_together(self: __torch__.Decoder, i: int, sizes: List[int], x: Tensor, w: List[Tensor], l: List[Tensor], s: float, rate: float, seed: int) -> List[Tensor]:
    maps = annotate(List[Tensor], [])
    if torch.numel(w[self.part(i + 1)]) == 0:
      maps = torch.split_with_sizes(self.multiply(x, w[self.part(i)], w[i + 9]), sizes, 1)
      if s != 0.:
        for j in range(torch.len(maps)):
          _0 = self.add_low_rank(i + j, maps[j], x, l, s, rate, seed)
    else:
      for j in range(torch.len(sizes)):
        _1 = torch.append(maps, self.adapted(i + j, x, w, l, s, rate, seed))
    return maps

  # g + dy' x, in its place. g (out, in) float32, dy (N, out), x (N, in)
  def collect(self: __torch__.Decoder, g: Tensor, dy: Tensor, x: Tensor) -> Tensor:
    if self.precision == 6:
      return torch.addmm_(g, torch.t(dy), x, beta=1, alpha=1)
    return torch.add_(g, torch.mm(torch.t(dy), x))

  # dy (N, out), x (N, in), more (N, in) to be added to the result, or empty -> (N, in); nothing is calculated for it
  # unless it goes on, as that of the first maps of the lowest layer that is trained does not
  def adapted_back(self: __torch__.Decoder, i: int, dy: Tensor, x: Tensor, more: Tensor, on: bool, w: List[Tensor], l: List[Tensor], gw: List[Tensor], gl: List[Tensor], s: float, rate: float, seed: int) -> Tensor:
    dx = more
    if on:
      dx = self.multiply_back(dy, w[self.part(i)], more)
    gm = gw[self.part(i)]
    if torch.numel(gm) > 0:
      _0 = self.collect(gm, dy, x)
    gc = gw[i + 9]
    if torch.numel(gc) > 0:
      _1 = torch.add_(gc, torch.sum(dy, [0], dtype=6))
    if torch.numel(l[2 * i]) == 0:
      return dx
    a = torch.type_as(l[2 * i], x)                             # (R, in)
    b = torch.type_as(l[2 * i + 1], x)                         # (out, R)
    dz = torch.mul_(torch.mm(dy, b), s)                        # (N, R)
    d = x
    if rate > 0.:
      kept = self.kept(x, rate, seed + i)
      d = torch.mul(x, kept)                                   # (N, in)
      if on:
        dx = torch.add_(dx, torch.mul_(torch.mm(dz, a), kept))
    elif on:
      dx = torch.addmm_(dx, dz, a, beta=1, alpha=1)
    if torch.numel(gl[2 * i]) > 0:
      _2 = self.collect(gl[2 * i], dz, d)
      _3 = self.collect(gl[2 * i + 1], dy, torch.mul_(torch.linear(d, a), s))
    return dx

  # ---- attention ----

  # Every key/value head serves H/K query heads. x (B, K, T, D) -> (B, H, T, D)
  # Repeated by hand: enable_gqa=True makes libtorch 2.7 leave its fast CPU kernel.
  def repeat(self: __torch__.Decoder, x: Tensor) -> Tensor:
    if self.heads == self.kv_heads:
      return x
    b, k, t, d, = torch.size(x)
    wide = torch.expand(torch.unsqueeze(x, 2), [b, k, self.heads // self.kv_heads, t, d])
    return torch.reshape(wide, [b, self.heads, t, d])

  # libtorch's own causal attention. q (B, H, T, D), k and v (B, K, T, D) -> (B, H, T, D)
  def attend_all(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return torch.scaled_dot_product_attention(q, self.repeat(k), self.repeat(v), None, 0., True)

  # Queries, or keys and values, by key/value head: x (B, h, T, D) -> (B*K, h/K, T, D)
  def grouped(self: __torch__.Decoder, x: Tensor) -> Tensor:
    b, h, t, d, = torch.size(x)
    return torch.reshape(x, [b * self.kv_heads, -1, t, d])

  # Attention by hand is worked in blocks of queries: scores exist for one block only. t -> queries of a block
  def block(self: __torch__.Decoder, t: int) -> int:
    size = 64
    if t > 512:
      size = ops.prim.min(t // 8, 256)
    return size

  # The first key that query a sees.
  def earliest(self: __torch__.Decoder, a: int, window: int) -> int:
    f = 0
    if window > 0 and a + 1 > window:
      f = a + 1 - window
    return f

  # x y / sqrt(D), rounded once. x (n, r, m), y (n, m, c) -> (n, r, c)
  def multiply_scaled(self: __torch__.Decoder, x: Tensor, y: Tensor) -> Tensor:
    result = torch.new_empty(x, [torch.size(x, 0), torch.size(x, 1), torch.size(y, 2)])
    return torch.baddbmm_(result, x, y, beta=0, alpha=torch.pow(float(self.head_size), -0.5))

  # Probabilities of the queries a to e over the keys f to e. q (B*K, G*(e-a), D), k (B*K, e-f, D)
  # -> (B*K, G*(e-a), e-f)
  def probabilities(self: __torch__.Decoder, q: Tensor, k: Tensor, a: int, e: int, f: int, window: int) -> Tensor:
    scores = self.multiply_scaled(q, torch.transpose(k, 1, 2))
    each = torch.view(scores, [torch.size(q, 0), -1, e - a, e - f])
    later = torch.triu(torch.new_full(q, [e - a, e - a], -inf), 1)
    _0 = torch.add_(torch.slice(each, 3, a - f, e - f), later)
    if window > 0:
      before = torch.tril(torch.new_full(q, [e - a, e - f], -inf), a - f - window)
      _1 = torch.add_(each, before)
    return torch.softmax(scores, -1)

  # q (B, H, T, D), k and v (B, K, T, D) -> (B, H, T, D)
  def attend_blocks(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
    n, g, t, d, = torch.size(self.grouped(q))
    queries = self.grouped(q)
    keys = torch.select(self.grouped(k), 1, 0)                 # (B*K, T, D)
    values = torch.select(self.grouped(v), 1, 0)
    y = torch.empty_like(queries, memory_format=0)
    size = self.block(t)
    for i in range((t + size - 1) // size):
      a = i * size
      e = ops.prim.min(a + size, t)
      f = self.earliest(a, window)
      rows = torch.reshape(torch.slice(queries, 2, a, e), [n, -1, d])
      p = self.probabilities(rows, torch.slice(keys, 1, f, e), a, e, f, window)
      found = torch.bmm(p, torch.slice(values, 1, f, e))       # (B*K, G*(e-a), D)
      _0 = torch.copy_(torch.slice(y, 2, a, e), torch.view(found, [n, g, e - a, d]))
    return torch.view(y, torch.size(q))

  # dy (B, H, T, D) -> gradients at q, k and v
  def attend_blocks_back(self: __torch__.Decoder, dy: Tensor, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tuple[Tensor, Tensor, Tensor]:
    n, g, t, d, = torch.size(self.grouped(q))
    queries = self.grouped(q)
    gradients = self.grouped(dy)
    keys = torch.select(self.grouped(k), 1, 0)                 # (B*K, T, D)
    values = torch.select(self.grouped(v), 1, 0)
    dq = torch.empty_like(queries, memory_format=0)
    dk = torch.zeros_like(keys, dtype=6, memory_format=0)      # sums of all blocks
    dv = torch.zeros_like(values, dtype=6, memory_format=0)
    size = self.block(t)
    for i in range((t + size - 1) // size):
      a = i * size
      e = ops.prim.min(a + size, t)
      f = self.earliest(a, window)
      rows = torch.reshape(torch.slice(queries, 2, a, e), [n, -1, d])
      seen = torch.slice(keys, 1, f, e)
      p = self.probabilities(rows, seen, a, e, f, window)      # (B*K, G*(e-a), e-f)
      dr = torch.reshape(torch.slice(gradients, 2, a, e), [n, -1, d])
      _0 = torch.add_(torch.slice(dv, 1, f, e), torch.bmm(torch.transpose(p, 1, 2), dr))
      dp = torch.bmm(dr, torch.transpose(torch.slice(values, 1, f, e), 1, 2))
      ds = torch._softmax_backward_data(dp, p, -1, ops.prim.dtype(p))
      found = self.multiply_scaled(ds, seen)                   # (B*K, G*(e-a), D)
      _1 = torch.copy_(torch.slice(dq, 2, a, e), torch.view(found, [n, g, e - a, d]))
      _2 = torch.add_(torch.slice(dk, 1, f, e), self.multiply_scaled(torch.transpose(ds, 1, 2), rows))
    sums_k = torch.view(torch.to(dk, self.precision), torch.size(k))
    sums_v = torch.view(torch.to(dv, self.precision), torch.size(v))
    return (torch.view(dq, torch.size(q)), sums_k, sums_v)

  # The gradient of attend_all by libtorch itself.
  def attend_all_back(self: __torch__.Decoder, dy: Tensor, q: Tensor, k: Tensor, v: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    leaves = [torch.detach(q), torch.detach(k), torch.detach(v)]
    for i in range(3):
      _0 = torch.requires_grad_(leaves[i])
    torch.set_grad_enabled(True)
    y = self.attend_all(leaves[0], leaves[1], leaves[2])
    torch.set_grad_enabled(False)
    dq, dk, dv, = torch.autograd.grad([y], leaves, annotate(List[Optional[Tensor]], [dy]))
    return (unchecked_cast(Tensor, dq), unchecked_cast(Tensor, dk), unchecked_cast(Tensor, dv))

  # Causal attention; with a window, position t sees t - window + 1 to t.
  # q (B, T, H, D), k and v (B, T, K, D) -> (N, H*D)
  def attend(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
    b, t, h, d, = torch.size(q)
    heads = torch.transpose(q, 1, 2)                           # (B, H, T, D)
    keys = torch.transpose(k, 1, 2)
    values = torch.transpose(v, 1, 2)
    if window == 0 or t <= window:
      y = self.attend_all(heads, keys, values)
    else:
      y = self.attend_blocks(heads, keys, values, window)
    return torch.reshape(torch.transpose(y, 1, 2), [-1, h * d])

  # dy (N, H*D) -> gradients at q, k, v, each (B, T, h, D). A CPU is faster by hand.
  def attend_back(self: __torch__.Decoder, dy: Tensor, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tuple[Tensor, Tensor, Tensor]:
    t = torch.size(q, 1)
    d = torch.transpose(torch.view(dy, torch.size(q)), 1, 2)   # (B, H, T, D)
    heads = torch.transpose(q, 1, 2)
    keys = torch.transpose(k, 1, 2)
    values = torch.transpose(v, 1, 2)
    whole = window == 0 or t <= window
    if whole and ops.prim.is_cuda(q):
      dq, dk, dv, = self.attend_all_back(d, heads, keys, values)
    else:
      dq, dk, dv, = self.attend_blocks_back(d, heads, keys, values, window)
    return (torch.transpose(dq, 1, 2), torch.transpose(dk, 1, 2), torch.transpose(dv, 1, 2))

  # Attention of one new position per sequence to positions first to end of a cache. The query heads of a key/value head
  # stand where libtorch expects positions: all of them see the same keys.
  # q (B, 1, H, D), k and v (B, K, room, D), seen (B, room) or empty if nothing is padding -> (B, H*D)
  def attend_last(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, seen: Tensor, first: int, end: int) -> Tensor:
    b, t, h, d, = torch.size(q)
    rows = torch.view(q, [b, self.kv_heads, -1, d])            # (B, K, H/K, D)
    keys = torch.slice(k, 2, first, end)
    values = torch.slice(v, 2, first, end)
    if torch.numel(seen) > 0:
      mask : Optional[Tensor] = torch.view(torch.slice(seen, 1, first, end), [b, 1, 1, -1])
    else:
      mask = None
    found = torch.scaled_dot_product_attention(rows, keys, values, mask)
    return torch.reshape(found, [b, -1])

  # ---- a decoder layer ----

  # x (N, C) float32 -> q (B, T, H, D), k and v (B, T, K, D), before norms of heads and rotation
  def project(self: __torch__.Decoder, x: Tensor, batch: int, w: List[Tensor], l: List[Tensor], s: float, rate: float, seed: int) -> Tuple[Tensor, Tensor, Tensor]:
    h = self.norm(x, w[0])                                     # (N, C)
    queries = self.heads * self.head_size
    keys = self.kv_heads * self.head_size
    q, k, v, = self.adapted_together(0, [queries, keys, keys], h, w, l, s, rate, seed)
    q = torch.view(q, [batch, -1, self.heads, self.head_size])
    k = torch.view(k, [batch, -1, self.kv_heads, self.head_size])
    v = torch.view(v, [batch, -1, self.kv_heads, self.head_size])
    return (q, k, v)

  # What follows attention. SwiGLU, arXiv 2002.05202 eq. 6. x (N, C) float32, attended (N, H*D)
  # -> the layer's output (N, C) float32, the sum before the second norm (N, C) float32, gate and up (N, M)
  def complete(self: __torch__.Decoder, x: Tensor, attended: Tensor, w: List[Tensor], l: List[Tensor], s: float, rate: float, seed: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    sum = torch.add(x, self.adapted(3, attended, w, l, s, rate, seed))
    h = self.norm(sum, w[5])
    inner = torch.size(w[8], 1)
    gate, up, = self.adapted_together(4, [inner, inner], h, w, l, s, rate, seed)  # (N, M)
    y = self.adapted(6, torch.mul_(torch.silu(gate), up), w, l, s, rate, seed)
    return (torch.add(sum, y), sum, gate, up)

  # A layer over whole sequences up to what attention finds. x (N, C), cos and sin (T, D/2) -> q (B, T, H, D), k and v
  # (B, T, K, D), attended (N, H*D), q and k before their norms and rotation
  def attention(self: __torch__.Decoder, x: Tensor, batch: int, cos: Tensor, sin: Tensor, w: List[Tensor], l: List[Tensor], window: int, s: float, rate: float, seed: int) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    raw_q, raw_k, v, = self.project(x, batch, w, l, s, rate, seed)
    q, k, = self.place(raw_q, raw_k, w[16], w[17], cos, sin)
    return (q, k, v, self.attend(q, k, v, window), raw_q, raw_k)

  # A layer over whole sequences: dropout masks are a function of the seed. x (B, T, C), cos and sin (T, D/2),
  # how = [window, LoRA scale, dropout rate, seed] in float64 on the CPU
  # -> (B, T, C), and what layer_back needs of it: q, k, v, attended, sum, gate, up, q and k before their norms or empty
  def layer(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], l: List[Tensor], how: Tensor) -> List[Tensor]:
    window, scale, rate, seed, = torch.unbind(how, 0)
    s = float(scale)
    p = float(rate)
    first = int(seed)
    flat = torch.view(x, [-1, torch.size(x, 2)])               # (N, C)
    q, k, v, attended, raw_q, raw_k, = self.attention(flat, torch.size(x, 0), cos, sin, w, l, int(window), s, p, first)
    if torch.numel(w[16]) == 0:
      raw_q = torch.new_empty(q, [0])
      raw_k = raw_q
    y, sum, gate, up, = self.complete(flat, attended, w, l, s, p, first)
    return [torch.view_as(y, x), q, k, v, attended, sum, gate, up, raw_q, raw_k]

  # The same, if no gradient will follow.
  def layer_output(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], l: List[Tensor], how: Tensor) -> Tensor:
    all = self.layer(x, cos, sin, w, l, how)
    return all[0]

  # The gradient of the layer: d (B, T, C) float32 becomes the gradient at x, in its place, if onward (see adapted_back).
  # kept = what layer kept; how = [window, LoRA scale, dropout rate, seed, onward].
  def layer_back(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], l: List[Tensor], kept: List[Tensor], gw: List[Tensor], gl: List[Tensor], d: Tensor, how: Tensor) -> Tensor:
    window, scale, rate, seed, onward, = torch.unbind(how, 0)
    on = float(onward) > 0.
    s = float(scale)
    p = float(rate)
    first = int(seed)
    q, k, v, attended, sum, gate, up, raw_q, raw_k, = kept
    flat = torch.view(x, [-1, torch.size(x, 2)])               # (N, C)
    dy = torch.view(d, torch.size(flat))
    none = torch.new_empty(q, [0])

    opened = torch.silu(gate)                                  # (N, M)
    dm = self.adapted_back(6, torch.to(dy, self.precision), torch.mul(opened, up), none, True, w, l, gw, gl, s, p, first)
    du = torch.mul_(opened, dm)
    dg = torch.silu_backward(torch.mul_(dm, up), gate)
    h = self.norm(sum, w[5])                                   # (N, C)
    dh = self.adapted_back(4, dg, h, none, True, w, l, gw, gl, s, p, first)
    dh = self.adapted_back(5, du, h, dh, True, w, l, gw, gl, s, p, first)
    _0 = self.norm_back(dh, sum, w[5], gw[5], dy)

    da = self.adapted_back(3, torch.to(dy, self.precision), attended, none, True, w, l, gw, gl, s, p, first)
    dq, dk, dv, = self.attend_back(da, q, k, v, int(window))
    h = self.norm(flat, w[0])                                  # (N, C)
    dh = self.adapted_back(0, self.place_back(dq, raw_q, w[16], gw[16], cos, sin), h, none, on, w, l, gw, gl, s, p, first)
    dh = self.adapted_back(1, self.place_back(dk, raw_k, w[17], gw[17], cos, sin), h, dh, on, w, l, gw, gl, s, p, first)
    dh = self.adapted_back(2, torch.reshape(dv, [torch.size(h, 0), -1]), h, dh, on, w, l, gw, gl, s, p, first)
    if on:
      _1 = self.norm_back(dh, flat, w[0], gw[0], dy)
    return d

  # ---- the model, in the order of a forward pass ----

  # table (V, C), ids (...) -> (..., C) float32
  def embed(self: __torch__.Decoder, table: Tensor, ids: Tensor) -> Tensor:
    return torch.to(torch.embedding(table, ids), 6)

  # The gradient of embed, added to g (V, C). d (B, T, C)
  def embed_back(self: __torch__.Decoder, d: Tensor, ids: Tensor, g: Tensor) -> Tensor:
    return torch.index_add_(g, 0, torch.reshape(ids, [-1]), torch.view(d, [-1, torch.size(d, 2)]))

  # Keys or values x (B, T, K, D) of prompts become the first T positions of a cache (B, K, room, D). order (B, T) = which of
  # the B*T positions stands at each of them
  def remember(self: __torch__.Decoder, x: Tensor, cache: Tensor, order: Tensor) -> Tensor:
    t = torch.size(order, 1)
    found = torch.index_select(torch.flatten(x, 0, 1), 0, torch.view(order, [-1]))
    own = torch.transpose(torch.slice(cache, 2, 0, t), 1, 2)   # (B, T, K, D)
    return torch.copy_(own, torch.view_as(found, own))

  # Whole prompts, padded on the right, through all layers; after its attention the last goes on with the last position of
  # each. table (V, C), cos and sin (P, D/2), w, l, windows and caches layer by layer, order as in remember, where the last
  # of a row is the last of its prompt, ids (B, T) -> (B, C)
  def prefill(self: __torch__.Decoder, table: Tensor, cos: Tensor, sin: Tensor, w: List[List[Tensor]], l: List[List[Tensor]], windows: List[int], scale: float, caches: List[List[Tensor]], order: Tensor, ids: Tensor) -> Tensor:
    b, t, = torch.size(ids)
    c = torch.slice(cos, 0, 0, t)
    s = torch.slice(sin, 0, 0, t)
    x = torch.flatten(self.embed(table, ids), 0, 1)            # (N, C)
    for i in range(torch.len(w)):
      q, k, v, attended, raw_q, raw_k, = self.attention(x, b, c, s, w[i], l[i], windows[i], scale, 0., 0)
      _0 = self.remember(k, caches[i][0], order)
      _1 = self.remember(v, caches[i][1], order)
      if i + 1 == torch.len(w):
        ends = torch.select(order, 1, -1)
        x = torch.index_select(x, 0, ends)
        attended = torch.index_select(attended, 0, ends)
      x, sum, gate, up, = self.complete(x, attended, w[i], l[i], scale, 0., 0)
    return x

  # A layer over one new position per sequence, which becomes position last of the cache. x (B, C),
  # cos and sin (B, 1, D/2), seen (B, room) or empty -> (B, C)
  def decode_layer(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], l: List[Tensor], cache: List[Tensor], seen: Tensor, window: int, scale: float, last: int) -> Tensor:
    q, k, v, = self.project(x, torch.size(x, 0), w, l, scale, 0., 0)
    q, k, = self.place(q, k, w[16], w[17], cos, sin)
    _0 = torch.copy_(torch.slice(cache[0], 2, last, last + 1), torch.transpose(k, 1, 2))
    _1 = torch.copy_(torch.slice(cache[1], 2, last, last + 1), torch.transpose(v, 1, 2))
    attended = self.attend_last(q, cache[0], cache[1], seen, self.earliest(last, window), last + 1)
    y, sum, gate, up, = self.complete(x, attended, w, l, scale, 0., 0)
    return y

  # One new token per sequence through all layers, in one call: handing over what each layer needs took a third of a small step.
  # positions and ids (B), the rest as in prefill and decode_layer -> (B, C)
  def decode(self: __torch__.Decoder, table: Tensor, cos: Tensor, sin: Tensor, w: List[List[Tensor]], l: List[List[Tensor]], windows: List[int], scale: float, caches: List[List[Tensor]], seen: Tensor, last: int, positions: Tensor, ids: Tensor) -> Tensor:
    c = torch.unsqueeze(torch.index_select(cos, 0, positions), 1)
    s = torch.unsqueeze(torch.index_select(sin, 0, positions), 1)
    x = self.embed(table, ids)
    for i in range(torch.len(w)):
      x = self.decode_layer(x, c, s, w[i], l[i], caches[i], seen, windows[i], scale, last)
    return x

  # x (B, T, C), rows (N) indices into B*T -> (N, C)
  def select(self: __torch__.Decoder, x: Tensor, rows: Tensor) -> Tensor:
    return torch.index_select(torch.view(x, [-1, torch.size(x, 2)]), 0, rows)

  # The gradient of select, copied to rows of dx (B, T, C). d (N, C), rows (N) indices into B*T
  def select_back(self: __torch__.Decoder, d: Tensor, dx: Tensor, rows: Tensor) -> Tensor:
    _0 = torch.index_copy_(torch.view(dx, [-1, torch.size(dx, 2)]), 0, rows, d)
    return dx

  # h (N, C), final norm (C), head (V, C) -> float32 (N, V)
  def logits(self: __torch__.Decoder, h: Tensor, norm: Tensor, head: Tensor) -> Tensor:
    y = self.norm(h, norm)
    return torch.to(self.multiply(y, head, torch.new_empty(y, [0])), 6)

  # x (P, ...), span [from, to] on the CPU -> (to - from, ...)
  def rows(self: __torch__.Decoder, x: Tensor, span: Tensor) -> Tensor:
    start, stop, = torch.unbind(span, 0)
    return torch.slice(x, 0, int(start), int(stop), 1)

  # Products and nothing else, to measure: libtorch's own, or those of packed matrices. Each x (N, in) and w (out, in)
  # -> the last, (N, out)
  def products(self: __torch__.Decoder, all: List[List[Tensor]]) -> Tensor:
    y = all[0][0]
    for i in range(torch.len(all)):
      x, w, = all[i]
      if ops.prim.is_mkldnn(w):
        y = self.multiply(x, w, torch.new_empty(x, [0]))
      else:
        y = torch.linear(x, w)
    return y

  # The products of attend_last alone. Each q (n, G, D), k and v (n, P, D) -> the last, (n, G, D)
  def attention_products(self: __torch__.Decoder, all: List[List[Tensor]]) -> Tensor:
    y = all[0][0]
    for i in range(torch.len(all)):
      q, k, v, = all[i]
      y = torch.bmm(torch.bmm(q, torch.transpose(k, 1, 2)), v)
    return y

  # The first number of x, float32 ().
  def first(self: __torch__.Decoder, x: Tensor) -> Tensor:
    return torch.to(torch.select(torch.reshape(x, [-1]), 0, 0), 6)

  # x (P, ...), index (N) int64 -> (N, ...)
  def take(self: __torch__.Decoder, x: Tensor, index: Tensor) -> Tensor:
    return torch.index_select(x, 0, index)

  # Numbers of the type of like, not written yet. sizes (dimensions) int64 on the CPU
  def room(self: __torch__.Decoder, like: Tensor, sizes: Tensor) -> Tensor:
    shape = annotate(List[int], [])
    for i in range(torch.size(sizes, 0)):
      _0 = torch.append(shape, int(torch.select(sizes, 0, i)))
    return torch.new_empty(like, shape)

  # Room for more positions: x (B, K, P, D), more [count] on the CPU -> (B, K, P + count, D)
  def extend(self: __torch__.Decoder, x: Tensor, more: Tensor) -> Tensor:
    b, k, p, d, = torch.size(x)
    y = torch.new_empty(x, [b, k, p + int(more), d])
    _0 = torch.copy_(torch.slice(y, 2, 0, p), x)
    return y

  # The positions from to to of some sequences of x (B, K, P, D) become those before position last of as many sequences of
  # y (N, K, room, D), the first of them row, behind zeros. index (n) int64, how = [row, from, to, last] int64 on the CPU
  def lay(self: __torch__.Decoder, y: Tensor, x: Tensor, index: Tensor, how: Tensor) -> Tensor:
    row, start, stop, last, = torch.unbind(how, 0)
    rows = torch.slice(y, 0, int(row), int(row) + torch.size(index, 0))
    begin = int(last) - int(stop) + int(start)
    _0 = torch.zero_(torch.slice(rows, 2, 0, begin))
    found = torch.index_select(torch.slice(x, 2, int(start), int(stop)), 0, index)
    _1 = torch.copy_(torch.slice(rows, 2, begin, int(last)), found)
    return y

  # The next token of each sequence. z (B, V) logits, u (B) in [0, 1), size = tokens of the vocabulary that exist, top_k
  # may be 0 -> ids (B) int64, natural log-probability of each at temperature 1 (B)
  def choose(self: __torch__.Decoder, z: Tensor, u: Tensor, size: int, temperature: float, top_k: int, top_p: float) -> List[Tensor]:
    known = torch.slice(z, 1, 0, size)
    if temperature < 1e-30:                                    # dividing by less may overflow
      highest, ids, = torch.max(known, -1, True)               # (B, 1); faster than argmax
    else:
      p = torch.softmax(torch.div(known, temperature), -1)
      count = torch.size(p, 1)
      if top_k > 0 and top_k < count:
        count = top_k
      if count < torch.size(p, 1) or top_p < 1.:
        p, order = torch.topk(p, count)                        # most likely first
        p = torch.div(p, torch.sum(p, [-1], True))
        before = torch.sub(torch.cumsum(p, -1), p)
        p = torch.masked_fill(p, torch.ge(before, top_p), 0.)
      else:
        order = torch.new_empty(p, [0])
      mass = torch.cumsum(p, -1)
      point = torch.mul(torch.unsqueeze(u, 1), torch.slice(mass, 1, -1))
      drawn = torch.sum(torch.le(mass, point), [-1], True)     # (B, 1)
      ids = torch.clamp(drawn, 0, count - 1)
      if torch.numel(order) > 0:
        ids = torch.gather(order, 1, ids)
    return [torch.squeeze(ids, 1), torch.squeeze(torch.gather(torch.log_softmax(known, -1), 1, ids), 1)]

  # ---- loss ----

  # Cross entropy of some rows, and what its gradient needs. z (N, V) becomes its softmax, in its place; targets (N)
  # -> [nll (N), whether the target is the most likely token (N)]
  def entropy(self: __torch__.Decoder, z: Tensor, targets: Tensor) -> List[Tensor]:
    highest, likely, = torch.max(z, 1, True)                   # (N, 1)
    aim = torch.unsqueeze(targets, 1)
    own = torch.sub(torch.gather(z, 1, aim), highest)          # (N, 1)
    mass = torch.sum(torch.exp_(torch.sub_(z, highest)), [1], True)
    _0 = torch.div_(z, mass)
    return [torch.squeeze(torch.sub(torch.log(mass), own), 1), torch.squeeze(torch.eq(likely, aim), 1)]

  # h (N, C), targets (N) -> [nll (N), hits (N)]
  def loss(self: __torch__.Decoder, h: Tensor, targets: Tensor, norm: Tensor, head: Tensor) -> List[Tensor]:
    return self.entropy(self.logits(h, norm, head), targets)

  # The same, and the gradient of the sum of weights * nll: that at h (N, C); gn (C) and gh (V, C) collect those at the
  # final norm and the head, unless empty. h (N, C), targets (N), weights (N) -> [nll (N), hits (N), (N, C)]
  def loss_back(self: __torch__.Decoder, h: Tensor, targets: Tensor, weights: Tensor, norm: Tensor, head: Tensor, gn: Tensor, gh: Tensor) -> List[Tensor]:
    y = self.norm(h, norm)
    none = torch.new_empty(y, [0])
    z = torch.to(self.multiply(y, head, none), 6)              # (N, V)
    nll, hit, = self.entropy(z, targets)
    factor = torch.unsqueeze(weights, 1)                       # (N, 1)
    dz = torch.scatter_add_(torch.mul_(z, factor), 1, torch.unsqueeze(targets, 1), torch.neg(factor))
    dz = torch.to(dz, self.precision)
    if torch.numel(gh) > 0:
      _0 = self.collect(gh, dz, y)
    dh = self.norm_back(self.multiply_back(dz, head, none), h, norm, gn, torch.zeros_like(h))
    return [nll, hit, dh]

  # SFTMix, arXiv 2410.05248: states are mixed in twos behind the final norm, share of the first and the rest of the second,
  # and so are their targets. loss = share * nll(first target) + (1 - share) * nll(second target). The gradient of weight
  # times the sum is added to dh at the rows of both; gn (C) and gh (V, C) collect those at the final norm and the head,
  # unless empty.
  # h and dh (N, C), rows (2P) = the first of all, then the second, each row once at most, targets (2P) theirs, share (P)
  # -> loss (P)
  def mix_back(self: __torch__.Decoder, h: Tensor, dh: Tensor, rows: Tensor, targets: Tensor, share: Tensor, norm: Tensor, head: Tensor, gn: Tensor, gh: Tensor, weight: Tensor) -> Tensor:
    both = torch.index_select(h, 0, rows)                      # (2P, C)
    first, second, = torch.chunk(torch.to(self.norm(both, norm), 6), 2, 0)
    own = torch.unsqueeze(share, 1)                            # (P, 1)
    rest = torch.rsub(own, 1.)
    y = torch.to(torch.lerp(second, first, own), self.precision)
    none = torch.new_empty(y, [0])
    z = torch.to(self.multiply(y, head, none), 6)              # (P, V)
    one, other, = torch.chunk(targets, 2, 0)
    aim = torch.unsqueeze(one, 1)                              # (P, 1)
    away = torch.unsqueeze(other, 1)
    gap = torch.sub(torch.gather(z, 1, aim), torch.gather(z, 1, away))
    nll, hit, = self.entropy(z, one)
    loss = torch.add(nll, torch.squeeze(torch.mul(rest, gap), 1))
    factor = -float(weight)
    dz = torch.scatter_add_(torch.mul_(z, -factor), 1, aim, torch.mul(own, factor))
    dz = torch.to(torch.scatter_add_(dz, 1, away, torch.mul(rest, factor)), self.precision)
    if torch.numel(gh) > 0:
      _0 = self.collect(gh, dz, y)
    dy = torch.to(self.multiply_back(dz, head, none), 6)       # (P, C)
    d = torch.cat([torch.mul(dy, own), torch.mul(dy, rest)], 0)
    _1 = torch.index_add_(dh, 0, rows, self.norm_back(d, both, norm, gn, torch.zeros_like(both)))
    return loss

  # KL(base || model) of the next token at some rows: the sum over tokens of p log(p / q), p by the frozen base, q by the
  # model. The gradient of the sum of weights * KL is added to dh; that at logits is q - p. Norm and head are frozen.
  # h and dh (N, C), b (N, C) the base's states there, weights (N) -> KL (N)
  def divergence_back(self: __torch__.Decoder, h: Tensor, dh: Tensor, b: Tensor, weights: Tensor, norm: Tensor, head: Tensor) -> Tensor:
    none = torch.new_empty(h, [0])
    lq = torch.log_softmax(torch.to(self.multiply(self.norm(h, norm), head, none), 6), -1)
    lp = torch.log_softmax(torch.to(self.multiply(self.norm(b, norm), head, none), 6), -1)
    p = torch.exp(lp)                                          # (N, V)
    divergence = torch.sum(torch.mul_(torch.sub_(lp, lq), p), [1])
    dz = torch.mul_(torch.sub_(torch.exp_(lq), p), torch.unsqueeze(weights, 1))
    dy = self.multiply_back(torch.to(dz, self.precision), head, none)
    _0 = self.norm_back(dy, h, norm, none, dh)
    return divergence

  # ---- optimizer ----

  # Global Euclidean norm of all gradients -> ()
  def global_norm(self: __torch__.Decoder, g: List[Tensor]) -> Tensor:
    return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g, 2)), 2)

  # AdamW, arXiv 1711.05101 algorithm 2, in place. p, g, m, v lists of equal shapes,
  # h = [learning rate, beta1, beta2, eps, weight decay, gradient factor, step from 1] in float64 on the CPU.
  def adamw(self: __torch__.Decoder, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], h: Tensor) -> Tensor:
    lr, beta1, beta2, eps, decay, factor, count, = torch.unbind(h, 0)
    torch._foreach_mul_(g, float(factor))
    step = torch.new_full(m[0], [], float(count))
    steps = annotate(List[Tensor], [])
    for i in range(torch.len(p)):
      _0 = torch.append(steps, step)
    torch._fused_adamw_(p, g, m, v, [], steps, lr=float(lr), beta1=float(beta1), beta2=float(beta2), weight_decay=float(decay), eps=float(eps), amsgrad=False, maximize=False, grad_scale=None, found_inf=None)
    return h

  # Zero-fills; never g - g, which would keep a NaN for ever.
  def clear(self: __torch__.Decoder, g: List[Tensor]) -> Tensor:
    torch._foreach_zero_(g)
    return g[0]

  # ---- moving numbers ----

  # A copy in libtorch's own aligned memory.
  def copy(self: __torch__.Decoder, x: Tensor) -> Tensor:
    return torch.clone(x)

  # The same, in the precision of like.
  def copy_like(self: __torch__.Decoder, x: Tensor, like: Tensor) -> Tensor:
    return torch.clone(torch.type_as(x, like))

  def to_bfloat16(self: __torch__.Decoder, x: Tensor) -> Tensor:
    return torch.to(x, 15)

  def to_float32(self: __torch__.Decoder, x: Tensor) -> Tensor:
    return torch.to(x, 6)

  def concatenate(self: __torch__.Decoder, x: List[Tensor]) -> Tensor:
    return torch.cat(x, 0)

  # Overwrites target with source.
  def assign(self: __torch__.Decoder, target: Tensor, source: Tensor) -> Tensor:
    return torch.copy_(target, source)

  # The same for rows span = [from, to] of a matrix. Rounded to the precision of the target.
  def assign_rows(self: __torch__.Decoder, target: Tensor, source: Tensor, span: Tensor) -> Tensor:
    start, stop, = torch.unbind(span, 0)
    return torch.copy_(torch.slice(target, 0, int(start), int(stop)), source)

  # w + s b a, in float32 and then rounded to the precision of w, in its place. w (out, in), a (R, in), b (out, R)
  def add_product(self: __torch__.Decoder, w: Tensor, a: Tensor, b: Tensor, s: Tensor) -> Tensor:
    return torch.copy_(w, torch.addmm(torch.to(w, 6), b, a, beta=1, alpha=float(s)))
