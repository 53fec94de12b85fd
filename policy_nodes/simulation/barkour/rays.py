"""Height scan and depth image by ray casting: exact, and without anything to draw with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import radians, tan

import mujoco
import numpy as np
from numpy.typing import NDArray

from policy_nodes.simulation.barkour.solids import GROUND_GROUP, POLE_GROUP

Floats = NDArray[np.float64]
ABOVE = 3.0  # [m] above the robot from where rays look for the ground
REACH = 20.0  # [m] longest ray


@dataclass(frozen=True)
class HeightGrid:
    """Points about a robot that turn with its heading; their shape is our own choice.

    The default is what policies read (`policy_nodes.policies.height_field.SCAN`).

    Attributes:
        rows: along x, ahead.
        columns: along y, to the left.
        resolution: between neighbours [m].
        x: of the first row [m].
        y: of the first column [m].
    """

    rows: int = 20
    columns: int = 11
    resolution: float = 0.1
    x: float = -0.5
    y: float = -0.5

    def __post_init__(self) -> None:
        """Check the sizes.

        Raises:
            ValueError: no points, or none apart.
        """
        if self.rows < 1 or self.columns < 1 or self.resolution <= 0.0:
            raise ValueError(
                f'a grid of {self.rows} x {self.columns} points {self.resolution} m apart; '
                'all three have to be above 0'
            )

    def points(self) -> Floats:
        """Points (rows * columns, 2) in the frame of the heading, row by row [m]."""
        x = self.x + self.resolution * np.arange(self.rows)
        y = self.y + self.resolution * np.arange(self.columns)
        return np.stack(np.meshgrid(x, y, indexing='ij'), axis=-1).reshape(-1, 2)


@dataclass(frozen=True)
class DepthCamera:
    """A pinhole camera without distortion.

    Attributes:
        width: pixels.
        height: pixels.
        field: of view from top to bottom [deg]; 62 is the depth camera of Barkour vB.
        nearest: depth that is measured [m].
        farthest: depth that is measured [m].
    """

    width: int = 80
    height: int = 60
    field: float = 62.0
    nearest: float = 0.1
    farthest: float = 5.0

    def __post_init__(self) -> None:
        """Check the sizes.

        Raises:
            ValueError: no pixels, or a range of view or depth that no camera has.
        """
        if self.width < 1 or self.height < 1:
            raise ValueError(f'an image of {self.width} x {self.height} pixels')
        if not (0.0 < self.field < 170.0 and 0.0 <= self.nearest < self.farthest):
            raise ValueError(
                f'a field of {self.field} deg and depths of {self.nearest} to {self.farthest} m'
            )

    def intrinsics(self) -> Floats:
        """Camera matrix (3, 3) [pixel]."""
        focal = 0.5 * self.height / tan(0.5 * radians(self.field))
        x, y = 0.5 * (self.width - 1), 0.5 * (self.height - 1)
        return np.array([[focal, 0.0, x], [0.0, focal, y], [0.0, 0.0, 1.0]])

    def rays(self) -> Floats:
        """Ray (height * width, 3) of each pixel in the optical frame, 1 deep."""
        matrix = self.intrinsics()
        columns, rows = np.meshgrid(np.arange(self.width), np.arange(self.height))
        x = (columns - matrix[0, 2]) / matrix[0, 0]
        y = (rows - matrix[1, 2]) / matrix[1, 1]
        return np.stack([x, y, np.ones_like(x)], axis=-1).reshape(-1, 3)


class RayCaster:
    """Casts rays into a world; the robot itself is not seen."""

    def __init__(
        self, model: mujoco.MjModel, data: mujoco.MjData, pits: Mapping[str, float] | None = None
    ) -> None:
        """Look into a world whose solids do not move.

        Args:
            model: of the world.
            data: its state.
            pits: depth that a map shows below the top of a solid, by its name [m].
        """
        self._model, self._data = model, data
        self._pits = np.zeros(model.ngeom)
        for name, depth in (pits or {}).items():
            self._pits[model.geom(name).id] = depth
        self._ground, self._all = np.zeros(6, np.uint8), np.zeros(6, np.uint8)
        self._ground[GROUND_GROUP] = 1
        self._all[[GROUND_GROUP, POLE_GROUP]] = 1
        self._down = np.array([0.0, 0.0, -1.0])
        self._hit = np.zeros(1, np.int32)

    def ground(self, points: Floats, top: float, *, mapped: bool = False) -> Floats:
        """Measure the height (n,) of the ground below points [m]; NaN where there is none.

        Args:
            points: (n, 2) [m].
            top: height to look down from [m].
            mapped: with the pits of the map.
        """
        heights = np.empty(len(points))
        place = np.array([0.0, 0.0, top])
        for number, point in enumerate(points):
            place[:2] = point
            way = mujoco.mj_ray(
                self._model, self._data, place, self._down, self._ground, 1, -1, self._hit
            )
            pit = self._pits[self._hit[0]] if mapped else 0.0
            heights[number] = top - way - pit if way >= 0.0 else np.nan
        return heights

    def depth(self, origin: Floats, rays: Floats) -> Floats:
        """Length (n,) along rays (n, 3) from an origin, in lengths of each; inf: nothing there."""
        count = len(rays)
        hits, lengths = np.full(count, -1, np.int32), np.full(count, -1.0)
        mujoco.mj_multiRay(
            self._model,
            self._data,
            origin,
            np.ascontiguousarray(rays).reshape(-1),
            self._all,
            1,
            -1,
            hits,
            lengths,
            None,
            count,
            REACH,
        )
        return np.where(hits >= 0, lengths, np.inf)
