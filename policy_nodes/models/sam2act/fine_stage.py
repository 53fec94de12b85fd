"""The fine stage of SAM2Act: also the rotation, the gripper and whether things may be touched."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from policy_nodes.models.sam2act.config import Sam2ActConfig
from policy_nodes.models.sam2act.renderer import VIEWS, project
from policy_nodes.models.sam2act.stage import Stage

HIDDEN = (256, 128)
AXES = 3
CHOICES = 2


class HandLogits(NamedTuple):
    """How the hand shall be at the waypoint, as logits.

    Attributes:
        rotation: (batch, 3, bins) of the Euler angles about x, y, z.
        gripper: (batch, 2) closed, open.
        collisions: (batch, 2) heed, ignore.
    """

    rotation: Tensor
    gripper: Tensor
    collisions: Tensor


class SineCode(nn.Module):
    """Codes a number by sines, then cosines, of falling frequency."""

    div_term: Tensor

    def __init__(self, width: int) -> None:
        """Hold the frequencies.

        Args:
            width: of the code, even.
        """
        super().__init__()
        half = width // 2
        exponent = torch.arange(half, dtype=torch.float32) * (-math.log(10000.0) / half)
        self.register_buffer('div_term', exponent.exp()[None])

    def forward(self, number: Tensor) -> Tensor:
        """Code numbers (rows,) as (rows, width)."""
        angle = number[:, None].to(self.div_term) * self.div_term
        return torch.cat((angle.sin(), angle.cos()), -1)


def multilayer(features: int, out: int) -> nn.Sequential:
    """Build the map from the features of a waypoint to the logits of one choice."""
    first, second = HIDDEN
    return nn.Sequential(
        nn.Linear(features, first),
        nn.ReLU(),
        nn.Linear(first, second),
        nn.ReLU(),
        nn.Linear(second, out),
    )


def sample(maps: Tensor, columns: Tensor, rows: Tensor) -> Tensor:
    """Read maps (n, channels, side, side) at one place each: (n, channels).

    The four pixels around the place, which lie at whole numbers, weigh by their inverse distance.
    A place whose four pixels are not all inside reads 0.
    """
    side = maps.shape[-1]
    number = torch.arange(4, device=maps.device)
    corners = torch.stack((number // 2, number % 2), -1)
    upper_left = torch.stack((rows, columns), -1).floor()
    pixels = upper_left[:, None] + corners
    inside = ((pixels >= 0) & (pixels < side)).all(-1).all(-1)
    distance = (torch.stack((rows, columns), -1)[:, None] - pixels).norm(dim=-1)
    nearness = 1 / distance.clamp_min(1e-6)
    weight = nearness / nearness.sum(-1, keepdim=True) * inside[:, None]
    row, column = pixels.long().clamp(0, side - 1).unbind(-1)
    which = torch.arange(len(maps), device=maps.device)[:, None]
    return (maps[which, :, row, column] * weight[..., None].to(maps)).sum(1)


class FineStage(Stage):
    """The stage that looks closely at the coarse waypoint."""

    def __init__(self, config: Sam2ActConfig) -> None:
        """Build the stage.

        Args:
            config: sizes.
        """
        super().__init__(config)
        self.image_size, self.patch = config.image_size, config.patch
        features = 2 * VIEWS * config.width
        self.feat_fc_ex_rot = multilayer(features, 2 * CHOICES)
        self.feat_fc_init_bn = nn.BatchNorm1d(features)
        self.feat_fc_pe = SineCode(features)
        self.feat_fc_x = multilayer(features, config.rotation_bins)
        self.feat_fc_y = multilayer(features, config.rotation_bins)
        self.feat_fc_z = multilayer(features, config.rotation_bins)

    def waypoint_features(self, maps: Tensor, waypoint: Tensor) -> Tensor:
        """Gather what each view says, at its strongest and at the waypoint.

        Args:
            maps: token maps (batch * 3, width, grid, grid).
            waypoint: (batch, 3) in the cube of this stage.

        Returns:
            (batch, 6 * width).
        """
        # the authors' order: channel by channel here, view by view there
        strongest = maps.amax((-2, -1)).unflatten(0, (-1, VIEWS)).transpose(1, 2).flatten(1)
        place = project(waypoint[:, None], self.image_size)
        columns, rows = (part.flatten() / self.patch for part in (place.columns, place.rows))
        there = sample(maps, columns, rows).unflatten(0, (-1, VIEWS)).flatten(1)
        return torch.cat((strongest, there), -1)

    def hand(self, features: Tensor, bins: Tensor | None = None) -> HandLogits:
        """Say how the hand shall be; y is told the angle about x, and z those about x and y.

        Args:
            features: (batch, 6 * width) of the waypoint.
            bins: (batch, 3) of the right angles, to learn from; by default the likeliest ones.
        """
        gripper, collisions = self.feat_fc_ex_rot(features).split(CHOICES, -1)
        told = self.feat_fc_init_bn(features)
        logits: list[Tensor] = []
        for axis, head in enumerate((self.feat_fc_x, self.feat_fc_y, self.feat_fc_z)):
            logits.append(head(told))
            if axis + 1 < AXES:
                chosen = logits[-1].argmax(-1) if bins is None else bins[:, axis]
                told = told + self.feat_fc_pe(chosen)
        return HandLogits(torch.stack(logits, 1), gripper, collisions)
