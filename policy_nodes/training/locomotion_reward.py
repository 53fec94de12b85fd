"""What legs are rewarded for.

Terms and most weights are those of the joystick environment of MuJoCo Playground and the MJX
tutorial. Ours are a second, narrow kernel of tracking, since the wide one alone hardly tells
0.1 m/s from none, and costs of torque beyond what motors bear, of a low body and of pits.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import torch
from torch import Tensor


@dataclass(frozen=True)
class RewardWeights:
    """Weight of each term per second.

    Attributes:
        linear: asked velocity along the ground, wide kernel.
        linear_close: the same, narrow kernel.
        turning: asked yaw rate, wide kernel.
        turning_close: the same, narrow kernel.
        rise: speed up or down, squared.
        roll_pitch: rates about x and y, squared.
        tilt: horizontal part of the body's up axis, squared.
        torque: root of the sum of squares and sum of magnitudes.
        overload: torque beyond what a joint bears for long, squared.
        action_rate: change of the action, squared.
        still: distance from the stand where standing is asked for.
        air: time of a step beyond 0.1 s, once a foot lands.
        slip: speed of feet on the ground, squared.
        low: how far the body is below the least height.
        pit: feet in a pit.
        fall: the end by a fall.
    """

    linear: float = 1.0
    linear_close: float = 0.7
    turning: float = 0.5
    turning_close: float = 0.4
    rise: float = -1.0
    roll_pitch: float = -0.05
    tilt: float = -3.0
    torque: float = -2e-4
    overload: float = -2e-3
    action_rate: float = -0.02
    still: float = -0.5
    air: float = 0.2
    slip: float = -0.1
    low: float = -10.0
    pit: float = -0.2
    fall: float = -50.0


WIDE, CLOSE = 0.25, 0.03  # of the kernels [m^2/s^2, rad^2/s^2]
BEARABLE = 10.0  # [Nm]
LEAST_HEIGHT = 0.17  # [m] of the body above the ground


class Motion(NamedTuple):
    """What is judged; one row a world.

    Attributes:
        command: (worlds, 3).
        velocity: (worlds, 3) in the level frame of the heading [m/s].
        angular: (worlds, 3) in the frame of the body [rad/s].
        up: (worlds, 3) the body's up axis in the world.
        torques: (worlds, joints) [Nm].
        action: (worlds, joints).
        action_before: (worlds, joints).
        offset: (worlds, joints) from the stand [rad].
        air: (worlds, feet) time of the step that ends now; zero for feet that do not land [s].
        slip: (worlds, feet) speed along the ground of feet that touch it [m/s].
        height: (worlds,) of the body above the ground below it [m].
        pit: (worlds, feet) whether a foot is in a pit.
        fell: (worlds,).
    """

    command: Tensor
    velocity: Tensor
    angular: Tensor
    up: Tensor
    torques: Tensor
    action: Tensor
    action_before: Tensor
    offset: Tensor
    air: Tensor
    slip: Tensor
    height: Tensor
    pit: Tensor
    fell: Tensor


def reward_terms(motion: Motion) -> dict[str, Tensor]:
    """Terms (worlds,) by the names of their weights, without weights."""
    off = (motion.command[:, :2] - motion.velocity[:, :2]).square().sum(-1)
    turn = (motion.command[:, 2] - motion.angular[:, 2]).square()
    asked = motion.command[:, :2].norm(dim=-1)
    stands = (asked < 0.05) & (motion.command[:, 2].abs() < 0.05)
    landed = (motion.air > 0.0).float()
    over = (motion.torques.abs() - BEARABLE).clamp_min(0.0)
    return {
        'linear': (-off / WIDE).exp(),
        'linear_close': (-off / CLOSE).exp(),
        'turning': (-turn / WIDE).exp(),
        'turning_close': (-turn / CLOSE).exp(),
        'rise': motion.velocity[:, 2].square(),
        'roll_pitch': motion.angular[:, :2].square().sum(-1),
        'tilt': motion.up[:, :2].square().sum(-1),
        'torque': motion.torques.norm(dim=-1) + motion.torques.abs().sum(-1),
        'overload': over.square().sum(-1),
        'action_rate': (motion.action - motion.action_before).square().sum(-1),
        'still': motion.offset.abs().sum(-1) * stands,
        # per second of a step, so it is not multiplied by the period again
        'air': ((motion.air - 0.1) * landed).sum(-1) * (asked > 0.05) / 0.02,
        'slip': motion.slip.square().sum(-1),
        'low': (LEAST_HEIGHT - motion.height).clamp(0.0, 0.2),
        'pit': motion.pit.float().sum(-1),
        'fall': motion.fell.float(),
    }


def total_reward(terms: dict[str, Tensor], weights: RewardWeights, period: float) -> Tensor:
    """Weighted sum (worlds,) over a period [s], of at most one period's falls below zero."""
    parts = [getattr(weights, field.name) * terms[field.name] for field in fields(weights)]
    total = torch.stack(parts).sum(0)
    fell = terms['fall'] > 0.0
    # small costs must not make an early end pay; a fall has to cost
    return torch.where(fell, total, total.clamp_min(0.0)) * period
