"""Memory attention: tokens of the present look at what was remembered of earlier steps."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from policy_nodes.models.sam2.config import MemoryConfig
from policy_nodes.models.sam2.positions import axial_rotations
from policy_nodes.models.sam2.rotary_attention import RotaryAttention, Rotations


class MemoryRead(NamedTuple):
    """What a read gives.

    Attributes:
        tokens: (batch, width, height, width of the grid), mixed with the memory.
        attention: (batch, steps) share of the attention that each remembered step got, newest
            first, averaged over layers and tokens; None unless asked for.
    """

    tokens: Tensor
    attention: Tensor | None


class MemoryAttentionLayer(nn.Module):
    """Self-attention, attention to the memory and a feed-forward part, normalised before each."""

    def __init__(self, config: MemoryConfig) -> None:
        """Build the layer.

        Args:
            config: sizes of the memory.
        """
        super().__init__()
        width, dropout = config.width, config.dropout
        self.self_attn = RotaryAttention(width, width, dropout)
        self.cross_attn_image = RotaryAttention(width, config.memory_width, dropout)
        self.linear1 = nn.Linear(width, config.feedforward)
        self.linear2 = nn.Linear(config.feedforward, width)
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)
        self.norm3 = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, tokens: Tensor, key: Tensor, value: Tensor, rotations: Rotations, share: bool
    ) -> tuple[Tensor, Tensor | None]:
        """Process tokens.

        Args:
            tokens: (batch, cells, width).
            key: (batch, steps * cells, memory width), memory with positions.
            value: like `key`, without positions.
            rotations: of the cells.
            share: whether to return the share of the attention per step.

        Returns:
            Tokens of the same shape, and the share (batch, steps) or None.
        """
        normed = self.norm1(tokens)
        tokens = tokens + self.dropout(self.self_attn(normed, normed, normed, rotations))
        normed = self.norm2(tokens)
        attention = self.cross_attn_image
        shares = attention.share_of_grids(normed, key, rotations) if share else None
        tokens = tokens + self.dropout(attention(normed, key, value, rotations))
        hidden = self.dropout(self.linear1(self.norm3(tokens)).relu())
        return tokens + self.dropout(self.linear2(hidden)), shares


class MemoryAttention(nn.Module):
    """A few layers of memory attention and a last normalisation."""

    def __init__(self, config: MemoryConfig) -> None:
        """Build the layers.

        Args:
            config: sizes of the memory.
        """
        super().__init__()
        self.layers = nn.ModuleList(MemoryAttentionLayer(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width)

    def forward(
        self,
        tokens: Tensor,
        token_positions: Tensor,
        memory: Tensor,
        memory_positions: Tensor,
        with_attention: bool = False,
    ) -> MemoryRead:
        """Mix the memory into the tokens.

        Args:
            tokens: (batch, width, height, width of the grid).
            token_positions: (batch or 1, cells, width) learned positions.
            memory: (batch, steps, cells, memory width), at least one step.
            memory_positions: (steps, cells, memory width).
            with_attention: whether to work out the attention per step.

        Returns:
            The tokens and, if asked for, the attention.
        """
        height, width = tokens.shape[2:]
        x = tokens.flatten(2).transpose(1, 2) + 0.1 * token_positions
        rotations = axial_rotations(height, width, x.shape[-1], x.device)
        key = (memory + memory_positions).flatten(1, 2)
        value = memory.flatten(1, 2)
        shares = []
        for layer in self.layers:
            x, share = layer(x, key, value, rotations, with_attention)
            if share is not None:
                shares.append(share)
        mixed = self.norm(x).transpose(1, 2).unflatten(2, (height, width))
        return MemoryRead(mixed, torch.stack(shares).mean(0) if shares else None)
