"""Where frames are, by the transforms of a bag; the newest ones of each frame are kept."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.evaluation.message_arrays import NANO

Floats = NDArray[np.float64]
KEPT = 500  # transforms of a frame
DEEPEST = 50  # links between two frames


class TfTree:
    """Takes transforms as they come."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._links: dict[str, deque[tuple[int, str, Floats]]] = {}

    def take(self, fields: Any, *, static: bool) -> None:
        """Take tf2_msgs/TFMessage; static transforms hold at all times.

        Raises:
            ValueError: a rotation that is none.
        """
        for each in fields.transforms:
            stamp = each.header.stamp
            at_ns = stamp.sec * NANO + stamp.nanosec
            links = self._links.setdefault(each.child_frame_id.lstrip('/'), deque(maxlen=KEPT))
            if static:
                links.clear()
            parent = each.header.frame_id.lstrip('/')
            links.append((at_ns, parent, matrix_of(each.transform)))

    def pose(self, frame: str, world: str, stamp_ns: int) -> Floats | None:
        """Pose (4, 4) of a frame in another, each link as it was nearest to a time.

        Returns:
            None where no chain of transforms leads there.
        """
        found, at = np.eye(4), frame.lstrip('/')
        for _ in range(DEEPEST):
            if at == world:
                return found
            links = self._links.get(at)
            if not links:
                return None
            now_ns = stamp_ns
            _, at, link = min(links, key=lambda each: abs(each[0] - now_ns))
            found = link @ found
        return None


def matrix_of(transform: Any) -> Floats:
    """Write geometry_msgs/Transform as a matrix (4, 4).

    Raises:
        ValueError: its quaternion has no direction, or something is not finite.
    """
    turn, move = transform.rotation, transform.translation
    quaternion = np.array([turn.x, turn.y, turn.z, turn.w])
    size = float(np.linalg.norm(quaternion))
    found = np.eye(4)
    found[:3, 3] = move.x, move.y, move.z
    if not size > 1e-6 or not np.isfinite(found).all():
        raise ValueError('a transform without a rotation, or not finite')
    x, y, z, w = quaternion / size
    found[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return found
