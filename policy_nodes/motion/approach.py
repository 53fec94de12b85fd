"""How a tip comes to a pose and leaves it: along the tool."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from policy_nodes.motion.poses import Pose

Floats = NDArray[np.float64]

SLANT = 0.1  # [rad] a way that leans less is along the tool


def tool_axis(pose: Pose) -> Floats:
    """Where the tool of a tip points (3,): its z axis in the world."""
    axis: Floats = Rotation.from_quat(pose.quaternion).as_matrix()[:, 2]
    return axis


def drawn_back(pose: Pose, distance: float) -> Pose:
    """A pose drawn back along the tool by a distance [m]."""
    return Pose(pose.position - distance * tool_axis(pose), pose.quaternion)


def is_along_tool(start: Pose, goal: Pose) -> bool:
    """Whether the straight way between two poses leads along the tool at both ends."""
    way = goal.position - start.position
    length = float(np.linalg.norm(way))
    least = np.cos(SLANT) * length
    return all(abs(float(way @ tool_axis(pose))) >= least for pose in (start, goal))
