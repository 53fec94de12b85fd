"""Discrete changes of velocity, added up to the twist that the robot is asked for."""

import torch
from torch import Tensor

V_STEP, W_STEP = 0.05, 0.1
V_MAX, W_MAX = 0.5, 1.0


def change_of(action: Tensor) -> Tensor:
    """Turn actions (rows,) 0..8 into changes (rows, 2) of v [m/s] and w [rad/s].

    Rows of the 3 x 3 table speed up, keep and slow down; columns turn left, keep and right.
    """
    dv = V_STEP * (1 - torch.div(action, 3, rounding_mode='floor'))
    dw = W_STEP * (1 - action.remainder(3))
    return torch.stack((dv, dw), dim=-1).to(torch.float32)


def accumulate(twist: Tensor, action: Tensor, v_min: Tensor) -> Tensor:
    """Add the change of an action to the asked twist, within limits.

    Args:
        twist: (rows, 2) asked so far, v [m/s], w [rad/s].
        action: (rows,) 0..8.
        v_min: (rows,) [m/s].

    Returns:
        (rows, 2).
    """
    wanted = twist + change_of(action)
    v = torch.maximum(wanted[:, 0], v_min).clamp_max(V_MAX)
    return torch.stack((v, wanted[:, 1].clamp(-W_MAX, W_MAX)), dim=-1)
