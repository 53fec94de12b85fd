"""Attention within windows that are padded to one size, as SST has it, to compare with.

Fan et al., Embracing Single Stride 3D Object Detector with Sparse Transformer (arXiv 2112.06375):
voxels attend within square windows, every second layer within shifted ones. Windows hold any
number of voxels; they are sorted into sizes and padded, and what was padded is masked.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from policy_nodes.models.flatformer.backbone import position_code
from policy_nodes.models.flatformer.config import FlatFormerConfig
from policy_nodes.models.flatformer.grouped_attention import GroupLayer

SIZES = (16, 36, 72, 144, 169)  # of windows of 13 by 13; each is padded to the next


class PaddedWindows(nn.Module):
    """As many layers of the same widths as FlatFormer has."""

    def __init__(self, grid: tuple[int, int], config: FlatFormerConfig) -> None:
        """Build the layers."""
        super().__init__()
        self.grid, self.config = grid, config
        self.layers = nn.ModuleList(
            GroupLayer(config.width, config.heads) for _ in range(4 * config.blocks)
        )

    def forward(self, features: Tensor, coordinates: Tensor) -> Tensor:
        """Return new features of the voxels (voxels, width)."""
        position = position_code(coordinates, self.config.width, self.config.temperature)
        position = position.to(features.dtype)
        layouts = [self.layout(coordinates, shifted) for shifted in (False, True)]
        for at, layer in enumerate(self.layers):
            features = self.step(layer, features, position, layouts[at % 2])
        return features

    def layout(self, coordinates: Tensor, shifted: bool) -> list[tuple[Tensor, Tensor]]:
        """Voxels of the windows of each size, and which places are padded: (windows, size)."""
        wide, deep = self.config.window
        x, y = coordinates[:, 3].long(), coordinates[:, 2].long()
        if shifted:
            x, y = x + wide // 2, y + deep // 2
        across = self.grid[1] // wide + 2
        window = (coordinates[:, 0].long() * (self.grid[0] // deep + 2) + y // deep) * across
        window = window + x // wide
        order = window.argsort()
        _, counts = window[order].unique_consecutive(return_counts=True)
        first = counts.cumsum(0) - counts
        found, low = [], 0
        for size in SIZES:
            mine = (counts > low) & (counts <= size)
            low = size
            places = torch.arange(size, device=counts.device)
            held = places < counts[mine][:, None]
            at = (first[mine][:, None] + places).clamp(max=len(order) - 1)
            found.append((order[at], ~held))
        return found

    def step(
        self,
        layer: GroupLayer,
        features: Tensor,
        position: Tensor,
        layout: list[tuple[Tensor, Tensor]],
    ) -> Tensor:
        """One layer over the windows of all sizes."""
        new = torch.empty_like(features)
        for voxels, padded in layout:
            if len(voxels):
                seen = layer(features[voxels], position[voxels], padded)
                new[voxels[~padded]] = seen[~padded]
        return new
