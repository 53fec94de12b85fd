"""Puts voxels in lines that run through windows, and cuts the lines into groups.

A line goes through the windows of the grid row by row, to and fro, and to and fro within each
window, so that neighbours on the line are neighbours on the ground. There are four lines: along x
and along y, each with windows as they lie and shifted by half their size. FlatFormer (Liu et al.,
arXiv 2301.08739), section 3.2.

A pillar grid has one voxel a cell, and the order of the cells never changes. So it is made once,
and a cloud's voxels are picked out of it instead of being sorted each time.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

LINES = ('x', 'x_shift', 'y', 'y_shift')  # in the order of a block's layers


class Grouping(NamedTuple):
    """How the voxels of a batch stand in groups, along each of the four lines.

    Attributes:
        order: voxel at each place of a line (4 lines, voxels).
        take: voxel in each slot of the groups (4 lines, slots).
        put: slot of each voxel (4 lines, voxels).
        hidden: slots that nothing may look at (groups, group size); None if there are none.
    """

    order: Tensor
    take: Tensor
    put: Tensor
    hidden: Tensor | None


class WindowMapping(nn.Module):
    """Groups voxels; it learns nothing and adds nothing to a state dict."""

    cells: Tensor

    def __init__(self, grid: tuple[int, int], window: tuple[int, int], group: int) -> None:
        """Put the cells of the grid in line.

        Args:
            grid: number of cells (ny, nx).
            window: side of a window (x, y) [cell].
            group: number of voxels in a group.
        """
        super().__init__()
        self.grid = grid
        self.group = group
        lines = [
            _line(grid, window, along=along, shifted=shifted)
            for along in ('x', 'y')
            for shifted in (False, True)
        ]
        self.register_buffer('cells', torch.stack(lines), persistent=False)

    @torch.no_grad()
    def forward(self, coordinates: Tensor, batch: int) -> Grouping:
        """Group the voxels of a batch.

        Args:
            coordinates: batch, z, y, x of each voxel (voxels, 4), at most one voxel a cell.
            batch: number of clouds; one may be empty.

        Raises:
            ValueError: voxels share a cell.
        """
        count = len(coordinates)
        cell = cell_index(coordinates, self.grid)
        held = cell.new_full((batch * self.grid[0] * self.grid[1],), -1)
        held[cell] = torch.arange(count, device=cell.device)
        in_line = held.view(batch, -1)[:, self.cells].transpose(0, 1)
        found = in_line[in_line >= 0]
        if len(found) != len(LINES) * count:
            raise ValueError(
                f'{count} voxels lie in {len(found) // len(LINES)} cells of the grid; a cell '
                'holds one voxel. Join the points of a cell before.'
            )
        order = found.view(len(LINES), count)
        counts = torch.bincount(coordinates[:, 0].long(), minlength=batch)
        source, slot, hidden = _slots(counts, self.group)
        put = torch.empty_like(order).scatter_(1, order, slot.expand_as(order))
        return Grouping(order, order[:, source], put, hidden)


def cell_index(coordinates: Tensor, grid: tuple[int, int]) -> Tensor:
    """Index of each voxel's cell in a batch of maps, rows of x first.

    Args:
        coordinates: batch, z, y, x of each voxel (voxels, 4).
        grid: number of cells (ny, nx).
    """
    cloud, _, y, x = coordinates.long().unbind(1)
    return (cloud * grid[0] + y) * grid[1] + x


def _slots(counts: Tensor, group: int) -> tuple[Tensor, Tensor, Tensor | None]:
    """Cut lines into groups.

    What the last group of a cloud lacks is filled with the voxels that stand at the same places
    of the group before, as additional keys. A cloud that fills no group has none before: its
    slots are filled with its own voxels and hidden, so that the group is a smaller one.

    Args:
        counts: of the voxels of each cloud.
        group: size of a group.

    Returns:
        place on the line for each slot, slot of each place, hidden slots (groups, group) or None.
    """
    clouds = torch.arange(len(counts), device=counts.device)
    padded = (counts + group - 1) // group * group
    first, first_slot = counts.cumsum(0) - counts, padded.cumsum(0) - padded
    of_place, of_slot = clouds.repeat_interleave(counts), clouds.repeat_interleave(padded)
    slot = torch.arange(len(of_place), device=counts.device) + (first_slot - first)[of_place]
    within = torch.arange(len(of_slot), device=counts.device) - first_slot[of_slot]
    size = counts[of_slot]
    filled = torch.where(within < size, within, within - group)
    lacking = filled < 0
    source = first[of_slot] + torch.where(lacking, within % size, filled)
    return source, slot, lacking.view(-1, group) if bool(lacking.any()) else None


def _line(grid: tuple[int, int], window: tuple[int, int], *, along: str, shifted: bool) -> Tensor:
    """Cells of a grid (ny, nx) in the order in which a line passes them."""
    ny, nx = grid
    wide, deep = window
    y, x = (
        cells.flatten()
        for cells in torch.meshgrid(torch.arange(ny), torch.arange(nx), indexing='ij')
    )
    if shifted:
        x, y = x + wide // 2, y + deep // 2
    if along == 'y':
        (x, wide, nx), (y, deep, ny) = (y, deep, ny), (x, wide, nx)
    across = 2 * (-(-nx // wide) + 1)  # more than there are windows, shifted ones too
    row, column = y // deep, x // wide
    inside = 2 * deep * (x % wide) + _sign(x % wide) * (y % deep)
    key = (across * row + _sign(row) * column) * 4 * wide * deep + _sign(row) * inside
    return key.argsort()


def _sign(number: Tensor) -> Tensor:
    """1 for even numbers, -1 for odd ones: the direction of a line that goes to and fro."""
    return 1 - 2 * (number % 2)
