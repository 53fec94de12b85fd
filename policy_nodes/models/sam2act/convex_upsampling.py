"""Heat maps from tokens: learned convex upsampling with the image encoder's finer maps added.

The upsampling is that of RAFT (Teed and Deng, arXiv 2003.12039): each fine value is a convex
combination of the nine coarse values around it. Key names are the authors'.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from policy_nodes.models.sam2.layer_norm_2d import LayerNorm2d

NEIGHBOURS = 9
MASK_SCALE = 0.1
SLOPE = 0.02  # of every leaky rectifier of SAM2Act


class ConvexUp(nn.Module):
    """Changes the channels and doubles the resolution."""

    def __init__(self, channels: int, out: int, factor: int = 2) -> None:
        """Build the values' and the weights' convolutions.

        Args:
            channels: that come in.
            out: channels that go out.
            factor: of the resolution.
        """
        super().__init__()
        self.factor = factor
        wide = 2 * channels
        self.net_out = nn.Sequential(
            nn.Conv2d(channels, wide, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(wide, wide, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(wide, out, 3, padding=1),
        )
        self.net_mask = nn.Sequential(
            nn.Conv2d(channels, wide, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(wide, NEIGHBOURS * factor**2, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Upsample (rows, channels, h, w) to (rows, out, factor h, factor w)."""
        return self.combine(self.net_out(x), self.weights(x))

    def weights(self, x: Tensor) -> Tensor:
        """Weights (rows, 9 neighbours, factor * factor, h, w) that sum to one over neighbours."""
        mask = self.net_mask(x).unflatten(1, (NEIGHBOURS, self.factor**2))
        return (MASK_SCALE * mask).softmax(1)

    def combine(self, coarse: Tensor, weights: Tensor) -> Tensor:
        """Mix the neighbours of each coarse value (rows, out, h, w); beyond the edge lies 0."""
        rows, channels, height, width = coarse.shape
        padded = functional.pad(coarse, (1, 1, 1, 1))
        fine = coarse.new_zeros(rows, channels, self.factor**2, height, width)
        for neighbour in range(NEIGHBOURS):
            down, right = divmod(neighbour, 3)
            value = padded[..., down : down + height, right : right + width]
            fine = torch.addcmul(fine, value[:, :, None], weights[:, None, neighbour])
        return functional.pixel_shuffle(fine.flatten(1, 2), self.factor)


class HeatmapHead(nn.ModuleList):
    """From a view's token map to its heat map, with maps of twice and four times the resolution.

    The second upsampling's result is stretched to half the image, whatever the number of tokens.
    """

    def __init__(self, width: int, size: int) -> None:
        """Build the three upsamplings.

        Args:
            width: of a token; the finer maps have half and a quarter of it.
            size: of the heat map [pixel].
        """
        super().__init__(
            (
                ConvexUp(width, width // 2),
                LayerNorm2d(width // 2),
                nn.LeakyReLU(SLOPE),
                ConvexUp(width // 2, width // 4),
                LayerNorm2d(width // 4),
                nn.LeakyReLU(SLOPE),
                nn.Upsample(size // 2, mode='bilinear'),
                ConvexUp(width // 4, 1),
            )
        )

    def forward(self, tokens: Tensor, double: Tensor | None, fourfold: Tensor | None) -> Tensor:
        """Draw the heat maps; in single precision wherever the network acts, as the authors do.

        In bfloat16 a logit of 10 would be rounded to 1/16, and neighbouring pixels to one value.
        Training may round, which its own noise exceeds.

        Args:
            tokens: (rows, width, h, w).
            double: (rows, width / 2, 2 h, 2 w) of the image encoder; None leaves it out.
            fourfold: (rows, width / 4, 4 h, 4 w) of the image encoder; None leaves it out.

        Returns:
            logits (rows, 1, size, size).
        """
        if self.training:
            return self._draw(tokens, double, fourfold)
        like = next(self.parameters())
        finer = (None if each is None else each.to(like) for each in (double, fourfold))
        with torch.autocast(tokens.device.type, enabled=False):
            return self._draw(tokens.to(like), *finer)

    def _draw(self, tokens: Tensor, double: Tensor | None, fourfold: Tensor | None) -> Tensor:
        first, norm_1, rectify_1, second, norm_2, rectify_2, stretch, third = self
        x = first(tokens)
        x = rectify_1(norm_1(x if double is None else x + double))
        x = second(x)
        x = rectify_2(norm_2(x if fourfold is None else x + fourfold))
        return third(stretch(x))
