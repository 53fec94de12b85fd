"""What one camera sees."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class View(NamedTuple):
    """A colour image with the depth of every pixel.

    The camera's frame is optical as REP-103 has it: x right, y down, z ahead. The centre of the
    pixel in column u and row v has the image coordinates (u, v).

    Attributes:
        rgb: (H, W, 3) uint8.
        depth: (H, W) float32 along z of the camera, not along the ray [m].
        intrinsics: (3, 3) camera matrix [pixel].
        camera_from_world: (4, 4) takes points of the world into the camera's frame.
    """

    rgb: NDArray[np.uint8]
    depth: NDArray[np.float32]
    intrinsics: Floats
    camera_from_world: Floats

    @property
    def world_from_camera(self) -> Floats:
        """Pose (4, 4) of the camera's frame in the world."""
        rotation, move = self.camera_from_world[:3, :3], self.camera_from_world[:3, 3]
        pose = np.eye(4)
        pose[:3, :3], pose[:3, 3] = rotation.T, -rotation.T @ move
        return pose

    def points(self) -> Floats:
        """Place every pixel in the world (H, W, 3) [m]."""
        height, width = self.depth.shape
        columns, rows = np.meshgrid(np.arange(width), np.arange(height))
        x = (columns - self.intrinsics[0, 2]) / self.intrinsics[0, 0]
        y = (rows - self.intrinsics[1, 2]) / self.intrinsics[1, 1]
        rays = np.stack([x, y, np.ones_like(x)], axis=-1)
        pose = self.world_from_camera
        placed: Floats = (rays * self.depth[..., None]) @ pose[:3, :3].T + pose[:3, 3]
        return placed

    def pixel(self, point: Floats) -> Floats:
        """Image coordinates (2,) [pixel] of a point (3,) of the world that is ahead."""
        seen = self.camera_from_world[:3, :3] @ point + self.camera_from_world[:3, 3]
        image: Floats = self.intrinsics @ (seen / seen[2])
        return image[:2]
