"""What a lidar scan says about where a round robot can go; all in the frame of the robot."""

import math

import torch
from torch import Tensor


def ray_angles(ranges: Tensor) -> Tensor:
    """Angles (rays,) of the rays of a scan (rows, rays), left of straight ahead [rad]."""
    rays = ranges.shape[1]
    return torch.arange(rays, device=ranges.device, dtype=ranges.dtype) * (2 * math.pi / rays)


def points_of(ranges: Tensor) -> Tensor:
    """Turn a scan (rows, rays) [m] into points (rows, rays, 2) x forward, y left [m]."""
    angle = ray_angles(ranges)
    return torch.stack((ranges * angle.cos(), ranges * angle.sin()), dim=-1)


def nearest_by_sector(points: Tensor, sectors: int) -> Tensor:
    """Keep the nearest of the points (rows, rays, 2) of each sector: (rows, sectors, 2).

    The rays are shared out in order; their number must be a multiple of the sectors.
    """
    rows, rays, _ = points.shape
    shared = points.reshape(rows, sectors, rays // sectors, 2)
    pick = shared.square().sum(-1).argmin(-1)[:, :, None, None].expand(-1, -1, 1, 2)
    return shared.gather(2, pick)[:, :, 0]


def free_distance(points: Tensor, angle: Tensor, radius: float) -> Tensor:
    """How far a disc can go along each direction before it touches a point.

    Args:
        points: (rows, points, 2) [m].
        angle: (directions,) or (rows, directions) left of straight ahead [rad].
        radius: of the disc [m].

    Returns:
        (rows, directions) [m]; zero where a touched point lies ahead, infinite without any.
    """
    direction = torch.stack((angle.cos(), angle.sin()), dim=-1)
    direction = direction.expand(len(points), -1, -1)
    along = direction @ points.mT
    # what is left of radius squared beside the path; negative for points that it passes
    room = along.square() + (radius**2 - points.square().sum(-1))[:, None]
    reach = along - room.clamp_min(0).sqrt()
    hits = (room > 0) & (along > 0)
    return torch.where(hits, reach, torch.inf).amin(-1).clamp_min(0)


def to_world(points: Tensor, pose: Tensor) -> Tensor:
    """Bring points (rows, points, 2) from robots at poses (rows, 3) into the world."""
    c, s = pose[:, 2, None].cos(), pose[:, 2, None].sin()
    x, y = points[..., 0], points[..., 1]
    return torch.stack((c * x - s * y, s * x + c * y), dim=-1) + pose[:, None, :2]


def to_robot(points: Tensor, pose: Tensor) -> Tensor:
    """Bring points (rows, points, 2) from the world into the frames of robots (rows, 3)."""
    offset = points - pose[:, None, :2]
    c, s = pose[:, 2, None].cos(), pose[:, 2, None].sin()
    x, y = offset[..., 0], offset[..., 1]
    return torch.stack((c * x + s * y, c * y - s * x), dim=-1)
