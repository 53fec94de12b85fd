"""The shape of an arm and of its scene, as capsules on its links."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policy_nodes.safety.arm_capsules import segment_distance
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.arm_kinematics import Placement
from policy_nodes.safety.parameters.arm_body import BASE, SCENE

Floats = NDArray[np.float64]
Pairs = NDArray[np.intp]


class ArmBody:
    """Knows which capsules may meet, and how far they are apart."""

    def __init__(self, config: ArmSafetyConfig) -> None:
        """Read the capsules; those of the scene are watched against all that move."""
        names = list(config.capsules)
        given = list(config.capsules.values())
        joints = list(config.names)
        self._fixed = np.array([capsule.link in (BASE, SCENE) for capsule in given], dtype=bool)
        self._links = np.array(
            [joints.index(capsule.link) if capsule.link in joints else 0 for capsule in given],
            dtype=np.intp,
        )
        self._ends = np.array([(capsule.start, capsule.end) for capsule in given]).reshape(
            -1, 2, 3
        )
        self._radii = np.array([capsule.radius for capsule in given], dtype=np.float64)
        pairs = [names.index(name) for name in config.self_distance.pairs]
        self.self_pairs = np.array(pairs, dtype=np.intp).reshape(-1, 2)
        scene = [place for place, capsule in enumerate(given) if capsule.link == SCENE]
        moving = np.flatnonzero(~self._fixed)
        met = [(int(arm), thing) for arm in moving for thing in scene]
        self.scene_pairs = np.array(met, dtype=np.intp).reshape(-1, 2)

    def ends(self, placement: Placement) -> Floats:
        """Both ends of every capsule (k, capsules, 2, 3) in the base frame [m]."""
        rotations = placement.rotations[:, self._links]
        points = placement.points[:, self._links]
        moved = np.einsum('kcij,cej->kcei', rotations, self._ends) + points[:, :, None]
        return np.where(self._fixed[:, None, None], self._ends, moved)

    def least(self, ends: Floats, pairs: Pairs) -> Floats:
        """Least distance (k,) [m] over pairs (p, 2); below 0 where capsules overlap."""
        one, two = ends[:, pairs[:, 0]], ends[:, pairs[:, 1]]
        lines = segment_distance(one[:, :, 0], one[:, :, 1], two[:, :, 0], two[:, :, 1])
        apart = lines - (self._radii[pairs[:, 0]] + self._radii[pairs[:, 1]])
        least: Floats = apart.min(axis=1)
        return least
