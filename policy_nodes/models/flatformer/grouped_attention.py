"""Layers of FlatFormer: attention within groups of equal size. Key names are the authors'."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from policy_nodes.models.flatformer.window_mapping import LINES, Grouping


class GroupAttention(nn.Module):
    """Attention of voxels to those of their group."""

    def __init__(self, width: int, heads: int) -> None:
        """Build the projections.

        Args:
            width: of a voxel's feature.
            heads: of the attention.
        """
        super().__init__()
        self.heads = heads
        self.attn = nn.MultiheadAttention(width, heads)

    def forward(self, x: Tensor, position: Tensor, hidden: Tensor | None) -> Tensor:
        """Mix features within groups.

        Args:
            x: (groups, size, width).
            position: code of the voxels' places, in the shape of x.
            hidden: slots that nothing looks at (groups, size), or None.

        Returns:
            (groups, size, width).
        """
        width = x.shape[-1]
        weight, bias = self.attn.in_proj_weight, self.attn.in_proj_bias
        query, key = functional.linear(x + position, weight[: 2 * width], bias[: 2 * width]).chunk(
            2, -1
        )
        value = functional.linear(x, weight[2 * width :], bias[2 * width :])
        mixed = functional.scaled_dot_product_attention(
            self._split(query),
            self._split(key),
            self._split(value),
            attn_mask=None if hidden is None else ~hidden[:, None, None, :],
        )
        return self.attn.out_proj(mixed.transpose(1, 2).flatten(2))

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class GroupLayer(nn.Module):
    """Attention and a feed-forward network, each normalised after it is added."""

    def __init__(self, width: int, heads: int) -> None:
        """Build the layer.

        Args:
            width: of a voxel's feature.
            heads: of the attention.
        """
        super().__init__()
        self.attn = GroupAttention(width, heads)
        self.fc1 = nn.Linear(width, 2 * width)
        self.fc2 = nn.Linear(2 * width, width)
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)

    def forward(self, x: Tensor, position: Tensor, hidden: Tensor | None) -> Tensor:
        """Return new features of groups (groups, size, width)."""
        x = self.norm1(x + self.attn(x, position, hidden))
        return self.norm2(x + self.fc2(functional.gelu(self.fc1(x))))


class GroupBlock(nn.Module):
    """Four layers, one along each line."""

    def __init__(self, width: int, heads: int, group: int) -> None:
        """Build the layers.

        Args:
            width: of a voxel's feature.
            heads: of the attention.
            group: number of voxels in a group.
        """
        super().__init__()
        self.group = group
        self.block = nn.ModuleList(GroupLayer(width, heads) for _ in LINES)

    def forward(self, x: Tensor, position: Tensor, grouping: Grouping) -> Tensor:
        """Return new features of the voxels.

        Args:
            x: (voxels, width).
            position: code of the voxels' places in the groups of each line (4, slots, width).
            grouping: of the voxels.
        """
        for line, layer in enumerate(self.block):
            groups = x[grouping.take[line]].unflatten(0, (-1, self.group))
            seen = layer(groups, position[line].view_as(groups), grouping.hidden)
            x = seen.flatten(0, 1)[grouping.put[line]]
        return x
