"""Moves cloud and key poses together: shifts of the scene and turns about the vertical.

A sample is turned about its key pose and then shifted, as published. A sequence is moved as one,
about the middle of its key poses, so that what is remembered stays where it was; the authors move
every step of a sequence on its own.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from policy_nodes.training.sam2act_data import Batch


class Motion(NamedTuple):
    """Of the scene: turned about a centre, then shifted.

    Attributes:
        yaw: (batch,) about the vertical [rad].
        centre: (batch, 3) [m].
        shift: (batch, 3) [m].
    """

    yaw: Tensor
    centre: Tensor
    shift: Tensor

    def move(self, points: Tensor) -> Tensor:
        """Move points (batch, ..., 3)."""
        cosine, sine = self.yaw.cos(), self.yaw.sin()
        zero, one = torch.zeros_like(cosine), torch.ones_like(cosine)
        rotation = torch.stack((cosine, -sine, zero, sine, cosine, zero, zero, zero, one), -1)
        shape = (-1, *[1] * (points.dim() - 2), 3)
        turned = torch.einsum(
            'bij,b...j->b...i', rotation.unflatten(-1, (3, 3)), points - self.centre.view(shape)
        )
        return turned + (self.centre + self.shift).view(shape)

    def turn(self, quaternion: Tensor) -> Tensor:
        """Turn quaternions (batch, ..., 4) xyzw."""
        shape = (-1, *[1] * (quaternion.dim() - 2))
        z, w = (self.yaw / 2).sin().view(shape), (self.yaw / 2).cos().view(shape)
        qx, qy, qz, qw = quaternion.unbind(-1)
        turned = (w * qx - z * qy, w * qy + z * qx, w * qz + z * qw, w * qw - z * qz)
        return torch.stack(turned, -1)


def draw_motion(
    position: Tensor,
    valid: Tensor,
    bounds: Tensor,
    *,
    shift: float,
    yaw: float,
    generator: torch.Generator | None = None,
) -> Motion:
    """Draw how the scenes are moved; every valid key pose stays within the bounds.

    A sequence whose key poses would not fit after its turn is not turned.

    Args:
        position: (batch, steps, 3) of the key poses [m].
        valid: (batch, steps).
        bounds: (2, 3) lowest and highest corner of the scene [m].
        shift: largest, as a share of the sides of the bounds.
        yaw: largest [rad].
        generator: of the device.
    """
    batch, device = len(position), position.device

    def uniform(*shape: int) -> Tensor:
        return torch.rand(shape, device=device, generator=generator) * 2 - 1

    lowest, highest = bounds
    share = valid[..., None] / valid.sum(1)[:, None, None]
    motion = Motion(
        uniform(batch) * yaw, (position * share).sum(1), torch.zeros_like(position[:, 0])
    )
    shifted = uniform(batch, 3) * shift * (highest - lowest)
    for _ in range(2):
        turned = motion.move(position)
        ignored = ~valid[..., None]
        least = (lowest - turned).masked_fill(ignored, -torch.inf).amax(1)
        most = (highest - turned).masked_fill(ignored, torch.inf).amin(1)
        fits = (least <= most).all(-1)
        motion = motion._replace(yaw=torch.where(fits, motion.yaw, 0.0))
    return motion._replace(shift=torch.minimum(torch.maximum(shifted, least), most))


def augment(
    batch: Batch,
    bounds: Tensor,
    *,
    shift: float,
    yaw: float,
    generator: torch.Generator | None = None,
) -> Batch:
    """Move clouds and key poses; a batch (batch,) sample by sample, (batch, steps) as sequences.

    Args:
        batch: to move.
        bounds: (2, 3) lowest and highest corner of the scene [m].
        shift: largest, as a share of the sides of the bounds.
        yaw: largest [rad].
        generator: of the device.
    """
    steps = batch.position.dim() == 3
    position = batch.position if steps else batch.position[:, None]
    valid = batch.valid if steps else batch.valid[:, None]
    motion = draw_motion(position, valid, bounds, shift=shift, yaw=yaw, generator=generator)
    return batch._replace(
        points=motion.move(batch.points),
        position=motion.move(batch.position),
        quaternion=motion.turn(batch.quaternion),
    )
