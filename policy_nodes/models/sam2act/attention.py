"""The multi-view transformer's layers: attention and a gated feed-forward map, normed before."""

from torch import Tensor, nn
from torch.nn import functional


class Attention(nn.Module):
    """Self-attention; only the map that leaves it has a bias."""

    def __init__(self, width: int, heads: int, head_width: int, dropout: float) -> None:
        """Build the projections.

        Args:
            width: of a token.
            heads: of the attention.
            head_width: of queries, keys and values.
            dropout: of attention weights, while training.
        """
        super().__init__()
        inner = heads * head_width
        self.to_q = nn.Linear(width, inner, bias=False)
        self.to_kv = nn.Linear(width, 2 * inner, bias=False)
        self.to_out = nn.Linear(inner, width)
        self.heads = heads
        self.dropout = dropout

    def forward(self, tokens: Tensor, first: int = 0) -> Tensor:
        """Mix tokens (rows, tokens, width); only those from `first` on are asked for."""
        parts = (self.to_q(tokens[:, first:]), *self.to_kv(tokens).chunk(2, dim=-1))
        query, key, value = (
            part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts
        )
        mixed = functional.scaled_dot_product_attention(
            query, key, value, dropout_p=self.dropout if self.training else 0.0
        )
        return self.to_out(mixed.transpose(1, 2).flatten(2))


class GatedGelu(nn.Module):
    """Halves the width: the first half times the GELU of the second."""

    def forward(self, x: Tensor) -> Tensor:
        """Gate x (..., 2 width)."""
        value, gate = x.chunk(2, dim=-1)
        return value * functional.gelu(gate)


class FeedForward(nn.Module):
    """Two linear maps with a gate between them."""

    def __init__(self, width: int, factor: int) -> None:
        """Build the maps.

        Args:
            width: of a token.
            factor: of the width between the maps.
        """
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(width, 2 * factor * width), GatedGelu(), nn.Linear(factor * width, width)
        )

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (..., width)."""
        return self.net(tokens)


class Normed(nn.Module):
    """A map behind a layer norm; the names are the authors'."""

    def __init__(self, width: int, fn: nn.Module) -> None:
        """Hold the map.

        Args:
            width: of a token.
            fn: the map.
        """
        super().__init__()
        self.fn = fn
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens: Tensor, *more: int) -> Tensor:
        """Norm tokens (..., width) and map them; `more` is handed on."""
        return self.fn(self.norm(tokens), *more)


class Layer(nn.ModuleList):
    """Attention and feed-forward map, each added to the tokens."""

    def __init__(
        self, width: int, heads: int, head_width: int, feedforward: int, dropout: float
    ) -> None:
        """Build both.

        Args:
            width: of a token.
            heads: of the attention.
            head_width: of queries, keys and values.
            feedforward: width between the feed-forward maps, over that of a token.
            dropout: of attention weights, while training.
        """
        super().__init__(
            (
                Normed(width, Attention(width, heads, head_width, dropout)),
                Normed(width, FeedForward(width, feedforward)),
            )
        )

    def forward(self, tokens: Tensor, first: int = 0) -> Tensor:
        """Process tokens (rows, tokens, width) and return those from `first` on."""
        attention, feedforward = self
        mixed = tokens[:, first:] + attention(tokens, first)
        return mixed + feedforward(mixed)
