"""Hiera: a hierarchical vision transformer, the trunk of SAM 2's image encoder."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from policy_nodes.models.sam2.config import HieraConfig
from policy_nodes.models.sam2.hiera_block import HieraBlock


class PatchEmbedding(nn.Module):
    """Turns an image into overlapping patches, one token for 4 x 4 pixels."""

    def __init__(self, width: int) -> None:
        """Build the convolution.

        Args:
            width: of the tokens.
        """
        super().__init__()
        self.proj = nn.Conv2d(3, width, kernel_size=7, stride=4, padding=3)

    def forward(self, images: Tensor) -> Tensor:
        """Embed images (batch, 3, side, side) as (batch, side / 4, side / 4, width)."""
        return self.proj(images).permute(0, 2, 3, 1)


class Hiera(nn.Module):
    """Hiera with window attention and learned positions (arXiv 2306.00989, 2311.05613)."""

    def __init__(self, config: HieraConfig) -> None:
        """Build the trunk.

        Args:
            config: its sizes.
        """
        super().__init__()
        self.patch_embed = PatchEmbedding(config.width)
        background, window = config.background, config.windows[0]
        self.pos_embed = nn.Parameter(torch.empty(1, config.width, background, background))
        self.pos_embed_window = nn.Parameter(torch.empty(1, config.width, window, window))
        nn.init.trunc_normal_(self.pos_embed, std=0.02)
        nn.init.trunc_normal_(self.pos_embed_window, std=0.02)
        self.blocks = nn.ModuleList()
        self.stage_ends = []
        width = config.width
        for stage, (blocks, out) in enumerate(zip(config.stages, config.widths, strict=True)):
            heads = config.heads * 2**stage
            for block in range(blocks):
                # A stage's first block still sees the grid of the stage before, so its windows.
                window = config.windows[stage if block or not stage else stage - 1]
                if len(self.blocks) in config.global_blocks:
                    window = 0
                self.blocks.append(HieraBlock(width, out, heads, window, config.lora_rank))
                width = out
            self.stage_ends.append(len(self.blocks) - 1)
        self.stride = 4 * 2 ** (len(config.stages) - 1)

    def forward(self, images: Tensor) -> list[Tensor]:
        """Encode images.

        Args:
            images: (batch, 3, height, width), both sides multiples of `stride`; what values mean
                is the business of the weights (SAM2Act hands in [0, 1], not normalised).

        Returns:
            The map of every stage, finest first: (batch, channels, height, width).

        Raises:
            ValueError: a side is no multiple of the stride.
        """
        if any(side % self.stride for side in images.shape[2:]):
            raise ValueError(
                f'Hiera: images of {tuple(images.shape[2:])} pixels; '
                f'resize them to multiples of {self.stride}'
            )
        tokens = self.patch_embed(images)
        tokens = tokens + self.positions(*tokens.shape[1:3])
        maps = []
        for number, block in enumerate(self.blocks):
            tokens = block(tokens)
            if number in self.stage_ends:
                maps.append(tokens.permute(0, 3, 1, 2))
        return maps

    def positions(self, height: int, width: int) -> Tensor:
        """Give positions (1, height, width, channels): a stretched background, a tiled window."""
        background = functional.interpolate(self.pos_embed, size=(height, width), mode='bicubic')
        side = self.pos_embed_window.shape[-1]
        tiles = self.pos_embed_window.tile(1, 1, -(-height // side), -(-width // side))
        return (background + tiles[..., :height, :width]).permute(0, 2, 3, 1)
