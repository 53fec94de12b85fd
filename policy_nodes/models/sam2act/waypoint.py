"""The place in the cube that three heat maps agree on: an exact search over a cubic grid.

The score of a grid point is the mean of the three maps, read bilinearly where the point falls.
The cameras look along the axes and the grid lies on half pixels, so a reading is the average of
two by two pixels, and the score is separable: top(x, y) + front(y, z) + right(x, z).
"""

from typing import NamedTuple

import torch
from torch import Tensor

CHUNK = 16384  # columns (x, y) that are searched at once, to bound memory where maps are flat


class Planes(NamedTuple):
    """What each view adds to the score of a grid point, each (size, size).

    Attributes:
        top: by x and y.
        front: by y and z.
        right: by x and z.
    """

    top: Tensor
    front: Tensor
    right: Tensor


def planes(heatmaps: Tensor) -> Planes:
    """Average heat maps (3, size, size) over 2 x 2 pixels and sort them by coordinate.

    A grid point whose pixels reach beyond the image gets nothing from that view.
    """
    mean = torch.zeros_like(heatmaps)
    left, right = heatmaps[..., :-1], heatmaps[..., 1:]
    rows = left + right
    mean[..., :-1, :-1] = (rows[..., :-1, :] + rows[..., 1:, :]) * 0.25
    top, front, side = mean
    return Planes(top.flip(0).T, front.flip(0).T, side.flip(0, 1).T)


def scores(heatmaps: Tensor, index: Tensor) -> Tensor:
    """Score grid points.

    Args:
        heatmaps: (3, size, size), each summing to one.
        index: (points,) flat, x slowest, z fastest.
    """
    size = heatmaps.shape[-1]
    x, y, z = index // size**2, index // size % size, index % size
    top, front, right = planes(heatmaps)
    return (top[x, y] + front[y, z] + right[x, z]) / 3


def peak(heatmaps: Tensor) -> Tensor:
    """Find the best grid point of one set of heat maps; of equal ones the first.

    Only columns (x, y) are searched whose best conceivable score reaches one that exists. Sums
    are bounded in the order in which they are computed, so rounding cannot lose the peak.

    Args:
        heatmaps: (3, size, size), each summing to one.

    Returns:
        () flat index, x slowest, z fastest.
    """
    size = heatmaps.shape[-1]
    top, front, right = planes(heatmaps)
    bound = (top + front.amax(1)) + right.amax(1)[:, None]
    column = bound.argmax()
    x, y = column // size, column % size
    reached = ((top[x, y] + front[y]) + right[x]).amax()
    columns = (bound >= reached).flatten().nonzero()[:, 0]
    best, where = reached.new_tensor(-torch.inf), column
    for part in columns.split(CHUNK):
        x, y = part // size, part % size
        found, flat = ((top[x, y][:, None] + front[y]) + right[x]).flatten().max(0)
        if found > best:
            best, where = found, part[flat // size] * size + flat % size
    return where


def peak_of_all(heatmaps: Tensor) -> Tensor:
    """Find what `peak` finds by scoring every grid point, without waiting for the device.

    Args:
        heatmaps: (3, size, size), each summing to one.

    Returns:
        () flat index, x slowest, z fastest.
    """
    top, front, right = planes(heatmaps)
    return ((top[:, :, None] + front) + right[:, None]).argmax()


def grid_coordinates(size: int, device: torch.device | str | None = None) -> Tensor:
    """Coordinates (size,) of the grid along an axis: the middles of the cells of [-1, 1]."""
    return torch.linspace(-1 + 1 / size, 1 - 1 / size, size, device=device)


def locate(logits: Tensor) -> Tensor:
    """Find the place in the cube that the views agree on.

    Args:
        logits: (batch, 3, size, size); in half precision the soft maxima are too.

    Returns:
        (batch, 3) x, y, z in the cube.
    """
    size = logits.shape[-1]
    heatmaps = logits.flatten(2).softmax(-1).view_as(logits).float()
    # a GPU scores every point sooner than it says which columns are worth it
    search = peak_of_all if logits.is_cuda else peak
    index = torch.stack([search(each) for each in heatmaps])
    steps = torch.stack((index // size**2, index // size % size, index % size), -1)
    return grid_coordinates(size, logits.device)[steps]
