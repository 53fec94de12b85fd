"""A point cloud as points around the base: placed, cropped and thinned.

Points between the ground and the top of the robot count, within range. Of those in one cell of a
grid the one nearest to the base stays, so thinning never makes free what is not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import CloudSample
from policy_nodes.safety.cloud_layout import coordinates
from policy_nodes.safety.mount import AT_BASE, Mount
from policy_nodes.safety.scan_points import ScanPoints

Floats = NDArray[np.float64]


class CloudProjector:
    """Turns sound clouds into points."""

    def __init__(
        self,
        *,
        min_height: float = 0.05,
        max_height: float = 1.5,
        max_range: float = 5.0,
        body_radius: float = 0.1,
        cell: float = 0.05,
        cell_points: int = 1,
        least_points: int = 1,
        sees_behind: bool = True,
    ) -> None:
        """Say what counts.

        Args:
            min_height: lower points are the ground [m].
            max_height: the robot passes below higher points [m].
            max_range: farther points are left out [m].
            body_radius: points nearer to the base origin are the robot itself [m].
            cell: side of a cell of the grid [m].
            cell_points: cells with fewer points hold none.
            least_points: a cloud with fewer points that are seen is blind.
            sees_behind: whether the sensor sees what is behind the base.
        """
        self.min_height = min_height
        self.max_height = max_height
        self.max_range = max_range
        self.body_radius = body_radius
        self.cell = cell
        self.cell_points = cell_points
        self.least_points = least_points
        self.sees_behind = sees_behind

    def project(self, cloud: CloudSample, mount: Mount = AT_BASE) -> ScanPoints:
        """Turn a sound cloud into points, as from a scan; blind_share is that of its points.

        Args:
            cloud: that was admitted.
            mount: where its sensor sits.
        """
        x, y, z = coordinates(cloud)
        total = len(x)
        # sums of huge numbers may overflow; such points are out of range
        with np.errstate(over='ignore', invalid='ignore'):
            count = int(np.count_nonzero(np.isfinite(x + y + z)))
            x, y = self._crop(x, y, z, mount)
        x, y, distance = self._thin(x, y)
        blind = count < self.least_points
        share = 0.0 if total == 0 else 1.0 - count / total
        return ScanPoints(
            stamp_ns=cloud.stamp_ns,
            x=x,
            y=y,
            distance=distance,
            blind_share=1.0 if blind else share,
            blind_ahead=0.0,
            blind_behind=0.0 if self.sees_behind else 1.0,
        )

    def _crop(self, x: Floats, y: Floats, z: Floats, mount: Mount) -> tuple[Floats, Floats]:
        """Points (n,), (n,) in the base frame that stand in the way of the body [m].

        No comparison holds for NaN, so points that were not seen are none of them.
        """
        turn, move = mount.rotation, mount.translation

        def along(row: int) -> Floats:
            return turn[row, 0] * x + turn[row, 1] * y + turn[row, 2] * z + move[row]

        height = z if mount is AT_BASE else along(2)
        beside = np.flatnonzero((height >= self.min_height) & (height <= self.max_height))
        # much of a cloud is ground or above, so the rest is moved only after that
        x, y, z = x[beside], y[beside], z[beside]
        if mount is not AT_BASE:
            x, y = along(0), along(1)
        keep = (np.abs(x) <= self.max_range) & (np.abs(y) <= self.max_range)
        x, y = x[keep], y[keep]
        squared = x * x + y * y
        keep = (squared >= self.body_radius**2) & (squared <= self.max_range**2)
        return x[keep], y[keep]

    def _thin(self, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
        """Nearest point of each cell, nearest first, with its distance."""
        if not len(x):
            return x, y, x
        side = 2 * int(np.ceil(self.max_range / self.cell)) + 1
        cells = np.floor(x / self.cell).astype(np.int64) * side
        cells += np.floor(y / self.cell).astype(np.int64)
        # one sort of all points brings those of a cell together
        order = np.argsort(cells)
        cells, squared = cells[order], (x * x + y * y)[order]
        begins = np.flatnonzero(np.concatenate(([True], cells[1:] != cells[:-1])))
        counts = np.diff(begins, append=len(cells))
        least = np.flatnonzero(squared == np.repeat(np.minimum.reduceat(squared, begins), counts))
        nearest = order[least[np.searchsorted(least, begins)]][counts >= self.cell_points]
        x, y = x[nearest], y[nearest]
        distance = np.hypot(x, y)
        outward = np.argsort(distance)
        return x[outward], y[outward], distance[outward]
