"""Planar frames: yaw, quaternions (xyzw) and rotations, in numpy."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def quaternion_from_yaw(yaw: float) -> Floats:
    """Turn a yaw [rad] into a quaternion (4,) xyzw about +z."""
    return np.array([0.0, 0.0, np.sin(yaw / 2), np.cos(yaw / 2)])


def yaw_from_quaternion(quaternion: Floats) -> float:
    """Read the yaw [rad, -pi..pi] of a quaternion (4,) xyzw; roll and pitch are ignored."""
    x, y, z, w = quaternion
    return float(np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)))


def rotate(vectors: Floats, yaw: float) -> Floats:
    """Rotate vectors (..., 2) counter-clockwise by yaw [rad]."""
    c, s = np.cos(yaw), np.sin(yaw)
    x, y = vectors[..., 0], vectors[..., 1]
    turned = np.empty(np.shape(vectors))
    turned[..., 0], turned[..., 1] = c * x - s * y, s * x + c * y
    return turned


def wrap(angle: Floats) -> Floats:
    """Bring angles [rad] into [-pi, pi)."""
    return (np.asarray(angle) + np.pi) % (2 * np.pi) - np.pi
