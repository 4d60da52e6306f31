# The arithmetic of a decoder and of its optimizer, in TorchScript.
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
    if torch.numel(bias) == 0:
      y = torch.linear(x, torch.type_as(w, x))                 # (N, out)
    else:
      y = torch.linear(x, torch.type_as(w, x), torch.type_as(bias, x))
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

  # Attention of one new position, which sees everything, or the last of it: the query heads of a key/value head
  # stand where positions usually do, so nothing is repeated. q (B, H, 1, D), k and v (B, K, P + 1, D) -> (B, H*D)
  def attend_last(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
    grouped = torch.view(q, [torch.size(q, 0), self.kv_heads, -1, self.head_size])
    first = 0
    if window > 0:
      first = -window
    y = torch.scaled_dot_product_attention(grouped, torch.slice(k, 2, first), torch.slice(v, 2, first), None, 0., False)
    return torch.reshape(y, [-1, self.heads * self.head_size])

  # SwiGLU, arXiv 2002.05202 eq. 6. gate and up (N, M) -> (N, M)
  def swiglu(self: __torch__.Decoder, gate: Tensor, up: Tensor) -> Tensor:
    return torch.mul(torch.silu(gate), up)

  # One decoder layer. x (B, T, C), cos and sin (T, D/2), w = the parts of the layer in the order of the first line
  # below, empty where this decoder has none, l = A and B of q, k, v, o, gate, up, down in turn, s the LoRA scale,
  # drop the dropout rate of adapters, past = keys and values of earlier positions (B, K, P, D), or nothing,
  # window = how many positions are seen, or 0 for all
  # -> x (B, T, C), keys and values with those of this call (B, K, P + T, D)
  def block(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], l: List[Tensor], s: float, drop: float, past: List[Tensor], window: int) -> List[Tensor]:
    n1, wq, wk, wv, wo, n2, wg, wu, wd, cq, ck, cv, co, cg, cu, cd, nq, nk, = w
    aq, bq, ak, bk, av, bv, ao, bo, ag, bg, au, bu, ad, bd, = l
    batch = torch.size(x, 0)
    flat = torch.view(x, [-1, torch.size(x, 2)])               # (B*T, C)
    h = self.norm(flat, n1)
    q = self.place(self.split(self.adapted(h, wq, cq, aq, bq, s, drop), batch, self.heads), nq, cos, sin)
    k = self.place(self.split(self.adapted(h, wk, ck, ak, bk, s, drop), batch, self.kv_heads), nk, cos, sin)
    v = torch.transpose(self.split(self.adapted(h, wv, cv, av, bv, s, drop), batch, self.kv_heads), 1, 2)
    first = True
    if torch.len(past) > 0:
      first = torch.size(past[0], 2) == 0
      k = torch.cat([past[0], k], 2)
      v = torch.cat([past[1], v], 2)
    if first:
      attended = self.attend(q, k, v, window)                  # (B*T, H*D)
    else:
      attended = self.attend_last(q, k, v, window)
    flat1 = torch.add(flat, self.adapted(attended, wo, co, ao, bo, s, drop))
    h1 = self.norm(flat1, n2)
    gate = self.adapted(h1, wg, cg, ag, bg, s, drop)           # (B*T, M)
    up = self.adapted(h1, wu, cu, au, bu, s, drop)             # (B*T, M)
    flat2 = torch.add(flat1, self.adapted(self.swiglu(gate, up), wd, cd, ad, bd, s, drop))
    return [torch.view_as(flat2, x), k, v]

  # ---- the model, in the order of a forward pass ----

  # table (V, C), ids (B, T) -> (B, T, C), in the precision of like
  def embed(self: __torch__.Decoder, table: Tensor, ids: Tensor, like: Tensor) -> Tensor:
    return torch.type_as(torch.embedding(table, ids), like)

  # A layer over whole sequences. how = [window, LoRA scale, dropout rate, seed] in float64 on the CPU: dropout masks are a
  # function of the seed, so a layer that is calculated again sees the same ones. Other arguments and result as in block.
  def layer(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], l: List[Tensor], how: Tensor) -> Tensor:
    window, scale, rate, seed, = torch.unbind(how, 0)
    if float(rate) > 0.:
      torch.manual_seed(int(seed))
    past = annotate(List[Tensor], [])
    return (self.block(x, cos, sin, w, l, float(scale), float(rate), past, int(window)))[0]

  # A layer over new positions of one sequence: the first call with past of no positions, later ones with T = 1.
  # how = [window, LoRA scale] in float64 on the CPU.
  def cached_layer(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], l: List[Tensor], past: List[Tensor], how: Tensor) -> List[Tensor]:
    window, scale, = torch.unbind(how, 0)
    return self.block(x, cos, sin, w, l, float(scale), 0., past, int(window))

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
