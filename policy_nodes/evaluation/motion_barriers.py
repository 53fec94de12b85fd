"""What the safety controller of an arm would stop for, so that nobody plans it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.arm_guard import ArmGuard

Floats = NDArray[np.float64]

SAME = 1e-6


class SafetyBarriers:
    """Looks at configurations as the safety controller would.

    Its parameters are those that are shipped: what a launch overrides is not known here, and the
    safety controller decides.
    """

    def __init__(self, config: ArmSafetyConfig) -> None:
        """Build its kinematics and its body."""
        self._guard = ArmGuard(config)

    def __call__(self, start: Floats, configurations: Floats) -> str:
        """Say what would stop an arm that begins at (n,) at one of (k, n); empty if nothing.

        Where it begins too near already it may get no nearer.
        """
        figures = self._guard.figures(np.vstack((start, configurations)))
        for barrier in self._guard.barriers:
            begin, least = figures[barrier.name][0], figures[barrier.name][1:].min()
            if least < min(barrier.again, begin - SAME):
                words = f'{barrier.name} would be {least:.3g}{barrier.unit}'
                return f'{words}, and the safety controller stops at {barrier.stop:g}'
        return ''


def barriers_of(robot: str) -> SafetyBarriers:
    """Read config/<robot>/safety_controller.yaml.

    Raises:
        ValueError: there is no such file, or it holds no parameters.
    """
    given = node_parameters('safety_controller', robot)
    if not given:
        raise ValueError(f'there is no config/{robot}/safety_controller.yaml for robot {robot!r}')
    return SafetyBarriers(ArmSafetyConfig.from_mapping(given))
