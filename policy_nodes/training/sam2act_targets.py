"""What SAM2Act's outputs are compared with: places, heat maps, and bins of angles."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from policy_nodes.models.sam2act.renderer import project

CUT = 3.0
"""Standard deviations beyond which a heat map is 0."""

GIMBAL = math.radians(1.0)
"""Pitch this near to a quarter turn counts as one."""


class Cube(NamedTuple):
    """Between the scene bounds and the cube [-1, 1] that the network sees.

    Attributes:
        centre: (3,) of the bounds [m].
        scale: cube units per metre: the longest side becomes 2.
    """

    centre: Tensor
    scale: Tensor

    @classmethod
    def of(cls, bounds: Tensor) -> Cube:
        """Fit bounds (2, 3) [m]."""
        return cls(bounds.mean(0), 2 / (bounds[1] - bounds[0]).max())

    def place(self, points: Tensor) -> Tensor:
        """Map points (..., 3) [m] into the cube."""
        return (points - self.centre) * self.scale


def crop(points: Tensor, bounds: Tensor) -> Tensor:
    """Make points (..., 3) outside the bounds (2, 3) NaN."""
    inside = ((points >= bounds[0]) & (points <= bounds[1])).all(-1, keepdim=True)
    return torch.where(inside, points, torch.nan)


def heat_maps(place: Tensor, size: int, sigma: float) -> Tensor:
    """Draw a Gaussian around where a place falls in each view, with the sum 1.

    Args:
        place: (batch, 3) in the cube.
        size: of a view [pixel].
        sigma: [pixel]

    Returns:
        (batch, 3, size, size); 0 everywhere in a view that the place falls far outside of.
    """
    fallen = project(place[:, None], size)
    pixel = torch.arange(size, device=place.device, dtype=place.dtype)
    across = (pixel - fallen.columns).square()  # (batch, 3, size)
    down = (pixel - fallen.rows).square()
    squared = (across[:, :, None, :] + down[:, :, :, None]) / sigma**2
    drawn = torch.where(squared <= CUT**2, (-squared / 2).exp(), 0.0)
    return drawn / drawn.sum((-2, -1), keepdim=True).clamp_min(1e-6)


def euler_angles(quaternion: Tensor) -> Tensor:
    """Angles (..., 3) of turns about the fixed axes x, then y, then z [rad], from xyzw.

    Where y is a quarter turn, only the sum of the other two is known: it becomes that about x,
    and z is 0. The published data does so within a degree of a quarter turn, and so do we.
    """
    x, y, z, w = (quaternion / quaternion.norm(dim=-1, keepdim=True)).unbind(-1)
    pitch = torch.asin((2 * (w * y - x * z)).clamp(-1, 1))
    roll = torch.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y))
    yaw = torch.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))
    locked = (pitch.abs() - math.pi / 2).abs() < GIMBAL
    sign = pitch.sign()
    # at a quarter turn up the difference of roll and yaw counts, at one down their sum
    alone = 2 * torch.atan2(x, w)
    alone = torch.atan2(alone.sin(), alone.cos())
    return torch.stack(
        (
            torch.where(locked, alone, roll),
            torch.where(locked, sign * (math.pi / 2), pitch),
            torch.where(locked, 0.0, yaw),
        ),
        -1,
    )


def rotation_bins(quaternion: Tensor, bins: int) -> Tensor:
    """Nearest bin (..., 3) of each Euler angle; bin 0 is minus half a turn.

    Args:
        quaternion: (..., 4) xyzw.
        bins: over a whole turn.
    """
    turns = euler_angles(quaternion) / (2 * math.pi) + 0.5
    return (turns * bins).round().long() % bins
