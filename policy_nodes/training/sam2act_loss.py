"""What SAM2Act learns from: cross-entropies of heat maps, angles, gripper and collisions."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from policy_nodes.models.sam2act.network import Sam2ActOutput


class Targets(NamedTuple):
    """The right answers.

    Attributes:
        coarse: (batch, 3, size, size) heat maps of the coarse stage.
        fine: (batch, 3, size, size) of the fine stage.
        bins: (batch, 3) int64 of the Euler angles.
        gripper: (batch,) int64.
        collisions: (batch,) int64.
    """

    coarse: Tensor
    fine: Tensor
    bins: Tensor
    gripper: Tensor
    collisions: Tensor


def heat_map_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy (batch, 3) of heat maps (batch, 3, size, size); 0 for an empty target."""
    return -(logits.float().flatten(2).log_softmax(-1) * target.flatten(2)).sum(-1)


def losses(output: Sam2ActOutput, targets: Targets) -> dict[str, Tensor]:
    """Every part of the loss, scalars that are added with the weight 1."""
    coarse = heat_map_loss(output.coarse_heatmaps, targets.coarse).mean()
    fine = heat_map_loss(output.fine_heatmaps, targets.fine).mean()
    rotation = [
        functional.cross_entropy(output.rotation[:, axis].float(), targets.bins[:, axis])
        for axis in range(3)
    ]
    return {
        # published is the mean over the six maps of both stages
        'coarse': coarse / 2,
        'fine': fine / 2,
        'rotation': torch.stack(rotation).sum(),
        'gripper': functional.cross_entropy(output.gripper.float(), targets.gripper),
        'collisions': functional.cross_entropy(output.collisions.float(), targets.collisions),
    }


@torch.no_grad()
def hits(output: Sam2ActOutput, targets: Targets) -> dict[str, Tensor]:
    """How right the answers are: distances of the peaks [pixel], and shares of right choices."""
    near = (output.rotation.argmax(-1) - targets.bins).abs()
    bins = output.rotation.shape[-1]
    return {
        'coarse_pixels': peak_distance(output.coarse_heatmaps, targets.coarse).mean(),
        'fine_pixels': peak_distance(output.fine_heatmaps, targets.fine).mean(),
        'rotation_hit': (torch.minimum(near, bins - near) <= 1).all(-1).float().mean(),
        'gripper_hit': (output.gripper.argmax(-1) == targets.gripper).float().mean(),
        'collisions_hit': (output.collisions.argmax(-1) == targets.collisions).float().mean(),
    }


def peak_distance(logits: Tensor, target: Tensor) -> Tensor:
    """Distance (batch, 3) between the peaks of heat maps (batch, 3, size, size) [pixel]."""
    size = logits.shape[-1]
    mine, right = (maps.flatten(2).argmax(-1) for maps in (logits, target))
    return torch.hypot(
        (mine // size - right // size).float(), (mine % size - right % size).float()
    )
