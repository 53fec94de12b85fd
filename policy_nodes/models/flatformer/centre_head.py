"""Finds boxes by their centres (CenterPoint, Yin et al., arXiv 2006.11275).

Key names are the authors', as is the head that says how well a box will fit.
"""

from __future__ import annotations

from collections import OrderedDict

from torch import Tensor, nn

from policy_nodes.models.flatformer.pillar_encoder import EPS, MOMENTUM

RARE = -2.19  # log odds of a centre in any cell, before training
SIZES = {'reg': 2, 'height': 1, 'dim': 3, 'rot': 2, 'vel': 2, 'iou': 1}


class CentreHead(nn.Module):
    """Maps of what a box would look like whose centre lies in a cell."""

    def __init__(self, width: int, classes: int, hidden: int = 64) -> None:
        """Build the maps.

        Args:
            width: of the map that comes in.
            classes: number of heat maps.
            hidden: width of the maps between.
        """
        super().__init__()
        self.shared_conv = _normalised(width, hidden, nn.BatchNorm2d(hidden, EPS, MOMENTUM))
        self.task_heads = nn.ModuleList([_MapHeads(hidden, SIZES | {'heatmap': classes})])

    def forward(self, ground: Tensor) -> dict[str, Tensor]:
        """Look at a map of the ground (batch, width, ny, nx).

        Returns:
            (batch, numbers, ny, nx) by name: `reg` place of the centre in its cell (x, y) [cell],
            `height` of the centre [m], `dim` logarithm of the sides [m], `rot` sine and cosine of
            the heading, `vel` (x, y) [m/s], `iou` how well the box fits, `heatmap` log odds of a
            centre of each class.
        """
        return self.task_heads[0](self.shared_conv(ground))


class _MapHeads(nn.ModuleDict):
    """One small network for each kind of map."""

    def __init__(self, width: int, sizes: dict[str, int]) -> None:
        heads = {
            name: nn.Sequential(
                _normalised(width, width, nn.BatchNorm2d(width)),
                nn.Conv2d(width, size, 3, padding=1),
            )
            for name, size in sizes.items()
        }
        super().__init__(heads)
        last = heads['heatmap'][-1]
        assert isinstance(last, nn.Conv2d)
        assert last.bias is not None
        nn.init.constant_(last.bias, RARE)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return {name: head(x) for name, head in self.items()}


def _normalised(width: int, out: int, norm: nn.BatchNorm2d) -> nn.Sequential:
    convolution = nn.Conv2d(width, out, 3, padding=1, bias=False)
    return nn.Sequential(OrderedDict(conv=convolution, bn=norm, activate=nn.ReLU(inplace=True)))
