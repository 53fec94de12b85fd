"""Learns from images alone: some patches are hidden, and drawn again from the others.

He et al., Masked Autoencoders (arXiv 2111.06377), as T3's first stage of training has it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from policy_nodes.models.t3.config import T3Config
from policy_nodes.models.t3.encoder import places
from policy_nodes.models.t3.network import T3
from policy_nodes.models.t3.transformer import Layer
from policy_nodes.models.t3.trunk import TRUNK_EPS

HIDDEN = 0.4  # share of the patches


class MaskedDecoder(nn.Module):
    """Draws all patches from the tokens of those that were seen."""

    pos_embed: Tensor

    def __init__(self, width: int, config: T3Config) -> None:
        """Build the decoder.

        Args:
            width: of the trunk's tokens.
            config: sizes of the decoder's own layers; `encoder_layers` says how many.
        """
        super().__init__()
        self.decoder_embed = nn.Linear(width, config.width)
        self.mask_token = nn.Parameter(torch.zeros(1, 1, config.width))
        self.register_buffer('pos_embed', places(config.grid, config.width), persistent=False)
        self.blocks = nn.ModuleList(Layer(config, TRUNK_EPS) for _ in range(config.encoder_layers))
        self.norm = nn.LayerNorm(config.width, eps=TRUNK_EPS)
        self.pixels = nn.Linear(config.width, 3 * config.patch**2)
        nn.init.normal_(self.mask_token, std=0.02)

    def forward(self, tokens: Tensor, keep: Tensor) -> Tensor:
        """Draw patches.

        Args:
            tokens: (rows, 1 + kept, width).
            keep: indices of the patches seen (rows, kept).

        Returns:
            pixels of each patch (rows, patches, 3 patch^2).
        """
        x = self.decoder_embed(tokens)
        count = self.pos_embed.shape[1] - 1
        whole = self.mask_token.to(x.dtype).expand(len(x), count, -1)
        whole = whole.scatter(1, keep[..., None].expand(-1, -1, x.shape[-1]), x[:, 1:])
        x = torch.cat((x[:, :1], whole), 1) + self.pos_embed
        for block in self.blocks:
            x = block(x)
        return self.pixels(self.norm(x))[:, 1:]


def masked_loss(
    network: T3, decoder: MaskedDecoder, sensor: str, images: Tensor, hidden: float = HIDDEN
) -> Tensor:
    """Mean squared error over hidden patches, each normalised by its own mean and deviation.

    Args:
        network: encoder and trunk.
        decoder: that draws.
        sensor: that the images come from.
        images: normalised (rows, 3, image_size, image_size).
        hidden: share of the patches.
    """
    patches = cut(images, network.config.patch)
    count = patches.shape[1]
    order = torch.rand(len(images), count, device=images.device).argsort(1)
    keep = order[:, : count - int(count * hidden)]
    drawn = decoder(network.trunk(network.encoders[sensor](images, keep)), keep)
    spread = patches.var(-1, keepdim=True).add(1e-6).sqrt()
    wanted = (patches - patches.mean(-1, keepdim=True)) / spread
    unseen = torch.ones_like(order, dtype=images.dtype).scatter(1, keep, 0.0)
    return ((drawn - wanted) ** 2).mean(-1).mul(unseen).sum() / unseen.sum()


def cut(images: Tensor, patch: int) -> Tensor:
    """Cut images (rows, 3, h, w) into patches (rows, patches, patch * patch * 3)."""
    x = images.unfold(2, patch, patch).unfold(3, patch, patch)  # (rows, 3, h, w, patch, patch)
    return x.permute(0, 2, 3, 4, 5, 1).flatten(3).flatten(1, 2)
