"""Layer normalisation over the channels of a map."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class LayerNorm2d(nn.Module):
    """Normalise every pixel over its channels, then scale and shift."""

    def __init__(self, channels: int, eps: float = 1e-6) -> None:
        """Build with unit scale and no shift.

        Args:
            channels: of the map.
            eps: added to the variance.
        """
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Normalise a map (batch, channels, height, width)."""
        last = x.permute(0, 2, 3, 1)
        normed = functional.layer_norm(last, self.weight.shape, self.weight, self.bias, self.eps)
        return normed.permute(0, 3, 1, 2)
