"""Draws a coloured cloud as three orthographic images: z-buffer, then a small splat.

The cloud is in the cube [-1, 1] of the scene bounds. The order of ties is that of the authors'
kernels: of points at one integer millimetre the first of the cloud is drawn, of equally deep
neighbours in the splat the last one looked at.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

VIEWS = 3
CHANNELS = 10
COLOUR = slice(3, 6)  # channels that hold red, green, blue
SPLAT_RADIUS = 1.344  # [pixel] 0.012 of the cube at 224 pixels: the four direct neighbours
EYE_DISTANCE = (1.0, 1.0, 0.5)  # of the top, front and right camera from the middle of the cube
EMPTY = 1 << 62
SPARE = 1 << 14  # cells for points outside: a GPU that wrote all into one would do so in turn


class Projection(NamedTuple):
    """Where points fall in the views, each (..., 3, points), top, front, right.

    Attributes:
        columns: [pixel], 0 at the left edge of the image.
        rows: [pixel], 0 at the upper edge.
        depths: distance in front of the camera; negative behind it.
    """

    columns: Tensor
    rows: Tensor
    depths: Tensor


def project(points: Tensor, size: int) -> Projection:
    """Project points (..., points, 3) of the cube into images of size x size pixels."""
    x, y, z = points.unbind(-1)
    half = size / 2
    columns = torch.stack((x, y, -x), -2) * half + half
    rows = torch.stack((-y, -z, -z), -2) * half + half
    depths = torch.stack([eye - axis for eye, axis in zip(EYE_DISTANCE, (z, x, y), strict=True)])
    return Projection(columns, rows, depths.movedim(0, -2))


class Drawing(NamedTuple):
    """What is seen through each pixel, each (batch, 3, size, size).

    Attributes:
        point: index into the cloud, -1 where the pixel is empty.
        depth: of it, in whole millimetres of the cube's unit; -1 where the pixel is empty.
    """

    point: Tensor
    depth: Tensor


def draw(points: Tensor, size: int, splat_radius: float = SPLAT_RADIUS) -> Drawing:
    """Find the point that each pixel shows.

    Points behind a camera count as touching it (depth 0), as in the authors' kernels, where
    their depth saturates as an unsigned number. A point with NaN is drawn nowhere.

    Args:
        points: (batch, points, 3) in the cube.
        size: of the images [pixel].
        splat_radius: how far a point covers deeper or empty neighbours [pixel].
    """
    columns, rows, depths = project(points, size)
    inside = (columns >= 0) & (columns < size) & (rows >= 0) & (rows < size)
    batch, _, count = depths.shape
    image = torch.arange(batch * VIEWS, device=points.device).view(batch, VIEWS, 1)
    pixel = (image * size + rows.nan_to_num().long()) * size + columns.nan_to_num().long()
    pixels = batch * VIEWS * size * size
    number = torch.arange(count, device=points.device)
    pixel = torch.where(inside, pixel, pixels + number % SPARE)
    millimetre = (depths.nan_to_num() * 1000).clamp(0, 1e9).long()
    nearest = (millimetre << 32) | number
    buffer = torch.full((pixels + SPARE,), EMPTY, dtype=torch.int64, device=points.device)
    buffer.scatter_reduce_(0, pixel.flatten(), nearest.flatten(), 'amin')
    buffer = buffer[:pixels].view(batch, VIEWS, size, size)
    empty = buffer == EMPTY
    depth = (buffer >> 32).masked_fill(empty, -1)
    return _splat(Drawing((buffer & 0xFFFFFFFF).masked_fill(empty, -1), depth), splat_radius)


def _splat(drawn: Drawing, radius: float) -> Drawing:
    """Let each pixel show a nearer neighbour, or any neighbour where it is empty."""
    reach = math.ceil(radius) - 1
    if reach < 1:
        return drawn
    size = drawn.depth.shape[-1]
    pad = (reach,) * 4
    depths = functional.pad(drawn.depth, pad, value=-1)
    points = functional.pad(drawn.point, pad, value=-1)
    point, depth = drawn
    around = range(-reach, reach + 1)
    for right in around:
        for down in around:
            if math.hypot(right, down) >= radius:
                continue
            rows = slice(reach + down, reach + down + size)
            columns = slice(reach + right, reach + right + size)
            other = depths[..., rows, columns]
            wins = (other > 0) & ((depth < 0) | (other <= depth))
            depth = torch.where(wins, other, depth)
            point = torch.where(wins, points[..., rows, columns], point)
    return Drawing(point, depth)


def pixel_places(size: int, device: torch.device | str | None = None) -> Tensor:
    """Give each pixel its view, row and column in [-1, 1]: (3 views, 3, size, size)."""
    view = torch.linspace(-1, 1, VIEWS, device=device).view(VIEWS, 1, 1)
    place = torch.linspace(-1, 1, size, device=device)
    shape = (VIEWS, size, size)
    parts = (view.expand(shape), place[:, None].expand(shape), place.expand(shape))
    return torch.stack(parts, 1)


def render(
    points: Tensor, colours: Tensor, size: int, splat_radius: float = SPLAT_RADIUS
) -> Tensor:
    """Draw coloured clouds.

    Args:
        points: (batch, points, 3) in the cube; NaN for a point that is not there.
        colours: (batch, points, 3) in [0, 1].
        size: of the images [pixel].
        splat_radius: how far a point covers deeper or empty neighbours [pixel].

    Returns:
        (batch, 3 views, 10, size, size): position over the largest coordinate of the cloud,
        colour, depth less its mean over the view's pixels that show a point, and the pixel's
        view, row and column. An empty pixel is 0 in position and colour and -1 in depth.
    """
    shown = draw(points, size, splat_radius)
    hit = shown.point >= 0
    reach = points.abs().nan_to_num(0.0).amax((1, 2), keepdim=True).clamp_min(1e-6)
    features = torch.cat((points / reach, colours), -1)
    index = shown.point.clamp_min(0).flatten(1)[..., None].expand(-1, -1, features.shape[-1])
    seen = features.gather(1, index).unflatten(1, hit.shape[1:])
    # filled, not multiplied: the first point of the cloud may hold NaN
    seen = seen.masked_fill(~hit[..., None], 0.0)
    depth = shown.depth.to(points.dtype) * 0.001
    count = hit.sum((-2, -1), keepdim=True).clamp_min(1)
    mean = (depth * hit).sum((-2, -1), keepdim=True) / count
    depth = (depth - mean).masked_fill(~hit, -1.0)
    places = pixel_places(size, points.device).to(points.dtype).expand(len(points), -1, -1, -1, -1)
    return torch.cat((seen.movedim(-1, 2), depth[:, :, None], places), 2)
