
  # ---- matrix products ----

  # x W' + bias; an empty bias is none. x (N, in), w (out, in), bias (out) -> (N, out)
  def multiply(self: __torch__.Decoder, x: Tensor, w: Tensor, bias: Tensor) -> Tensor:
    if torch.numel(bias) == 0:
      return torch.linear(x, torch.type_as(w, x))
    return torch.linear(x, torch.type_as(w, x), torch.type_as(bias, x))

  # dy W, added to more unless that is empty. dy (N, out), w (out, in), more (N, in) -> (N, in)
  def multiply_back(self: __torch__.Decoder, dy: Tensor, w: Tensor, more: Tensor) -> Tensor:
    if torch.numel(more) > 0:
      return torch.addmm_(more, dy, torch.type_as(w, dy), beta=1, alpha=1)
    return torch.mm(dy, torch.type_as(w, dy))

  # There is no better order here.
  def pack(self: __torch__.Decoder, w: Tensor) -> Tensor:
    return w
