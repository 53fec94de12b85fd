"""Straight to the goal, blind to everything: the floor that other policies stand on."""

import torch
from torch import Tensor

from policy_nodes.policies.drive_limits import (
    RIM_SPEED,
    after_one_step,
    step_towards,
    turn_rate,
    within_wheels,
    wrap,
)
from policy_nodes.policies.navigation import NavigationView


class StraightPolicy:
    """Turns towards the goal and drives.

    Attributes:
        asked: (rows, 2) twist asked for last, v [m/s], w [rad/s].
    """

    def __init__(self) -> None:
        """Begin without any robot; `reset` sizes the memory."""
        self.asked = torch.zeros((0, 2))

    def reset(self, begins: Tensor) -> None:
        """Forget rows where begins (rows,) is True; another number of rows starts anew."""
        if len(begins) != len(self.asked):
            self.asked = torch.zeros((len(begins), 2), device=begins.device)
        self.asked = torch.where(begins[:, None], 0.0, self.asked)

    def select(self, rows: Tensor) -> None:
        """Go on with some rows only, by index (n,)."""
        self.asked = self.asked[rows]

    @torch.inference_mode()
    def act(self, view: NavigationView) -> Tensor:
        """Choose the next twist (rows, 2) v [m/s], w [rad/s]."""
        pose = after_one_step(view.pose, self.asked)
        toward = view.goal - pose[:, :2]
        angle = wrap(torch.atan2(toward[:, 1], toward[:, 0]) - pose[:, 2])
        speed = RIM_SPEED * angle.cos().clamp_min(0.0)
        wanted = within_wheels(torch.stack((speed, turn_rate(angle)), dim=-1))
        self.asked = step_towards(self.asked, wanted, view.v_min)
        return self.asked
