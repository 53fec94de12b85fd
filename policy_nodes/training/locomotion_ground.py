"""Many grounds as boxes in tensors: for physics in batches, and to look up heights."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, sin

import numpy as np
import torch
from torch import Tensor

from policy_nodes.simulation.barkour.terrain import Terrain

BURIED = -50.0  # [m] height of boxes that a ground does not need
TOP = 5.0  # [m] from where the ground is looked for


class GroundBank:
    """Grounds, each of a floor and the same number of boxes.

    Attributes:
        starts: (grounds, 3) x, y [m] and heading [rad] of the terrains.
        floor: (grounds,) height of the floor [m].
        centre: (grounds, boxes, 3) [m].
        quaternion: (grounds, boxes, 4) wxyz.
        half: (grounds, boxes, 3) half lengths [m].
    """

    def __init__(self, terrains: Sequence[Terrain], device: torch.device | str = 'cpu') -> None:
        """Turn terrains into tensors.

        Args:
            terrains: of floors and boxes.
            device: to keep them on.
        """
        self.boxes = max(1, *(self._count(terrain) for terrain in terrains))
        floor = np.zeros(len(terrains))
        centre = np.tile([0.0, 0.0, BURIED], (len(terrains), self.boxes, 1))
        quaternion = np.tile([1.0, 0.0, 0.0, 0.0], (len(terrains), self.boxes, 1))
        half = np.full((len(terrains), self.boxes, 3), 0.1)
        for row, terrain in enumerate(terrains):
            column = 0
            for solid in terrain.solids:
                if solid.kind == 'floor':
                    floor[row] = solid.centre[2]
                    continue
                yaw, pitch = 0.5 * solid.heading, 0.5 * solid.pitch
                centre[row, column] = solid.centre
                quaternion[row, column] = (
                    cos(yaw) * cos(pitch),
                    -sin(yaw) * sin(pitch),
                    cos(yaw) * sin(pitch),
                    sin(yaw) * cos(pitch),
                )
                half[row, column] = 0.5 * np.array(solid.size)
                column += 1

        def tensor(values: np.ndarray) -> Tensor:
            return torch.tensor(values, dtype=torch.float32, device=device)

        self.starts = tensor(np.array([terrain.start for terrain in terrains]))
        self.floor, self.centre, self.half = tensor(floor), tensor(centre), tensor(half)
        self.quaternion = tensor(quaternion)
        self._rotation = rotation_of(self.quaternion)

    def heights(self, ground: Tensor, points: Tensor) -> Tensor:
        """Height (worlds, points) of the ground [m].

        Args:
            ground: (worlds,) which one.
            points: (worlds, points, 2) [m].
        """
        rotation, half = self._rotation[ground][:, None], self.half[ground][:, None]
        above = torch.nn.functional.pad(points, (0, 1), value=TOP)[:, :, None]
        offset = above - self.centre[ground][:, None]
        # a ray straight down in the frame of each box, cut by its three pairs of faces
        origin = torch.einsum('npbi,nbij->npbj', offset, self._rotation[ground])
        down = -rotation[..., 2, :]
        down = torch.where(down.abs() < 1e-9, torch.full_like(down, 1e-9), down)
        first, second = (-half - origin) / down, (half - origin) / down
        enters = torch.minimum(first, second).amax(-1)
        leaves = torch.maximum(first, second).amin(-1)
        tops = torch.where(enters <= leaves, TOP - enters, -torch.inf)
        return torch.maximum(tops.amax(-1), self.floor[ground][:, None])

    @staticmethod
    def _count(terrain: Terrain) -> int:
        kinds = {solid.kind for solid in terrain.solids}
        if not kinds <= {'floor', 'box'}:
            raise ValueError(f'{terrain.name} has {", ".join(kinds)}; only floors and boxes learn')
        return sum(solid.kind == 'box' for solid in terrain.solids)


def rotation_of(quaternion: Tensor) -> Tensor:
    """Matrices (..., 3, 3) of unit quaternions (..., 4) wxyz."""
    w, x, y, z = quaternion.unbind(-1)
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )
    return torch.stack([torch.stack(row, dim=-1) for row in rows], dim=-2)
