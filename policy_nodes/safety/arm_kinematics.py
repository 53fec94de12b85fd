"""Where the joints and the tool of an arm are, for several configurations at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Placement:
    """Frames of k configurations, in the base frame.

    Attributes:
        rotations: (k, n + 1, 3, 3) of the joints after their rotation; the last is the tool.
        points: (k, n + 1, 3) their origins [m].
        axes: (k, n, 3) of the joints.
    """

    rotations: Floats
    points: Floats
    axes: Floats

    def manipulability(self) -> Floats:
        """Root of det(J J^T) (k,): 0 where the tool cannot move every way.

        With fewer than six joints that of J^T J, which asks as much of the joints that there are.
        Source: T. Yoshikawa, Manipulability of Robotic Mechanisms, IJRR 4(2), 1985.
        """
        jacobian = self.jacobian()
        turned = np.swapaxes(jacobian, 1, 2)
        few = jacobian.shape[2] < 6
        square = turned @ jacobian if few else jacobian @ turned
        roots: Floats = np.sqrt(np.maximum(np.linalg.det(square), 0.0))
        return roots

    def jacobian(self) -> Floats:
        """Velocity [m/s] and turning [rad/s] of the tool by joint (k, 6, n), base frame."""
        arms = self.points[:, -1:] - self.points[:, :-1]
        ax, ay, az = self.axes[..., 0], self.axes[..., 1], self.axes[..., 2]
        rx, ry, rz = arms[..., 0], arms[..., 1], arms[..., 2]
        jacobian = np.empty((len(arms), 6, arms.shape[1]))
        jacobian[:, 0] = ay * rz - az * ry
        jacobian[:, 1] = az * rx - ax * rz
        jacobian[:, 2] = ax * ry - ay * rx
        jacobian[:, 3], jacobian[:, 4], jacobian[:, 5] = ax, ay, az
        return jacobian


class Chain:
    """A chain of n rotating joints, as URDF states it."""

    def __init__(
        self, origins: Sequence[ArrayLike], axes: Sequence[ArrayLike], tool: ArrayLike
    ) -> None:
        """Prepare it.

        Args:
            origins: (n, 6) x, y, z [m], roll, pitch, yaw [rad] of each joint in the one before.
            axes: (n, 3) of rotation, of any length but zero.
            tool: (6,) as an origin, in the last joint.
        """
        given = np.array(axes, dtype=np.float64)
        self._axes = given / np.linalg.norm(given, axis=1, keepdims=True)
        fixed = np.array([_frame(np.array(origin, dtype=np.float64)) for origin in origins])
        self._tool = _frame(np.array(tool, dtype=np.float64))
        # Rodrigues: the frame of a joint is fixed + sin(q) by_sine + (1 - cos(q)) by_cosine
        skew = np.array([_skew(axis) for axis in self._axes])
        self._fixed = fixed
        self._by_sine = np.zeros_like(fixed)
        self._by_cosine = np.zeros_like(fixed)
        self._by_sine[:, :3, :3] = fixed[:, :3, :3] @ skew
        self._by_cosine[:, :3, :3] = fixed[:, :3, :3] @ skew @ skew

    def place(self, positions: Floats) -> Placement:
        """Place the joints for configurations (k, n) [rad]."""
        count, size = positions.shape
        angles = positions[..., None, None]
        local = self._fixed + np.sin(angles) * self._by_sine
        local += (1.0 - np.cos(angles)) * self._by_cosine
        frames = np.empty((count, size + 1, 4, 4))
        frame: Floats = np.eye(4)
        for joint in range(size):
            frame = frame @ local[:, joint]
            frames[:, joint] = frame
        frames[:, size] = frame @ self._tool
        rotations = frames[..., :3, :3]
        axes = (rotations[:, :size] @ self._axes[:, :, None])[..., 0]
        return Placement(rotations, frames[..., :3, 3], axes)


def _frame(place: Floats) -> Floats:
    """Matrix (4, 4) of x, y, z [m], roll, pitch, yaw [rad]."""
    frame = np.eye(4)
    frame[:3, :3] = _rotation(*place[3:])
    frame[:3, 3] = place[:3]
    return frame


def _rotation(roll: float, pitch: float, yaw: float) -> Floats:
    """Matrix (3, 3) of a rotation about the fixed x, then y, then z [rad]."""
    (sr, sp, sy), (cr, cp, cy) = np.sin((roll, pitch, yaw)), np.cos((roll, pitch, yaw))
    return np.array(
        [
            [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
            [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
            [-sp, cp * sr, cp * cr],
        ]
    )


def _skew(axis: Floats) -> Floats:
    """Matrix (3, 3) of the cross product with an axis (3,)."""
    x, y, z = axis
    return np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
