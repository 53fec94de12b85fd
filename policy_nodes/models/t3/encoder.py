"""What each sensor has for itself: patches, places and a few layers.

Zhao et al., Transferable Tactile Transformers (arXiv 2406.13640), section 3.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from policy_nodes.models.t3.config import T3Config
from policy_nodes.models.t3.transformer import Layer

ENCODER_EPS, MASKED_EPS = 1e-6, 1e-5  # the authors' differ between the stages of training


class PatchEmbedding(nn.Module):
    """A linear map of each patch."""

    def __init__(self, patch: int, width: int) -> None:
        """Build the map.

        Args:
            patch: side of a patch [pixel].
            width: of a token.
        """
        super().__init__()
        self.proj = nn.Conv2d(3, width, patch, stride=patch)

    def forward(self, images: Tensor) -> Tensor:
        """Return (rows, patches, width) of images (rows, 3, h, w)."""
        return self.proj(images).flatten(2).transpose(1, 2)


class Encoder(nn.Module):
    """From the images of one sensor to tokens; the first stands for the whole image."""

    def __init__(self, config: T3Config, eps: float = ENCODER_EPS) -> None:
        """Build the encoder.

        Args:
            config: sizes.
            eps: of the normalisations.
        """
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.width))
        self.pos_embed = nn.Parameter(torch.empty(1, config.grid**2 + 1, config.width))
        self.patch_embed = PatchEmbedding(config.patch, config.width)
        self.blocks = nn.ModuleList(Layer(config, eps) for _ in range(config.encoder_layers))
        nn.init.normal_(self.cls_token, std=0.02)
        with torch.no_grad():
            self.pos_embed.copy_(places(config.grid, config.width))

    def forward(self, images: Tensor, keep: Tensor | None = None) -> Tensor:
        """Encode images.

        Args:
            images: normalised (rows, 3, image_size, image_size).
            keep: indices of the patches to see (rows, kept); None for all.

        Returns:
            (rows, 1 + patches, width).
        """
        x = self.patch_embed(images) + self.pos_embed[:, 1:]
        if keep is not None:
            x = x.gather(1, keep[..., None].expand(-1, -1, x.shape[-1]))
        first = (self.cls_token + self.pos_embed[:, :1]).expand(len(x), -1, -1)
        x = torch.cat((first, x), 1)
        for block in self.blocks:
            x = block(x)
        return x


def places(grid: int, width: int) -> Tensor:
    """Sines and cosines of the places of patches, columns then rows; 0 for the first token.

    Returns:
        (1, 1 + grid * grid, width).
    """
    waves = 10_000.0 ** -(torch.arange(width // 4, dtype=torch.float64) / (width / 4))
    at = torch.arange(grid, dtype=torch.float64)
    code = torch.cat((torch.outer(at, waves).sin(), torch.outer(at, waves).cos()), 1)
    column, row = code.repeat(grid, 1), code.repeat_interleave(grid, 0)
    both = torch.cat((column, row), 1)
    return torch.cat((torch.zeros(1, width, dtype=both.dtype), both))[None].float()
