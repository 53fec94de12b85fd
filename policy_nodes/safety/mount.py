"""Where a sensor sits on the robot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

UNIT_TOLERANCE = 1e-3
FARTHEST = 100.0  # [m]; no sensor sits farther from its robot


@dataclass(frozen=True)
class Mount:
    """Pose of a sensor in the base frame.

    Attributes:
        rotation: (3, 3) from the frame of the sensor to the base frame.
        translation: (3,) of the sensor in the base frame [m].
        stamp_ns: when that held, for a mount that moves; None for one that does not.
    """

    rotation: Floats
    translation: Floats
    stamp_ns: int | None = None

    @classmethod
    def planar(cls, x: float = 0.0, y: float = 0.0, yaw: float = 0.0) -> Mount:
        """A sensor that stands upright at x, y [m], turned by yaw [rad], and does not move."""
        cosine, sine = np.cos(yaw), np.sin(yaw)
        rotation = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
        return cls(rotation, np.array([x, y, 0.0]))

    @classmethod
    def of_pose(
        cls, translation: ArrayLike, quaternion: ArrayLike, stamp_ns: int | None = None
    ) -> Mount:
        """Read a pose.

        Args:
            translation: (3,) [m].
            quaternion: (4,) xyzw.
            stamp_ns: as the attribute.

        Raises:
            ValueError: values that no pose has.
        """
        moved = np.array(translation, dtype=np.float64)
        turned = np.array(quaternion, dtype=np.float64)
        if moved.shape != (3,) or turned.shape != (4,):
            raise ValueError(f'shapes {moved.shape} and {turned.shape}, wanted (3,) and (4,)')
        if not (np.isfinite(moved).all() and np.abs(moved).max() <= FARTHEST):
            raise ValueError(f'a sensor at {moved.tolist()} m')
        length = float(np.sqrt(turned @ turned))
        if not abs(length - 1.0) <= UNIT_TOLERANCE:
            raise ValueError(f'a quaternion of length {length:.3g}')
        x, y, z, w = turned / length
        rotation = np.array(
            [
                [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
            ]
        )
        return cls(rotation, moved, stamp_ns)


AT_BASE = Mount.planar()
