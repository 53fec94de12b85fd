"""Attention of one head whose queries and keys turn with their place in the grid."""

import math

from torch import Tensor, nn
from torch.nn import functional

from policy_nodes.models.sam2.positions import rotate

Rotations = tuple[Tensor, Tensor]


class RotaryAttention(nn.Module):
    """Attention to one or several grids of the queries' size."""

    def __init__(self, width: int, key_width: int, dropout: float) -> None:
        """Build the projections.

        Args:
            width: of queries and of the result.
            key_width: of keys and values.
            dropout: of attention weights, while training.
        """
        super().__init__()
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(key_width, width)
        self.v_proj = nn.Linear(key_width, width)
        self.out_proj = nn.Linear(width, width)
        self.dropout = dropout

    def forward(self, query: Tensor, key: Tensor, value: Tensor, rotations: Rotations) -> Tensor:
        """Attend.

        Args:
            query: (batch, cells, width).
            key: (batch, grids * cells, key width), grid after grid.
            value: like `key`.
            rotations: of the cells.

        Returns:
            (batch, cells, width).
        """
        turned_query, turned_key = self._turned(query, key, rotations)
        mixed = functional.scaled_dot_product_attention(
            turned_query[:, None],
            turned_key[:, None],
            self.v_proj(value)[:, None],
            dropout_p=self.dropout if self.training else 0.0,
        )
        return self.out_proj(mixed[:, 0])

    def share_of_grids(self, query: Tensor, key: Tensor, rotations: Rotations) -> Tensor:
        """Return how much of the attention each grid gets (batch, grids), averaged over queries.

        Args:
            query: as in `forward`.
            key: as in `forward`.
            rotations: of the cells.
        """
        turned_query, turned_key = self._turned(query, key, rotations)
        score = turned_query @ turned_key.transpose(1, 2) / math.sqrt(query.shape[-1])
        weight = score.softmax(-1).mean(1)
        return weight.unflatten(1, (-1, query.shape[1])).sum(-1)

    def _turned(self, query: Tensor, key: Tensor, rotations: Rotations) -> tuple[Tensor, Tensor]:
        grids = self.k_proj(key).unflatten(1, (-1, query.shape[1]))
        return rotate(self.q_proj(query), rotations), rotate(grids, rotations).flatten(1, 2)
