"""Where the joints of the shipped arm are, to draw it as a line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.arm_kinematics import Chain

Floats = NDArray[np.float64]

ROBOT = 'panda'


class ArmSkeleton:
    """The arm that config/panda describes, standing where its table top has it."""

    def __init__(self) -> None:
        """Read its kinematics.

        Raises:
            ValueError: a file that is no parameter file.
        """
        config = ArmSafetyConfig.from_mapping(node_parameters('safety_controller', ROBOT))
        places = [config.places[name] for name in config.names]
        self._names = tuple(config.names)
        self._chain = Chain(
            [place.origin for place in places],
            [place.axis for place in places],
            config.tool.origin,
        )
        base = node_parameters('motion_executor', ROBOT)['base']
        self._base = np.array(base, dtype=np.float64)

    def points(self, names: Sequence[str], positions: Sequence[float]) -> Floats | None:
        """Return foot, joints and tip (n, 3) in the world [m].

        Args:
            names: of measured joints, in any order; others than the arm's may be among them.
            positions: of them [rad].

        Returns:
            None where a joint of the arm is missing or not finite.
        """
        known = dict(zip(names, positions, strict=False))
        joints = np.array([known.get(name, np.nan) for name in self._names], dtype=np.float64)
        if not np.isfinite(joints).all():
            return None
        placed = self._chain.place(joints[None]).points[0]
        return self._base + np.concatenate((np.zeros((1, 3)), placed))
