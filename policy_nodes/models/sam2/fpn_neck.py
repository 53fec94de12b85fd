"""Feature pyramid that brings the maps of the trunk to one width."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from policy_nodes.models.sam2.config import NeckConfig


class FpnNeck(nn.Module):
    """One 1 x 1 convolution a level; some levels add the coarser one, stretched."""

    def __init__(self, config: NeckConfig, widths: Sequence[int]) -> None:
        """Build the convolutions.

        Args:
            config: sizes of the pyramid.
            widths: channels of the trunk's maps, finest first.
        """
        super().__init__()
        self.top_down_levels = config.top_down_levels
        # The authors count the convolutions from the coarsest level.
        self.convs = nn.ModuleList(
            nn.Sequential(OrderedDict(conv=nn.Conv2d(width, config.width, kernel_size=1)))
            for width in reversed(widths)
        )

    def forward(self, maps: Sequence[Tensor]) -> list[Tensor]:
        """Bring all levels to one width.

        Args:
            maps: (batch, channels, height, width), finest first.

        Returns:
            All levels but the coarsest, finest first; that one only serves the next finer.
        """
        levels: list[Tensor] = []
        for convolution, level in zip(self.convs, reversed(range(len(maps))), strict=True):
            lateral = convolution(maps[level])
            if levels and level in self.top_down_levels:
                lateral = lateral + functional.interpolate(levels[-1], scale_factor=2.0)
            levels.append(lateral)
        return levels[:0:-1]
