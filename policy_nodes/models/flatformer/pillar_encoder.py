"""Features of pillars from the points in them. Key names are the authors'."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from policy_nodes.models.flatformer.config import PillarGrid

EPS, MOMENTUM = 1e-3, 0.01  # of batch normalisation, everywhere but in the head's own maps


class Pillars(NamedTuple):
    """The pillars that hold points.

    Attributes:
        features: (pillars, width).
        coordinates: batch, z, y, x of each (pillars, 4), by cloud, then y, then x.
    """

    features: Tensor
    coordinates: Tensor


class PointLayer(nn.Module):
    """A linear map of every point."""

    def __init__(self, width: int, out: int) -> None:
        """Build the layer.

        Args:
            width: of what comes in.
            out: width of what goes out.
        """
        super().__init__()
        self.linear = nn.Linear(width, out, bias=False)
        self.norm = nn.BatchNorm1d(out, eps=EPS, momentum=MOMENTUM)

    def forward(self, x: Tensor) -> Tensor:
        """Return (points, out)."""
        return functional.relu(self.norm(self.linear(x)))


class PillarEncoder(nn.Module):
    """Adds to every point where it lies in its pillar, and takes the largest feature of each."""

    def __init__(
        self, grid: PillarGrid, point_features: int = 5, widths: tuple[int, int] = (64, 128)
    ) -> None:
        """Build the layers.

        Args:
            grid: of pillars.
            point_features: numbers of a point, x, y and z first.
            widths: of the two layers.
        """
        super().__init__()
        self.grid = grid
        first, second = widths
        self.vfe_layers = nn.ModuleList(
            (PointLayer(point_features + 6, first), PointLayer(2 * first, second))
        )

    def forward(self, points: Tensor, cloud: Tensor, batch: int) -> Pillars:
        """Encode the points within the grid; others are left out.

        Args:
            points: x, y, z [m] and further numbers (points, point_features).
            cloud: index of each point's cloud in the batch (points,).
            batch: number of clouds.

        Returns:
            the pillars that hold points.
        """
        lower, size = self._corner(points)
        cell = ((points[:, :3] - lower) / size).floor().long()
        ny, nx = self.grid.shape
        most = torch.tensor((nx, ny, 1), device=points.device)
        inside = ((cell >= 0) & (cell < most)).all(1) & points.isfinite().all(1)
        points, cell, cloud = points[inside], cell[inside], cloud[inside]
        index = (cloud.long() * ny + cell[:, 1]) * nx + cell[:, 0]
        held, pillar = index.unique(return_inverse=True)
        mean = _pooled(points[:, :3], pillar, len(held), 'mean')[pillar]
        centre = lower + (cell + 0.5) * size
        near, there = self.vfe_layers
        x = near(torch.cat((points, points[:, :3] - mean, points[:, :3] - centre), 1))
        best = _pooled(x, pillar, len(held), 'amax')[pillar]
        features = _pooled(there(torch.cat((x, best), 1)), pillar, len(held), 'amax')
        zero = torch.zeros_like(held)
        coordinates = torch.stack((held // (ny * nx), zero, held // nx % ny, held % nx), 1)
        return Pillars(features, coordinates)

    def _corner(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """Lower corner of the grid and size of a pillar, as the points are."""
        size = (*self.grid.size, self.grid.height)
        return points.new_tensor(self.grid.lower), points.new_tensor(size)


def _pooled(x: Tensor, pillar: Tensor, count: int, how: str) -> Tensor:
    """Join the rows of each pillar: (count, width)."""
    index = pillar[:, None].expand_as(x)
    return x.new_zeros(count, x.shape[1]).scatter_reduce(0, index, x, how, include_self=False)
