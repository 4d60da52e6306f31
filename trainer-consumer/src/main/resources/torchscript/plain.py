
  # ---- matrix products ----

  # x W' + bias; an empty bias is none. x (N, in), w (out, in), bias (out) -> (N, out)
  def multiply(self: __torch__.Decoder, x: Tensor, w: Tensor, bias: Tensor) -> Tensor:
    if torch.numel(bias) == 0:
      return torch.linear(x, torch.type_as(w, x))
    return torch.linear(x, torch.type_as(w, x), torch.type_as(bias, x))

  # There is no better order here.
  def pack(self: __torch__.Decoder, w: Tensor) -> Tensor:
    return w
