"""Convolutions over the map of the ground, at two resolutions. Key names are the authors'.

The layers of SECOND (Yan et al., Sensors 2018) with shortcuts, and its neck.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from policy_nodes.models.flatformer.pillar_encoder import EPS, MOMENTUM


class GroundStages(nn.Module):
    """Two stages; the second sees the ground at half the resolution."""

    def __init__(
        self, width: int, widths: Sequence[int] = (64, 128), layers: Sequence[int] = (3, 3)
    ) -> None:
        """Build the stages.

        Args:
            width: of the map that comes in.
            widths: of the stages' maps.
            layers: convolutions of each stage behind its first.
        """
        super().__init__()
        before = (width, *widths)
        self.blocks = nn.ModuleList(
            nn.ModuleList(
                _convolution(
                    out if at else before[stage], out, stride=2 if stage and not at else 1
                )
                for at in range(layers[stage] + 1)
            )
            for stage, out in enumerate(widths)
        )

    def forward(self, x: Tensor) -> list[Tensor]:
        """Return each stage's map, from (batch, width, ny, nx)."""
        maps = []
        for block in self.blocks:
            assert isinstance(block, nn.ModuleList)
            for layer in block:
                new = layer(x)
                x = new + x if new.shape == x.shape else new
            maps.append(x)
        return maps


class GroundNeck(nn.Module):
    """Brings the stages' maps to the first one's resolution and joins them."""

    def __init__(self, widths: Sequence[int] = (64, 128), out: int = 128) -> None:
        """Build the upsamplings.

        Args:
            widths: of the stages' maps.
            out: of each stage's share.
        """
        super().__init__()
        self.deblocks = nn.ModuleList(
            nn.Sequential(
                nn.ConvTranspose2d(width, out, 2**stage, stride=2**stage, bias=False),
                nn.BatchNorm2d(out, eps=EPS, momentum=MOMENTUM),
                nn.ReLU(inplace=True),
            )
            for stage, width in enumerate(widths)
        )

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """Return (batch, out * stages, ny, nx); a row too many from an odd grid is cut off."""
        ny, nx = maps[0].shape[-2:]
        raised = [layer(x) for layer, x in zip(self.deblocks, maps, strict=True)]
        return torch.cat([x[..., :ny, :nx] for x in raised], 1)


def _convolution(width: int, out: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(width, out, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(out, eps=EPS, momentum=MOMENTUM),
        nn.ReLU(inplace=True),
    )
