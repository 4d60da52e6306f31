
  # ---- matrix products ----
  #
  # oneDNN multiplies packed matrices, and on a CPU whose float32 products come from another library, also plain ones if
  # there are rows enough to pay for bringing the matrix into its order.

  def by_onednn(self: __torch__.Decoder, x: Tensor, w: Tensor) -> bool:
    return ops.prim.is_mkldnn(w) or (self.precision == 6 and torch.size(x, 0) >= 256)

  # x W' + bias; an empty bias is none. x (N, in), w (out, in) plain or packed, bias (out) -> (N, out)
  def multiply(self: __torch__.Decoder, x: Tensor, w: Tensor, bias: Tensor) -> Tensor:
    if self.by_onednn(x, w):
      if torch.numel(bias) > 0:
        c : Optional[Tensor] = bias
      else:
        c = None
      none = annotate(List[Optional[number]], [])
      return ops.mkldnn._linear_pointwise(x, w, c, "none", none, "")
    if torch.numel(bias) == 0:
      return torch.linear(x, torch.type_as(w, x))
    return torch.linear(x, torch.type_as(w, x), torch.type_as(bias, x))

  # dy W, added to more unless that is empty. dy (N, out), w (out, in), more (N, in) -> (N, in)
  def multiply_back(self: __torch__.Decoder, dy: Tensor, w: Tensor, more: Tensor) -> Tensor:
    if self.by_onednn(dy, w):
      if torch.numel(more) > 0:
        return ops.mkldnn._linear_pointwise(dy, more, torch.t(w), None, "add")
      none = annotate(List[Optional[number]], [])
      return ops.mkldnn._linear_pointwise(dy, torch.t(w), None, "none", none, "")
    if torch.numel(more) > 0:
      return torch.addmm_(more, dy, torch.type_as(w, dy), beta=1, alpha=1)
    return torch.mm(dy, torch.type_as(w, dy))

  # The same matrix in the order in which oneDNN multiplies a few dozen rows with it fastest: for inference alone.
  # Blocked as for 128 rows, which serves 1 to 1,024 rows as well as any.
  def pack(self: __torch__.Decoder, w: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(w, 128)
