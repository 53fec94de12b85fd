"""The layer that encoders and trunk are made of (Dosovitskiy et al., arXiv 2010.11929).

Key names are those of the timm library, which the published weights have.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from policy_nodes.models.t3.config import T3Config


class Attention(nn.Module):
    """Attention of all tokens to all."""

    def __init__(self, width: int, heads: int) -> None:
        """Build the projections.

        Args:
            width: of a token.
            heads: of the attention.
        """
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Mix tokens (rows, tokens, width)."""
        query, key, value = self.qkv(x).unflatten(-1, (3, self.heads, -1)).unbind(2)
        mixed = functional.scaled_dot_product_attention(
            query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2)
        )
        return self.proj(mixed.transpose(1, 2).flatten(2))


class FeedForward(nn.Module):
    """Two linear maps of each token."""

    def __init__(self, width: int, hidden: int) -> None:
        """Build the maps.

        Args:
            width: of a token.
            hidden: width between the maps.
        """
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        """Return (rows, tokens, width)."""
        return self.fc2(functional.gelu(self.fc1(x)))


class Layer(nn.Module):
    """Attention and a feed-forward network, each behind a normalisation."""

    def __init__(self, config: T3Config, eps: float) -> None:
        """Build the layer.

        Args:
            config: sizes.
            eps: of the normalisations.
        """
        super().__init__()
        width = config.width
        self.norm1 = nn.LayerNorm(width, eps=eps)
        self.attn = Attention(width, config.heads)
        self.norm2 = nn.LayerNorm(width, eps=eps)
        self.mlp = FeedForward(width, config.feedforward * width)

    def forward(self, x: Tensor) -> Tensor:
        """Return new tokens (rows, tokens, width)."""
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))
