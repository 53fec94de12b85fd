"""One stage of SAM2Act: views, robot and language to heat maps, by a multi-view transformer.

Key names are the authors' (`mvt1`, `mvt2`). Views are folded into the batch, the views of one
sample next to each other.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from policy_nodes.models.sam2.sam2 import ImageFeatures
from policy_nodes.models.sam2act.attention import Layer
from policy_nodes.models.sam2act.config import Sam2ActConfig
from policy_nodes.models.sam2act.convex_upsampling import SLOPE, HeatmapHead
from policy_nodes.models.sam2act.renderer import CHANNELS, VIEWS

GROUPS = 4


class LinearBlock(nn.Module):
    """A linear map, normed in groups and rectified where it is asked for."""

    def __init__(self, features: int, out: int, normed: bool = False) -> None:
        """Build the map.

        Args:
            features: that come in.
            out: features that go out.
            normed: norm and rectify.
        """
        super().__init__()
        self.linear = nn.Linear(features, out)
        self.norm = nn.GroupNorm(GROUPS, out) if normed else None

    def forward(self, x: Tensor) -> Tensor:
        """Map x (..., features)."""
        x = self.linear(x)
        if self.norm is None:
            return x
        rows = self.norm(x.flatten(0, -2))
        return functional.leaky_relu(rows, SLOPE).view_as(x)


class ConvolutionBlock(nn.Module):
    """A convolution without overlap, normed in groups where it is asked for, and rectified."""

    def __init__(self, channels: int, out: int, side: int, normed: bool) -> None:
        """Build the map.

        Args:
            channels: that come in.
            out: channels that go out.
            side: of the kernel, also the stride.
            normed: norm before the rectifier.
        """
        super().__init__()
        self.conv2d = nn.Conv2d(channels, out, side, stride=side)
        self.norm = nn.GroupNorm(GROUPS, out) if normed else None

    def forward(self, x: Tensor) -> Tensor:
        """Map x (rows, channels, h, w) to (rows, out, h / side, w / side)."""
        x = self.conv2d(x)
        return functional.leaky_relu(x if self.norm is None else self.norm(x), SLOPE)


class Stage(nn.Module):
    """The coarse stage, and all but the rotation of the fine one."""

    def __init__(self, config: Sam2ActConfig) -> None:
        """Build the stage.

        Args:
            config: sizes.
        """
        super().__init__()
        width, wide, grid = config.width, config.attention_width, config.grid
        appearance, own = width * 3 // 8, width // 4
        self.grid = grid
        self.multi_resolution = config.multi_resolution
        self.pos_encoding = nn.Parameter(torch.randn(1, VIEWS * grid**2, width))
        self.proprio_preprocess = LinearBlock(config.proprioception, own, normed=True)
        self.patchify = ConvolutionBlock(CHANNELS, appearance, config.patch, normed=True)
        self.lang_preprocess = LinearBlock(config.language_width, width, normed=True)
        if config.sam2.published:
            # for other grids than the image encoder's; nothing computes with it here
            self.fusion_up = ConvolutionBlock(config.sam2.neck.width, appearance, 1, normed=False)
        self.fusion = ConvolutionBlock(config.sam2.neck.width, appearance, 1, normed=False)
        self.fc_bef_attn = LinearBlock(width, wide)
        self.fc_aft_attn = LinearBlock(wide, width)
        self.layers = nn.ModuleList(
            Layer(wide, config.heads, config.head_width, config.feedforward, config.dropout)
            for _ in range(config.layers)
        )
        self.up0 = HeatmapHead(width, config.image_size)

    def token_maps(
        self, images: Tensor, proprioception: Tensor, language: Tensor, coarse: Tensor
    ) -> Tensor:
        """Let views, robot and language look at each other.

        Args:
            images: (batch, 3, 10, size, size) of the renderer.
            proprioception: (batch, numbers).
            language: (batch, tokens, language width).
            coarse: (batch * 3, pyramid width, grid, grid) of the image encoder.

        Returns:
            (batch * 3, width, grid, grid).
        """
        seen = (self.fusion(coarse), self.patchify(images.flatten(0, 1)))
        robot = self.proprio_preprocess(proprioception).repeat_interleave(VIEWS, 0)
        tiled = robot[:, :, None, None].expand(-1, -1, self.grid, self.grid)
        tokens = torch.cat((*seen, tiled), 1).flatten(2).transpose(1, 2)
        tokens = tokens.unflatten(0, (-1, VIEWS)).flatten(1, 2) + self.pos_encoding
        mixed = self.attend(tokens, self.lang_preprocess(language))
        maps = mixed.unflatten(1, (VIEWS, self.grid, self.grid)).flatten(0, 1)
        return maps.permute(0, 3, 1, 2).contiguous()

    def attend(self, tokens: Tensor, words: Tensor) -> Tensor:
        """Mix tokens (batch, 3 * grid * grid, width) and words (batch, tokens, width)."""
        alone = self.fc_bef_attn(tokens).unflatten(1, (VIEWS, -1)).flatten(0, 1)
        half = len(self.layers) // 2
        for layer in self.layers[:half]:
            alone = layer(alone)
        together = torch.cat(
            (self.fc_bef_attn(words), alone.unflatten(0, (-1, VIEWS)).flatten(1, 2)), 1
        )
        for layer in self.layers[half:-1]:
            together = layer(together)
        # nobody asks what the last layer makes of the words
        return self.fc_aft_attn(self.layers[-1](together, first=words.shape[1]))

    def heatmaps(self, maps: Tensor, encoded: ImageFeatures) -> Tensor:
        """Draw heat maps.

        Args:
            maps: of tokens (batch * 3, width, grid, grid).
            encoded: the views (batch * 3) by the image encoder.

        Returns:
            logits (batch, 3, size, size).
        """
        finer = (encoded.middle, encoded.fine) if self.multi_resolution else (None, None)
        return self.up0(maps, *finer)[:, 0].unflatten(0, (-1, VIEWS))
