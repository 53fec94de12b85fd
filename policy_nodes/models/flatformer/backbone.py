"""FlatFormer's backbone: features of pillars to a map of the ground.

Liu et al., FlatFormer, CVPR 2023 (arXiv 2301.08739). Key names are the authors'.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from policy_nodes.models.flatformer.config import FlatFormerConfig
from policy_nodes.models.flatformer.grouped_attention import GroupBlock
from policy_nodes.models.flatformer.window_mapping import WindowMapping, cell_index


class FlatFormer(nn.Module):
    """Lets pillars attend to their neighbours, in groups along four lines through the grid."""

    def __init__(self, grid: tuple[int, int], config: FlatFormerConfig | None = None) -> None:
        """Build blocks and lines.

        Args:
            grid: number of pillars (ny, nx).
            config: sizes; the published ones if None.
        """
        super().__init__()
        config = config or FlatFormerConfig()
        self.grid = grid
        self.config = config
        self.mapping = WindowMapping(grid, config.window, config.group)
        self.block_list = nn.ModuleList(
            GroupBlock(config.width, config.heads, config.group) for _ in range(config.blocks)
        )
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)

    def forward(self, features: Tensor, coordinates: Tensor, batch: int) -> Tensor:
        """Return a map of the ground, 0 where no pillar stands.

        Args:
            features: of the pillars (pillars, width).
            coordinates: batch, z, y, x of each (pillars, 4).
            batch: number of clouds.

        Returns:
            (batch, width, ny, nx).
        """
        x = self.voxels(features, coordinates, batch)
        ground = x.new_zeros(batch * self.grid[0] * self.grid[1], x.shape[1])
        ground = ground.index_copy(0, cell_index(coordinates, self.grid), x)
        return ground.view(batch, *self.grid, -1).permute(0, 3, 1, 2)

    def voxels(self, features: Tensor, coordinates: Tensor, batch: int) -> Tensor:
        """New features of the pillars (pillars, width), in their order."""
        if not len(features):
            return features
        grouping = self.mapping(coordinates, batch)
        code = position_code(coordinates, self.config.width, self.config.temperature)
        position = code.to(features.dtype)[grouping.take]
        for block in self.block_list:
            features = block(features, position, grouping)
        return features


def position_code(coordinates: Tensor, width: int, temperature: float) -> Tensor:
    """Waves of growing length along x, then along y, sines and cosines in turn.

    Args:
        coordinates: batch, z, y, x of each voxel (voxels, 4).
        width: of the code; what 4 does not divide is filled with zeros.
        temperature: base of the wavelengths.

    Returns:
        (voxels, width), float32.
    """
    length = width // 4 * 2
    at = torch.arange(length, dtype=torch.float32, device=coordinates.device)
    waves = temperature ** (2 * (at // 2) / length)
    axes = coordinates[:, (3, 2)].float()[..., None] / waves  # (voxels, 2 axes, length)
    code = torch.stack((axes[..., ::2].sin(), axes[..., 1::2].cos()), -1).flatten(1)
    return nn.functional.pad(code, (0, width - code.shape[1]))
