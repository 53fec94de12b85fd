"""The rotation that SAM2Act chooses as bins of Euler angles about the fixed axes x, y and z."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def quaternion_from_euler(angles: ArrayLike) -> Floats:
    """Turn angles (3,) [rad] about the fixed x, then y, then z into (4,) xyzw with w >= 0."""
    half = np.asarray(angles, np.float64) / 2
    (cx, cy, cz), (sx, sy, sz) = np.cos(half), np.sin(half)
    quaternion = np.array(
        [
            sx * cy * cz - cx * sy * sz,
            cx * sy * cz + sx * cy * sz,
            cx * cy * sz - sx * sy * cz,
            cx * cy * cz + sx * sy * sz,
        ]
    )
    return -quaternion if quaternion[3] < 0 else quaternion


def rotation_of_bins(chosen: ArrayLike, bins: int = 72) -> Floats:
    """Give the quaternion (4,) xyzw of bins (3,) about x, y and z; bin 0 is minus half a turn."""
    return quaternion_from_euler((np.asarray(chosen) / bins - 0.5) * 2 * np.pi)
