"""One block of the Hiera trunk: attention within windows, or over the image, and an MLP."""

from torch import Tensor, nn
from torch.nn import functional

from policy_nodes.models.sam2.adapted_qkv import AdaptedQkv
from policy_nodes.models.sam2.windows import fill_up, join_windows, split_windows


def halve(tokens: Tensor) -> Tensor:
    """Keep the largest of every 2 x 2 tokens: (batch, height, width, channels) to half of both."""
    return functional.max_pool2d(tokens.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)


class MultiScaleAttention(nn.Module):
    """Self-attention within windows that may pool its queries, so that fewer tokens come out."""

    def __init__(
        self, width: int, out: int, heads: int, window: int, pool: bool, lora_rank: int
    ) -> None:
        """Build the projections.

        Args:
            width: of the incoming tokens.
            out: width of the outgoing ones.
            heads: attention heads.
            window: side of the windows [tokens], 0 for the whole image.
            pool: whether the queries are pooled 2 x 2.
            lora_rank: of the adapters, or 0.
        """
        super().__init__()
        self.heads = heads
        self.window = window
        self.pool = pool
        self.qkv = AdaptedQkv(width, out, lora_rank) if lora_rank else nn.Linear(width, 3 * out)
        self.proj = nn.Linear(out, out)

    def forward(self, tokens: Tensor) -> Tensor:
        """Attend among the tokens of a map.

        The tokens that fill up a window at the margin are zeros before the projection, and are
        attended to like the others: the published weights were trained with them.

        Args:
            tokens: (batch, height, width, channels).

        Returns:
            (batch, height, width, out), both sides halved with pooled queries.
        """
        query, key, value = self._project(tokens).chunk(3, dim=-1)
        if self.pool:
            query = halve(query)
        mixed = functional.scaled_dot_product_attention(
            self._split_heads(query), self._split_heads(key), self._split_heads(value)
        )
        mixed = mixed.transpose(1, 2).reshape(query.shape)
        if not self.window:
            return self.proj(mixed)
        height, width = (side // 2 if self.pool else side for side in tokens.shape[1:3])
        return self.proj(join_windows(mixed, height, width))

    def _project(self, tokens: Tensor) -> Tensor:
        """Project the tokens of each window to queries, keys and values."""
        if not self.window:
            return self.qkv(tokens)
        if not any(side % self.window for side in tokens.shape[1:3]):
            # a third of the numbers to move
            return self.qkv(split_windows(tokens, self.window))
        # What fills up a window need not be projected: zeros give the bias.
        filled = fill_up(self.qkv(tokens), self.window, self.qkv.bias)
        return split_windows(filled, self.window)

    def _split_heads(self, tokens: Tensor) -> Tensor:
        return tokens.flatten(1, 2).unflatten(-1, (self.heads, -1)).transpose(1, 2)


class Mlp(nn.Module):
    """Two linear maps with a GELU between them."""

    def __init__(self, width: int, hidden: int) -> None:
        """Build the maps.

        Args:
            width: of the tokens.
            hidden: between the two.
        """
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, hidden), nn.Linear(hidden, width)])

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (..., width) to the same shape."""
        first, second = self.layers
        return second(functional.gelu(first(tokens)))


class HieraBlock(nn.Module):
    """Attention and MLP, each with a residual; at a new stage wider and on half the grid."""

    def __init__(self, width: int, out: int, heads: int, window: int, lora_rank: int) -> None:
        """Build the block.

        Args:
            width: of the incoming tokens.
            out: width of the outgoing ones; where it differs, the grid is halved.
            heads: attention heads.
            window: side of the incoming windows [tokens], 0 for the whole image.
            lora_rank: of the adapters, or 0.
        """
        super().__init__()
        widens = out != width
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = MultiScaleAttention(width, out, heads, window, widens, lora_rank)
        self.norm2 = nn.LayerNorm(out, eps=1e-6)
        self.mlp = Mlp(out, 4 * out)
        self.proj = nn.Linear(width, out) if widens else None

    def forward(self, tokens: Tensor) -> Tensor:
        """Process tokens (batch, height, width, channels)."""
        normed = self.norm1(tokens)
        skip = tokens if self.proj is None else halve(self.proj(normed))
        tokens = skip + self.attn(normed)
        return tokens + self.mlp(self.norm2(tokens))
