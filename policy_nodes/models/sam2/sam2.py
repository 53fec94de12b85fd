"""All SAM 2 parts of SAM2Act under one roof, with the authors' key names."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from policy_nodes.models.sam2.config import Sam2Config
from policy_nodes.models.sam2.image_encoder import ImageEncoder
from policy_nodes.models.sam2.memory_attention import MemoryAttention, MemoryRead
from policy_nodes.models.sam2.memory_encoder import MemoryEncoder
from policy_nodes.models.sam2.positions import sine_positions
from policy_nodes.models.sam2.unused_parameters import hold_unused_parameters


class ImageFeatures(NamedTuple):
    """What the image encoder says; sizes for images of 256 x 256 pixels.

    Attributes:
        fine: (batch, fine channels, 64, 64).
        middle: (batch, middle channels, 32, 32).
        coarse: (batch, neck width, 16, 16).
    """

    fine: Tensor
    middle: Tensor
    coarse: Tensor


class HighResolutionConvolutions(nn.Module):
    """The two convolutions of the mask decoder that hand on the finer maps."""

    def __init__(self, width: int, fine: int, middle: int) -> None:
        """Build the convolutions.

        Args:
            width: of the feature pyramid.
            fine: channels at stride 4.
            middle: channels at stride 8.
        """
        super().__init__()
        self.conv_s0 = nn.Conv2d(width, fine, kernel_size=1)
        self.conv_s1 = nn.Conv2d(width, middle, kernel_size=1)


class Sam2(nn.Module):
    """Image encoder, memory encoder and memory attention."""

    def __init__(self, config: Sam2Config) -> None:
        """Build the parts.

        Args:
            config: their sizes.
        """
        super().__init__()
        self.config = config
        neck, memory = config.neck, config.memory
        self.image_encoder = ImageEncoder(config.trunk, neck)
        self.sam_mask_decoder = HighResolutionConvolutions(neck.width, neck.fine, neck.middle)
        self.memory_attention = MemoryAttention(memory)
        self.memory_encoder = MemoryEncoder(memory)
        self.maskmem_tpos_enc = nn.Parameter(torch.empty(memory.steps, 1, 1, memory.memory_width))
        nn.init.trunc_normal_(self.maskmem_tpos_enc, std=0.02)
        if config.published:
            hold_unused_parameters(self, neck.width, memory.memory_width)

    def encode_images(self, images: Tensor) -> ImageFeatures:
        """Encode images (batch, 3, height, width) in [0, 1], both sides multiples of 32."""
        fine, middle, coarse = self.image_encoder(images)
        decoder = self.sam_mask_decoder
        return ImageFeatures(decoder.conv_s0(fine), decoder.conv_s1(middle), coarse)

    def write_memory(self, tokens: Tensor, heatmaps: Tensor) -> Tensor:
        """Encode what is to be remembered of a step.

        Args:
            tokens: (batch, width, height, width of the grid), before they read the memory.
            heatmaps: (batch, 1, any height, any width) logits.

        Returns:
            (batch, cells, memory width).
        """
        return self.memory_encoder(tokens, heatmaps)

    def read_memory(
        self,
        tokens: Tensor,
        token_positions: Tensor,
        memory: Tensor,
        with_attention: bool = False,
    ) -> MemoryRead:
        """Mix what was remembered into the tokens; without any memory they come back unchanged.

        Args:
            tokens: (batch, width, height, width of the grid).
            token_positions: (batch or 1, cells, width) learned positions.
            memory: (batch, steps, cells, memory width), the newest step first; of more than
                `config.memory.steps` the oldest are left out.
            with_attention: whether to work out the attention per step.

        Returns:
            The tokens and, if asked for, the attention per step.
        """
        memory = memory[:, : self.config.memory.steps]
        steps = memory.shape[1]
        if not steps:
            return MemoryRead(tokens, tokens.new_zeros(len(tokens), 0) if with_attention else None)
        height, width = tokens.shape[2:]
        place = sine_positions(height, width, memory.shape[-1], memory.device)
        positions = (place + self.maskmem_tpos_enc[:steps, 0]).to(memory.dtype)
        return self.memory_attention(tokens, token_positions, memory, positions, with_attention)
