"""Attitude of a body: has it fallen, or does it lean more than legs can master?"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import ImuSample
from policy_nodes.safety.finding import Finding
from policy_nodes.safety.legged_persistence import Persistence
from policy_nodes.safety.parameters.legged_body import LegImuParameters
from policy_nodes.safety.reasons import Reason


def lean(quaternion: NDArray[np.float64]) -> tuple[float, float, float]:
    """Roll, pitch and tilt of a body [rad], whatever its heading.

    They come from the direction of gravity in the body, so a yaw that drifts does not matter.

    Args:
        quaternion: (4,) xyzw of any length but zero, body in a frame whose z points up.

    Returns:
        Roll about x, pitch about y, and the angle between the up axis and the vertical.
    """
    x, y, z, w = (float(value) for value in quaternion)
    scale = x * x + y * y + z * z + w * w
    # the up direction of the world in the body frame
    up_x = 2.0 * (x * z - w * y) / scale
    up_y = 2.0 * (y * z + w * x) / scale
    up_z = (w * w - x * x - y * y + z * z) / scale
    roll = math.atan2(up_y, up_z)
    pitch = math.asin(max(-1.0, min(1.0, -up_x)))
    return roll, pitch, math.acos(max(-1.0, min(1.0, up_z)))


class AttitudeGuard:
    """Judges every IMU sample."""

    def __init__(self, limits: LegImuParameters) -> None:
        self.limits = limits
        self._leaning = Persistence(1, limits.tilt_time)
        self.present: Finding | None = None

    def look(self, imu: ImuSample) -> list[Finding]:
        """Take a sample.

        Returns:
            What the robot must be stopped for now.
        """
        limits = self.limits
        roll, pitch, tilt = lean(imu.quaternion)
        words = f'Roll {roll:.2f}, pitch {pitch:.2f}, tilt {tilt:.2f} rad.'
        if tilt > limits.fall_tilt:
            self.present = Finding(Reason.LEG_FALLEN, 'imu', words)
            return [self.present]
        leaning = abs(roll) > limits.max_roll or abs(pitch) > limits.max_pitch
        self.present = Finding(Reason.LEG_TILT, 'imu', words) if leaning else None
        over = self._leaning.look(np.array([leaning]), imu.stamp_ns)
        return [self.present] if self.present is not None and len(over) else []

    def forget(self) -> None:
        """Rely on no sample received so far."""
        self._leaning.forget()
        self.present = None
