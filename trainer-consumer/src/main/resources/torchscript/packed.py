
  # ---- matrix products ----

  # x W' + bias; an empty bias is none. x (N, in), w (out, in) plain or packed, bias (out) -> (N, out)
  def multiply(self: __torch__.Decoder, x: Tensor, w: Tensor, bias: Tensor) -> Tensor:
    if ops.prim.is_mkldnn(w):
      if torch.numel(bias) > 0:
        c : Optional[Tensor] = bias
      else:
        c = None
      none = annotate(List[Optional[number]], [])
      return ops.mkldnn._linear_pointwise(x, w, c, "none", none, "")
    if torch.numel(bias) == 0:
      return torch.linear(x, torch.type_as(w, x))
    return torch.linear(x, torch.type_as(w, x), torch.type_as(bias, x))

  # The same matrix in the order in which oneDNN multiplies a few dozen rows with it fastest: for inference alone.
  def pack(self: __torch__.Decoder, w: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(w, 32)
