# The arithmetic of a decoder and of its optimizer, in TorchScript.
#
# The methods multiply and pack are in packed.py, or in plain.py where libtorch comes without oneDNN.
#
# This file is packed into an archive at start and compiled by libtorch: it is read by the TorchScript
# compiler, never by Python. One method per decoder layer, because every call from Java has a fixed cost.
#
# Shapes: B batch, T positions, C width, H query heads, K key/value heads, D head size, M mlp width,
#         V vocabulary, N selected rows, R adapter rank, P positions already in a key/value cache.
# Types:  activations have the compute precision (float32 or bfloat16); a weight that is trained stays
#         float32 and is cast where it is used, so that its gradient arrives in float32.

class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  heads : int
  kv_heads : int
  head_size : int
  eps : float

  # ---- building blocks ----

  # RMSNorm, arXiv 1910.07467 eq. 4. x (..., C), w (C) -> (..., C)
  def norm(self: __torch__.Decoder, x: Tensor, w: Tensor) -> Tensor:
    return torch.rms_norm(x, [torch.size(x, -1)], torch.type_as(w, x), self.eps)

  # LoRA, arXiv 2106.09685 section 4.1: x W' + bias + s (dropout(x) A') B'. w (out, in), bias (out),
  # a (R, in), b (out, R) -> (N, out). An empty bias or a means that there is none.
  def adapted(self: __torch__.Decoder, x: Tensor, w: Tensor, bias: Tensor, a: Tensor, b: Tensor, s: float, drop: float) -> Tensor:
    y = self.multiply(x, w, bias)                              # (N, out)
    if torch.numel(a) == 0:
      return y
    d = x
    if drop > 0.:
      d = torch.dropout(x, drop, True)                         # (N, in)
    z = torch.linear(d, torch.type_as(a, x))                   # (N, R)
    return torch.addmm(y, z, torch.t(torch.type_as(b, x)), beta=1, alpha=s)

  # Rotary positions, arXiv 2104.09864, halves paired as in the Hugging Face layout.
  # x (B, h, T, D), cos and sin (T, D/2) -> (B, h, T, D)
  def rotate(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    lower, upper, = torch.chunk(x, 2, -1)                      # (B, h, T, D/2) each
    return torch.cat([
        torch.addcmul(torch.mul(lower, cos), upper, sin, value=-1),
        torch.addcmul(torch.mul(upper, cos), lower, sin)], -1)

  # x (B*T, h*D) -> (B, T, h, D)
  def split(self: __torch__.Decoder, x: Tensor, batch: int, heads: int) -> Tensor:
    return torch.view(x, [batch, -1, heads, self.head_size])

  # Each head normed by w (D), unless that is empty, and turned. x (B, T, h, D) -> (B, h, T, D)
  def place(self: __torch__.Decoder, x: Tensor, w: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    y = x
    if torch.numel(w) > 0:
      y = self.norm(x, w)
    return self.rotate(torch.transpose(y, 1, 2), cos, sin)

  # Every key/value head serves H/K query heads. x (B, K, T, D) -> (B, H, T, D)
  # Repeated by hand: enable_gqa=True makes libtorch 2.7 leave its fast CPU kernel.
  def repeat(self: __torch__.Decoder, x: Tensor) -> Tensor:
    if self.heads == self.kv_heads:
      return x
    b, k, t, d, = torch.size(x)
    wide = torch.expand(torch.unsqueeze(x, 2), [b, k, self.heads // self.kv_heads, t, d])
    return torch.reshape(wide, [b, self.heads, t, d])

  # Causal attention of whole sequences; with a window, position t sees t - window + 1 to t.
  # q (B, H, T, D), k and v (B, K, T, D) -> (B*T, H*D)
  def attend(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
    t = torch.size(q, 2)
    if window == 0 or t <= window:
      y = torch.scaled_dot_product_attention(q, self.repeat(k), self.repeat(v), None, 0., True)
    else:
      ones = torch.new_ones(q, [t, t], dtype=11)
      seen = torch.triu(torch.tril(ones), 1 - window)          # (T, T)
      y = torch.scaled_dot_product_attention(q, self.repeat(k), self.repeat(v), seen, 0., False)
    return torch.reshape(torch.transpose(y, 1, 2), [-1, self.heads * self.head_size])

  # Attention of one new position per sequence to positions first to end of a cache: the query heads of a key/value
  # head stand where positions usually do, so nothing is repeated. On a CPU libtorch 2.7 attends with one position in
  # bfloat16 at half the speed of going over float32.
  # q (B, H, 1, D), k and v (B, K, room, D), seen (B, room) or empty if nothing is padding -> (B, H*D)
  def attend_last(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, seen: Tensor, first: int, end: int) -> Tensor:
    grouped = torch.view(q, [torch.size(q, 0), self.kv_heads, -1, self.head_size])
    keys = torch.slice(k, 2, first, end)
    values = torch.slice(v, 2, first, end)
    if not ops.prim.is_cuda(q):
      grouped = torch.to(grouped, 6)
      keys = torch.to(keys, 6)
      values = torch.to(values, 6)
    if torch.numel(seen) == 0:
      y = torch.scaled_dot_product_attention(grouped, keys, values, None, 0., False)
    else:
      mask = torch.unsqueeze(torch.unsqueeze(torch.slice(seen, 1, first, end), 1), 1)
      y = torch.scaled_dot_product_attention(grouped, keys, values, mask, 0., False)
    return torch.type_as(torch.reshape(y, [-1, self.heads * self.head_size]), q)

  # SwiGLU, arXiv 2002.05202 eq. 6. gate and up (N, M) -> (N, M)
  def swiglu(self: __torch__.Decoder, gate: Tensor, up: Tensor) -> Tensor:
    return torch.mul(torch.silu(gate), up)

  # ---- the two halves of a decoder layer, around its attention ----
  #
  # w = the parts of the layer in the order of the first line of project, empty where this decoder has none;
  # l = A and B of q, k, v, o, gate, up, down in turn; s the LoRA scale; drop the dropout rate of adapters.

  # x (B, T, C), cos and sin (T, D/2) or (B, 1, T, D/2) -> q (B, H, T, D), k and v (B, K, T, D)
  def project(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], l: List[Tensor], s: float, drop: float) -> Tuple[Tensor, Tensor, Tensor]:
    n1, wq, wk, wv, wo, n2, wg, wu, wd, cq, ck, cv, co, cg, cu, cd, nq, nk, = w
    aq, bq, ak, bk, av, bv, ao, bo, ag, bg, au, bu, ad, bd, = l
    batch = torch.size(x, 0)
    h = self.norm(torch.view(x, [-1, torch.size(x, 2)]), n1)   # (B*T, C)
    q = self.split(self.adapted(h, wq, cq, aq, bq, s, drop), batch, self.heads)
    k = self.split(self.adapted(h, wk, ck, ak, bk, s, drop), batch, self.kv_heads)
    v = self.split(self.adapted(h, wv, cv, av, bv, s, drop), batch, self.kv_heads)
    return (self.place(q, nq, cos, sin), self.place(k, nk, cos, sin), torch.transpose(v, 1, 2))

  # x (B, T, C), attended (B*T, H*D) -> (B, T, C)
  def complete(self: __torch__.Decoder, x: Tensor, attended: Tensor, w: List[Tensor], l: List[Tensor], s: float, drop: float) -> Tensor:
    n1, wq, wk, wv, wo, n2, wg, wu, wd, cq, ck, cv, co, cg, cu, cd, nq, nk, = w
    aq, bq, ak, bk, av, bv, ao, bo, ag, bg, au, bu, ad, bd, = l
    flat = torch.view(x, [-1, torch.size(x, 2)])               # (B*T, C)
    flat1 = torch.add(flat, self.adapted(attended, wo, co, ao, bo, s, drop))
    h = self.norm(flat1, n2)
    gate = self.adapted(h, wg, cg, ag, bg, s, drop)            # (B*T, M)
    up = self.adapted(h, wu, cu, au, bu, s, drop)              # (B*T, M)
    flat2 = torch.add(flat1, self.adapted(self.swiglu(gate, up), wd, cd, ad, bd, s, drop))
    return torch.view_as(flat2, x)

  # ---- the model, in the order of a forward pass ----

  # table (V, C), ids (B, T) -> (B, T, C), in the precision of like
  def embed(self: __torch__.Decoder, table: Tensor, ids: Tensor, like: Tensor) -> Tensor:
    return torch.type_as(torch.embedding(table, ids), like)

  # A layer over whole sequences. how = [window, LoRA scale, dropout rate, seed] in float64 on the CPU: dropout masks
  # are a function of the seed, so a layer that is calculated again sees the same ones. x (B, T, C) -> (B, T, C)
  def layer(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], l: List[Tensor], how: Tensor) -> Tensor:
    window, scale, rate, seed, = torch.unbind(how, 0)
    if float(rate) > 0.:
      torch.manual_seed(int(seed))
    q, k, v, = self.project(x, cos, sin, w, l, float(scale), float(rate))
    attended = self.attend(q, k, v, int(window))               # (B*T, H*D)
    return self.complete(x, attended, w, l, float(scale), float(rate))

  # A layer over whole prompts, padded on the right, of which a cache remembers keys and values (B, K, room, D) so
  # that all prompts end at T. lengths (B) int64 and how = [window, LoRA scale] in float64 on the CPU.
  def prefill(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], l: List[Tensor], cache: List[Tensor], lengths: Tensor, how: Tensor) -> Tensor:
    window, scale, = torch.unbind(how, 0)
    q, k, v, = self.project(x, cos, sin, w, l, float(scale), 0.)
    t = torch.size(k, 2)
    for i in range(torch.size(x, 0)):
      length = int(torch.select(lengths, 0, i))
      _0 = torch.copy_(torch.slice(torch.select(cache[0], 0, i), 1, t - length, t), torch.slice(torch.select(k, 0, i), 1, 0, length))
      _1 = torch.copy_(torch.slice(torch.select(cache[1], 0, i), 1, t - length, t), torch.slice(torch.select(v, 0, i), 1, 0, length))
    attended = self.attend(q, k, v, int(window))
    return self.complete(x, attended, w, l, float(scale), 0.)

  # A layer over one new position per sequence, which becomes position end of the cache. x (B, 1, C),
  # cos and sin (B, D/2), seen (B, room) or empty, how = [window, LoRA scale, end] -> (B, 1, C)
  def decode(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], l: List[Tensor], cache: List[Tensor], seen: Tensor, how: Tensor) -> Tensor:
    window, scale, last, = torch.unbind(how, 0)
    end = int(last) + 1
    first = 0
    if int(window) > 0 and end > int(window):
      first = end - int(window)
    angles = [torch.size(x, 0), 1, 1, -1]
    q, k, v, = self.project(x, torch.view(cos, angles), torch.view(sin, angles), w, l, float(scale), 0.)
    _0 = torch.copy_(torch.slice(cache[0], 2, end - 1, end), k)
    _1 = torch.copy_(torch.slice(cache[1], 2, end - 1, end), v)
    attended = self.attend_last(q, cache[0], cache[1], seen, first, end)
    return self.complete(x, attended, w, l, float(scale), 0.)

  # x (B, T, C), rows (N) indices into B*T -> (N, C)
  def select(self: __torch__.Decoder, x: Tensor, rows: Tensor) -> Tensor:
    return torch.index_select(torch.view(x, [-1, torch.size(x, 2)]), 0, rows)

  # h (N, C), final norm (C), head (V, C) -> float32 (N, V)
  def logits(self: __torch__.Decoder, h: Tensor, norm: Tensor, head: Tensor) -> Tensor:
    return torch.to(torch.linear(self.norm(h, norm), torch.type_as(head, h)), 6)

  # x (P, ...), span [from, to] on the CPU -> (to - from, ...)
  def rows(self: __torch__.Decoder, x: Tensor, span: Tensor) -> Tensor:
    start, stop, = torch.unbind(span, 0)
    return torch.slice(x, 0, int(start), int(stop), 1)

  # x (N, in), w (out, in) plain or packed -> (N, out)
  def linear(self: __torch__.Decoder, x: Tensor, w: Tensor) -> Tensor:
    return self.multiply(x, w, torch.new_empty(x, [0]))

  # q (B, K, G, D), k and v (B, K, P, D) -> (B, K, G, D)
  def attention_products(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return torch.matmul(torch.matmul(q, torch.transpose(k, 2, 3)), v)

  # The first number of x, float32 ().
  def first(self: __torch__.Decoder, x: Tensor) -> Tensor:
    return torch.to(torch.select(torch.reshape(x, [-1]), 0, 0), 6)

  # x (P, ...), index (N) int64 -> (N, ...)
  def take(self: __torch__.Decoder, x: Tensor, index: Tensor) -> Tensor:
    return torch.index_select(x, 0, index)

  # Room for more positions: x (B, K, P, D), more [count] on the CPU -> (B, K, P + count, D)
  def extend(self: __torch__.Decoder, x: Tensor, more: Tensor) -> Tensor:
    return torch.constant_pad_nd(x, [0, 0, 0, int(more)], 0)

  # The next token of each sequence. z (B, V) logits, u (B) in [0, 1),
  # how = [tokens of the vocabulary that exist, temperature, top k or 0, top p] in float64 on the CPU
  # -> ids (B) int64, natural log-probability of each at temperature 1 (B)
  def choose(self: __torch__.Decoder, z: Tensor, u: Tensor, how: Tensor) -> List[Tensor]:
    size, temperature, top_k, top_p, = torch.unbind(how, 0)
    known = torch.slice(z, 1, 0, int(size))
    if float(temperature) == 0.:
      ids = torch.argmax(known, -1, True)                      # (B, 1)
    else:
      p = torch.softmax(torch.div(known, float(temperature)), -1)
      count = torch.size(p, 1)
      if int(top_k) > 0 and int(top_k) < count:
        count = int(top_k)
      if count < torch.size(p, 1) or float(top_p) < 1.:
        p, order = torch.topk(p, count)                        # most likely first
        p = torch.div(p, torch.sum(p, [-1], True))
        before = torch.sub(torch.cumsum(p, -1), p)
        p = torch.masked_fill(p, torch.ge(before, float(top_p)), 0.)
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

  # Cross entropy of some rows. h (N, C), targets (N), weights (N) ->
  # [sum of weights * nll (), nll (N), whether the target is the most likely token (N)]
  def loss(self: __torch__.Decoder, h: Tensor, targets: Tensor, weights: Tensor, norm: Tensor, head: Tensor) -> List[Tensor]:
    z = self.logits(h, norm, head)                             # (N, V)
    nll = torch.cross_entropy_loss(z, targets, None, 0)        # (N)
    hit = torch.eq(torch.argmax(z, -1), targets)               # (N)
    return [torch.sum(torch.mul(nll, weights)), torch.detach(nll), hit]

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

  # Overwrites target with source, keeping target a leaf of the graph.
  def assign(self: __torch__.Decoder, target: Tensor, source: Tensor) -> Tensor:
    return torch.copy_(target, source)

  # The same for rows span = [from, to] of a matrix. Rounded to the precision of the target.
  def assign_rows(self: __torch__.Decoder, target: Tensor, source: Tensor, span: Tensor) -> Tensor:
    start, stop, = torch.unbind(span, 0)
    return torch.copy_(torch.slice(target, 0, int(start), int(stop)), source)

  # w + s b a, in float32 and then rounded to the precision of w, in its place. w (out, in), a (R, in), b (out, R)
  def add_product(self: __torch__.Decoder, w: Tensor, a: Tensor, b: Tensor, s: Tensor) -> Tensor:
    return torch.copy_(w, torch.addmm(torch.to(w, 6), b, a, beta=1, alpha=float(s)))
