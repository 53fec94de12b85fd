"""Heights of the ground about a robot, and which of them policies read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FieldGrid:
    """Points (rows along x, columns along y) in the level frame of the robot's heading.

    Attributes:
        rows: ahead.
        columns: to the left.
        x: of the first row [m].
        y: of the first column [m].
        resolution: between neighbours [m].
    """

    rows: int
    columns: int
    x: float
    y: float
    resolution: float = 0.1

    def points(self) -> Floats:
        """Points (rows, columns, 2) [m]."""
        x = self.x + self.resolution * np.arange(self.rows)
        y = self.y + self.resolution * np.arange(self.columns)
        return np.stack(np.meshgrid(x, y, indexing='ij'), axis=-1)


# Our own choice: what is about the feet, and what a bound at 2.3 m/s reaches before them.
NEAR = FieldGrid(rows=9, columns=7, x=-0.4, y=-0.3)
AHEAD = FieldGrid(rows=10, columns=5, x=0.5, y=-0.2)
# What a robot scans so that both lie in it: the grid of simulators, training and evaluation.
SCAN = FieldGrid(rows=20, columns=11, x=-0.5, y=-0.5)


@dataclass(frozen=True)
class HeightField:
    """One scan of heights (policy_stack/HeightScan), relative to the height of the body.

    Attributes:
        stamp_ns: acquisition.
        x: of cell (0, 0) in the level frame of the heading [m].
        y: of cell (0, 0) [m].
        resolution: between neighbours [m].
        heights: (rows, columns) [m]; NaN where unknown.
    """

    stamp_ns: int
    x: float
    y: float
    resolution: float
    heights: Floats

    def at(self, grid: FieldGrid) -> Floats:
        """Heights (rows, columns) of the cells nearest to the points of a grid; NaN outside."""
        place = (grid.points() - (self.x, self.y)) / self.resolution
        cells = np.floor(place + 0.5).astype(np.int64)
        inside = np.all((cells >= 0) & (cells < self.heights.shape), axis=-1)
        assert isinstance(inside, np.ndarray)
        row, column = np.where(inside[..., None], cells, 0).transpose(2, 0, 1)
        return np.where(inside, self.heights[row, column], np.nan)
