"""Low-rank adapters on the queries and values of a frozen projection."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class AdaptedQkv(nn.Module):
    """Projection to queries, keys and values, with LoRA on queries and values (no scaling).

    An adapter is as wide as the block's input, as in the published weights. Where a block doubles
    the width, it therefore reaches the first half of the queries and the last half of the values.
    """

    def __init__(self, width: int, out: int, rank: int) -> None:
        """Build the projection and its adapters, which change nothing at first.

        Args:
            width: of the tokens.
            out: width of queries, of keys and of values.
            rank: of the adapters.
        """
        super().__init__()
        self.qkv = nn.Linear(width, 3 * out)
        self.linear_a_q = nn.Linear(width, rank, bias=False)
        self.linear_b_q = nn.Linear(rank, width, bias=False)
        self.linear_a_v = nn.Linear(width, rank, bias=False)
        self.linear_b_v = nn.Linear(rank, width, bias=False)
        nn.init.zeros_(self.linear_b_q.weight)
        nn.init.zeros_(self.linear_b_v.weight)

    @property
    def bias(self) -> Tensor:
        """What a token of zeros gives (3 * out,)."""
        return self.qkv.bias

    def forward(self, tokens: Tensor) -> Tensor:
        """Project tokens (..., width) to (..., 3 * out)."""
        # Adding the adapters to the weight costs far less than applying them to every token.
        weight = self.qkv.weight
        query = self.linear_b_q.weight @ self.linear_a_q.weight
        value = self.linear_b_v.weight @ self.linear_a_v.weight
        between = weight.new_zeros(weight.shape[0] - 2 * weight.shape[1], weight.shape[1])
        weight = weight + torch.cat([query, between, value])
        return functional.linear(tokens, weight, self.qkv.bias)
