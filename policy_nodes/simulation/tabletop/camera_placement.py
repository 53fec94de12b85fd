"""Where the four cameras are: the poses and fields of view of RLBench's scenes.

The wrist camera sits on the hand, on the side of its x axis, and looks along the fingers.
"""

from __future__ import annotations

from typing import NamedTuple

import mujoco
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Triple = tuple[float, float, float]

SIZE = 128  # [pixel] width and height of every image
# from a frame of OpenGL, which looks along -z with y up, to an optical one of REP-103
OPTICAL = np.diag([1.0, -1.0, -1.0])


class CameraPlacement(NamedTuple):
    """One camera on the body that carries it.

    Attributes:
        name: of the camera.
        body: that carries it; world for one that stands still.
        position: in the body [m].
        right: direction of the image's x axis in the body.
        up: against the direction of the image's y axis in the body.
        field: vertical field of view [rad].
    """

    name: str
    body: str
    position: Triple
    right: Triple
    up: Triple
    field: float

    def rotation(self) -> Floats:
        """Matrix (3, 3) from the camera's OpenGL frame to the body."""
        right = np.array(self.right) / np.linalg.norm(self.right)
        back = np.cross(right, self.up)
        back /= np.linalg.norm(back)
        return np.stack([right, np.cross(back, right), back], axis=1)


FORTY, SIXTY, FIVE = np.deg2rad((40.0, 60.0, 5.0))

PLACEMENTS = (
    CameraPlacement(
        'front', 'world', (1.35, 0.0, 1.58), (0.0, 1.0, 0.0), (-0.4226, 0.0, 0.9063), FORTY
    ),
    CameraPlacement(
        'left_shoulder',
        'world',
        (-0.175, 0.2, 1.98),
        (-0.1736, -0.9848, 0.0),
        (0.8925, -0.1574, 0.4226),
        FORTY,
    ),
    CameraPlacement(
        'right_shoulder',
        'world',
        (-0.175, -0.2, 1.98),
        (0.1736, -0.9848, 0.0),
        (0.8925, 0.1574, 0.4226),
        FORTY,
    ),
    # 0.093 m behind the tip and 0.05 m beside it, leaning 5 degrees towards it
    CameraPlacement(
        'wrist',
        'panda_hand',
        (0.05, 0.0, 0.0104),
        (0.0, 1.0, 0.0),
        (float(np.cos(FIVE)), 0.0, float(np.sin(FIVE))),
        SIXTY,
    ),
)
NAMES = tuple(placement.name for placement in PLACEMENTS)


def add_cameras(spec: mujoco.MjSpec) -> None:
    """Put the cameras on their bodies."""
    for placement in PLACEMENTS:
        quaternion = np.zeros(4)
        mujoco.mju_mat2Quat(quaternion, placement.rotation().ravel())
        spec.body(placement.body).add_camera(
            name=placement.name,
            pos=placement.position,
            quat=quaternion,
            fovy=float(np.rad2deg(placement.field)),
        )


def intrinsics(field: float, size: int = SIZE) -> Floats:
    """Camera matrix (3, 3) [pixel] of a square image with a field of view [rad]."""
    focal = 0.5 * size / np.tan(0.5 * field)
    centre = 0.5 * (size - 1)
    return np.array([[focal, 0.0, centre], [0.0, focal, centre], [0.0, 0.0, 1.0]])


def camera_from_world(rotation: Floats, position: Floats) -> Floats:
    """Transform (4, 4) into the optical frame of a camera.

    Args:
        rotation: (3, 3) from the camera's OpenGL frame to the world.
        position: (3,) of the camera in the world [m].
    """
    transform = np.eye(4)
    transform[:3, :3] = OPTICAL @ rotation.T
    transform[:3, 3] = -transform[:3, :3] @ position
    return transform
