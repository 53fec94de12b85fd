"""The differential drive of the authors' TurtleBot 2: wheel limits, noise and a late pose.

A commanded (v, w) becomes wheel speeds that saturate at 11.5 rad/s, so the robot tops out near
0.41 m/s and hardly turns at full speed. Policies trained with it lose some 15 points of success
on a textbook unicycle, and the other way round (specs, crowd world).
"""

import math

import torch
from torch import Tensor

from policy_nodes.simulation.crowd import counter_random

WHEEL_RADIUS = 0.035
TRACK = 0.23
WHEEL_LIMIT = 11.5
WHEEL_NOISE = 0.15
SPEED_GAIN = 1.028
TIME_STEP = 0.1
STANDING_STEPS = 2
STREAM = 101


def wheel_twist(command: Tensor, noise: Tensor) -> Tensor:
    """Turn a commanded twist into the one that the saturated, noisy wheels produce.

    Args:
        command: (worlds, 2) v [m/s], w [rad/s].
        noise: (worlds, 2) left and right wheel [rad/s].

    Returns:
        (worlds, 2) v [m/s], w [rad/s].
    """
    v, w = command.unbind(-1)
    half = 0.5 * TRACK * w
    left = ((v - half) / WHEEL_RADIUS).clamp(-WHEEL_LIMIT, WHEEL_LIMIT) + noise[:, 0]
    right = ((v + half) / WHEEL_RADIUS).clamp(-WHEEL_LIMIT, WHEEL_LIMIT) + noise[:, 1]
    return torch.stack(
        (
            0.5 * SPEED_GAIN * WHEEL_RADIUS * (left + right),
            WHEEL_RADIUS / TRACK * (right - left),
        ),
        dim=-1,
    )


def drive(pose: Tensor, command: Tensor, seed: Tensor, step: Tensor) -> tuple[Tensor, Tensor]:
    """Advance the base by one time step.

    Args:
        pose: (worlds, 3) x, y [m], yaw [rad].
        command: (worlds, 2) v [m/s], w [rad/s].
        seed: (worlds,) of the episode.
        step: (worlds,) steps since the start; the first two stand still.

    Returns:
        pose (worlds, 3) with yaw in [-pi, pi), and twist (worlds, 2) driven meanwhile.
    """
    noise = WHEEL_NOISE * counter_random.normal(seed, STREAM, step, (2,)).to(pose.dtype)
    twist = wheel_twist(command, noise)
    twist = torch.where((step < STANDING_STEPS)[:, None], 0.0, twist)
    turn = twist[:, 1] * TIME_STEP
    middle = pose[:, 2] + 0.5 * turn
    travel = twist[:, 0] * TIME_STEP
    moved = torch.stack(
        (
            pose[:, 0] + travel * middle.cos(),
            pose[:, 1] + travel * middle.sin(),
            (pose[:, 2] + turn + math.pi).remainder(2 * math.pi) - math.pi,
        ),
        dim=-1,
    )
    return moved, twist
