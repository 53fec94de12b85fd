"""Planar ray casting against boxes, discs, segments and a surrounding wall, batched in torch.

All functions return the distance along each ray to the first hit, or infinity. Empty slots hold
NaN and are never hit.
"""

import torch
from torch import Tensor


def directions(heading: Tensor, angles: Tensor) -> Tensor:
    """Unit vectors (worlds, rays, 2) of rays at `angles` (rays,) left of `heading` (worlds,)."""
    total = heading[:, None] + angles
    return torch.stack((total.cos(), total.sin()), dim=-1)


def to_boxes(origin: Tensor, ray: Tensor, boxes: Tensor) -> Tensor:
    """Cast against axis-aligned boxes by the slab method.

    Args:
        origin: (worlds, 2) [m].
        ray: (worlds, rays, 2) unit vectors.
        boxes: (worlds, boxes, 4) x_low, y_low, x_high, y_high [m].

    Returns:
        (worlds, rays) [m]; zero where the origin lies inside a box.
    """
    inverse = 1.0 / torch.where(ray == 0, 1e-12, ray)
    low = (boxes[..., :2] - origin[:, None])[..., None]
    high = (boxes[..., 2:] - origin[:, None])[..., None]
    ix, iy = inverse[:, None, :, 0], inverse[:, None, :, 1]
    x0, x1 = low[:, :, 0] * ix, high[:, :, 0] * ix
    y0, y1 = low[:, :, 1] * iy, high[:, :, 1] * iy
    enter = torch.maximum(torch.minimum(x0, x1), torch.minimum(y0, y1))
    leave = torch.minimum(torch.maximum(x0, x1), torch.maximum(y0, y1))
    hit = (enter <= leave) & (leave > 0)
    return torch.where(hit, enter.clamp_min(0), torch.inf).amin(1)


def to_each_disc(origin: Tensor, ray: Tensor, center: Tensor, radius: Tensor) -> Tensor:
    """Cast against each disc apart, so that the caller can tell which one a ray hits first.

    Args:
        origin: (worlds, 2) [m].
        ray: (worlds, rays, 2) unit vectors.
        center: (worlds, discs, 2) [m].
        radius: (worlds, discs) [m].

    Returns:
        (worlds, discs, rays) [m].
    """
    offset = center - origin[:, None]
    along = offset[..., 0, None] * ray[:, None, :, 0] + offset[..., 1, None] * ray[:, None, :, 1]
    beside2 = (offset.square().sum(-1) - radius.square())[..., None]
    discriminant = along.square() - beside2
    distance = along - discriminant.clamp_min(0).sqrt()
    return torch.where((discriminant >= 0) & (along > 0), distance.clamp_min(0), torch.inf)


def to_segments(origin: Tensor, ray: Tensor, segments: Tensor) -> Tensor:
    """Cast against line segments.

    Args:
        origin: (worlds, 2) [m].
        ray: (worlds, rays, 2) unit vectors.
        segments: (worlds, segments, 4) x1, y1, x2, y2 [m].

    Returns:
        (worlds, rays) [m].
    """
    start = (segments[..., :2] - origin[:, None])[:, :, None]
    along = (segments[..., 2:] - segments[..., :2])[:, :, None]
    aim = ray[:, None]
    across = aim[..., 0] * along[..., 1] - aim[..., 1] * along[..., 0]
    safe = torch.where(across.abs() < 1e-12, 1e-12, across)
    distance = (start[..., 0] * along[..., 1] - start[..., 1] * along[..., 0]) / safe
    where = (start[..., 0] * aim[..., 1] - start[..., 1] * aim[..., 0]) / safe
    hit = (distance >= 0) & (where >= 0) & (where <= 1)
    return torch.where(hit, distance, torch.inf).amin(1)


def to_wall(origin: Tensor, ray: Tensor, half_size: Tensor) -> Tensor:
    """Cast against the inside of a square wall around the world's origin.

    Args:
        origin: (worlds, 2) [m].
        ray: (worlds, rays, 2) unit vectors.
        half_size: (worlds,) [m]; infinite where there is no wall.

    Returns:
        (worlds, rays) [m]; infinite for an origin outside.
    """
    limit = torch.copysign(half_size[:, None, None].expand_as(ray), ray)
    distance = (limit - origin[:, None]) / torch.where(ray == 0, 1e-12, ray)
    inside = (origin.abs() < half_size[:, None]).all(-1)
    return torch.where(inside[:, None], distance.amin(-1), torch.inf)
