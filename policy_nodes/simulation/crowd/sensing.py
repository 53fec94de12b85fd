"""What the robot sees: a lidar of 180 rays with and without people, and who is in view."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from policy_nodes.geometry import raycast

RAYS = 180
MAX_RANGE = 25.0
PERSON_BODY = 0.3


class View(NamedTuple):
    """One look around.

    Attributes:
        ranges: (worlds, 180) to walls and obstacles, as if people were glass [m].
        ranges_with_people: (worlds, 180) to whatever comes first [m].
        visible: (worlds, people) hit first by at least one ray.
    """

    ranges: Tensor
    ranges_with_people: Tensor
    visible: Tensor


class Surroundings(NamedTuple):
    """What rays can hit; fields as in `Episodes`, rows are worlds."""

    boxes: Tensor
    discs: Tensor
    segments: Tensor
    wall: Tensor


def look(pose: Tensor, around: Surroundings, people: Tensor, present: Tensor) -> View:
    """Cast the rays of the lidar: ray i points 2 i degrees left of the robot's heading.

    Args:
        pose: (worlds, 3) x, y [m], yaw [rad].
        around: obstacles.
        people: (worlds, people, 2) centres [m].
        present: (worlds, people).
    """
    angles = torch.arange(RAYS, device=pose.device, dtype=pose.dtype) * (2 * math.pi / RAYS)
    origin, ray = pose[:, :2], raycast.directions(pose[:, 2], angles)
    ranges = raycast.to_wall(origin, ray, around.wall)
    if around.boxes.shape[1]:
        ranges = torch.minimum(ranges, raycast.to_boxes(origin, ray, around.boxes))
    if around.discs.shape[1]:
        discs = around.discs
        tables = raycast.to_each_disc(origin, ray, discs[..., :2], discs[..., 2])
        ranges = torch.minimum(ranges, tables.amin(1))
    if around.segments.shape[1]:
        ranges = torch.minimum(ranges, raycast.to_segments(origin, ray, around.segments))
    ranges = ranges.clamp_max(MAX_RANGE)
    if not people.shape[1]:
        return View(ranges, ranges, present)
    body = torch.full_like(people[..., 0], PERSON_BODY)
    hits = raycast.to_each_disc(origin, ray, people, body)
    hits = torch.where(present[..., None], hits, torch.inf)
    nearest = hits.amin(1)
    first = torch.minimum(nearest, ranges)
    # a person behind another, or behind a wall, is nobody's nearest hit
    seen = (hits <= first[:, None]) & (hits < MAX_RANGE) & (nearest < ranges)[:, None]
    return View(ranges, first, seen.any(-1))
