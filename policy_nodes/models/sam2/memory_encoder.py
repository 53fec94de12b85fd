"""Memory encoder: what is remembered of a step, from its tokens and its heat map."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from policy_nodes.models.sam2.config import MemoryConfig
from policy_nodes.models.sam2.layer_norm_2d import LayerNorm2d


class MaskDownsampler(nn.Module):
    """Four convolutions of stride 2 that bring a heat map to the grid of the tokens."""

    def __init__(self, config: MemoryConfig) -> None:
        """Build the convolutions.

        Args:
            config: sizes of the memory.
        """
        super().__init__()
        layers: list[nn.Module] = []
        channels = 1
        for out in config.mask_channels:
            layers += [
                nn.Conv2d(channels, out, kernel_size=3, stride=2, padding=1),
                LayerNorm2d(out),
                nn.GELU(),
            ]
            channels = out
        layers.append(nn.Conv2d(channels, config.width, kernel_size=1))
        self.encoder = nn.Sequential(*layers)
        self.stride = 2 ** len(config.mask_channels)

    def forward(self, masks: Tensor) -> Tensor:
        """Bring masks (batch, 1, height, width) to (batch, channels, height/16, width/16)."""
        return self.encoder(masks)


class ConvNextBlock(nn.Module):
    """Depthwise 7 x 7 convolution and an MLP per pixel, scaled and added (arXiv 2201.03545)."""

    def __init__(self, width: int) -> None:
        """Build the block; it changes next to nothing at first.

        Args:
            width: channels.
        """
        super().__init__()
        self.dwconv = nn.Conv2d(width, width, kernel_size=7, padding=3, groups=width)
        self.norm = LayerNorm2d(width)
        self.pwconv1 = nn.Linear(width, 4 * width)
        self.pwconv2 = nn.Linear(4 * width, width)
        self.gamma = nn.Parameter(torch.full((width,), 1e-6))

    def forward(self, x: Tensor) -> Tensor:
        """Process a map (batch, channels, height, width)."""
        last = self.norm(self.dwconv(x)).permute(0, 2, 3, 1)
        last = self.gamma * self.pwconv2(functional.gelu(self.pwconv1(last)))
        return x + last.permute(0, 3, 1, 2)


class Fuser(nn.Module):
    """A chain of ConvNeXt blocks."""

    def __init__(self, width: int, blocks: int) -> None:
        """Build the chain.

        Args:
            width: channels.
            blocks: their number.
        """
        super().__init__()
        self.layers = nn.ModuleList(ConvNextBlock(width) for _ in range(blocks))

    def forward(self, x: Tensor) -> Tensor:
        """Process a map (batch, channels, height, width)."""
        for layer in self.layers:
            x = layer(x)
        return x


class MemoryEncoder(nn.Module):
    """Joins the tokens of a step with the heat map that it led to."""

    def __init__(self, config: MemoryConfig) -> None:
        """Build the parts.

        Args:
            config: sizes of the memory.
        """
        super().__init__()
        self.mask_downsampler = MaskDownsampler(config)
        self.pix_feat_proj = nn.Conv2d(config.width, config.width, kernel_size=1)
        self.fuser = Fuser(config.width, config.fuser_layers)
        self.out_proj = nn.Conv2d(config.width, config.memory_width, kernel_size=1)

    def forward(self, tokens: Tensor, heatmaps: Tensor) -> Tensor:
        """Encode a step.

        Args:
            tokens: (batch, width, height, width of the grid), before they read the memory.
            heatmaps: (batch, 1, any height, any width) logits.

        Returns:
            (batch, cells, memory width).
        """
        height, width = (side * self.mask_downsampler.stride for side in tokens.shape[2:])
        stretched = functional.interpolate(heatmaps, size=(height, width), mode='bilinear')
        # SAM 2 scales masks to -10 .. 10
        masks = self.mask_downsampler(stretched.sigmoid() * 20 - 10)
        fused = self.fuser(self.pix_feat_proj(tokens) + masks)
        return self.out_proj(fused).flatten(2).transpose(1, 2)
