"""What the base can be asked for: steps of the twist, and wheels that turn only so fast.

The steps are those of HEIGHT's actions, so that every policy drives under the same rules. The
wheel limits are the published ones of the TurtleBot 2: 11.5 rad/s, radius 0.035 m, track 0.23 m.
"""

import math

import torch
from torch import Tensor

from policy_nodes.policies.velocity_steps import V_MAX, V_STEP, W_MAX, W_STEP

STEP_TIME = 0.1
RIM_SPEED = 11.5 * 0.035  # greatest speed of a wheel's rim, and of the robot straight on [m/s]
HALF_TRACK = 0.115  # from the middle of the robot to a wheel [m]
ROBOT_BODY = 0.178  # radius of the robot [m]
PERSON_BODY = 0.3  # radius that a person counts with [m]


def within_wheels(twist: Tensor) -> Tensor:
    """Slow twists (..., 2) v [m/s], w [rad/s] down to what the wheels can do; turning comes first.

    A command beyond the limit would saturate the outer wheel, and the robot would not turn.
    """
    v, w = twist.unbind(-1)
    w = w.clamp(-W_MAX, W_MAX)
    room = (RIM_SPEED - HALF_TRACK * w.abs()).clamp_min(0.0)
    return torch.stack((v.maximum(-room).minimum(room), w), dim=-1)


def step_towards(asked: Tensor, wanted: Tensor, v_min: Tensor) -> Tensor:
    """Change the asked twist towards a wanted one, no faster than one step allows.

    Args:
        asked: (rows, 2) asked for last, v [m/s], w [rad/s].
        wanted: (rows, 2).
        v_min: (rows,) [m/s].

    Returns:
        (rows, 2) to ask for now.
    """
    change = wanted - asked
    dv = change[:, 0].clamp(-V_STEP, V_STEP)
    dw = change[:, 1].clamp(-W_STEP, W_STEP)
    v = (asked[:, 0] + dv).maximum(v_min).clamp_max(V_MAX)
    return torch.stack((v, (asked[:, 1] + dw).clamp(-W_MAX, W_MAX)), dim=-1)


def after_one_step(pose: Tensor, asked: Tensor) -> Tensor:
    """Move poses (rows, 3) by the twist (rows, 2) asked for during the last step.

    Odometry says where the robot was one step ago; this is where it is now, noise apart.
    """
    turn = STEP_TIME * asked[:, 1]
    middle = pose[:, 2] + 0.5 * turn
    travel = STEP_TIME * asked[:, 0]
    return torch.stack(
        (
            pose[:, 0] + travel * middle.cos(),
            pose[:, 1] + travel * middle.sin(),
            pose[:, 2] + turn,
        ),
        dim=-1,
    )


def wrap(angle: Tensor) -> Tensor:
    """Bring angles [rad] into [-pi, pi)."""
    return (angle + math.pi).remainder(2 * math.pi) - math.pi


def turn_rate(angle: Tensor) -> Tensor:
    """Choose the yaw rate [rad/s] that turns by an angle [rad] and comes to rest on it.

    The rate falls by one step per step, so that a turn is begun to end while some angle is left.
    """
    slowing = 0.5 * W_STEP / STEP_TIME
    rate = (2 * slowing * angle.abs()).sqrt().minimum(angle.abs() / (2 * STEP_TIME))
    return angle.sign() * rate.clamp_max(W_MAX)
