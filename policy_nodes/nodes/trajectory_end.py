"""The last point of a trajectory, as drives take it that know no other."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from trajectory_msgs.msg import JointTrajectory


def trajectory_end(
    message: JointTrajectory, names: Sequence[str]
) -> tuple[NDArray[np.float64], float]:
    """Read the last point of a trajectory.

    Args:
        message: trajectory of exactly these joints, in any order.
        names: of the joints.

    Returns:
        Positions (n,) in the order of the names [rad], and after how long [s].

    Raises:
        ValueError: there is no point, or it cannot be gone to.
    """
    if not message.points or sorted(message.joint_names) != sorted(names):
        raise ValueError('a trajectory has no point, or other joints than the arm')
    point = message.points[-1]
    values = np.array(point.positions, dtype=np.float64)
    if values.shape != (len(names),) or not np.isfinite(values).all():
        raise ValueError('the positions of a point are too many, too few or not finite')
    after = point.time_from_start
    return values[[message.joint_names.index(name) for name in names]], (
        after.sec + after.nanosec * 1e-9
    )
