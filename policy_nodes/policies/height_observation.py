"""From a navigation view to the four inputs of HEIGHT."""

import math

import torch
from torch import Tensor

from policy_nodes.models.height import HeightInput
from policy_nodes.policies.navigation import NavigationView

EMPTY = 15.0


def to_robot_frame(vectors: Tensor, yaw: Tensor) -> Tensor:
    """Rotate world vectors (rows, people, 2) into HEIGHT's robot frame: +y forward, +x right."""
    angle = (math.pi / 2 - yaw)[:, None]
    c, s = angle.cos(), angle.sin()
    x, y = vectors[..., 0], vectors[..., 1]
    return torch.stack((c * x - s * y, s * x + c * y), dim=-1)


def observe(view: NavigationView, people: int, edge_features: int) -> HeightInput:
    """Build HEIGHT's observation.

    Args:
        view: what the robot knows.
        people: rows of `spatial_edges`; the nearest people fill them.
        edge_features: 4 for position and velocity in the robot frame (arena), 2 for position
            along the world's axes (hallway and lounge).

    Returns:
        Input with leading dimension rows.
    """
    offset = view.people - view.pose[:, None, :2]
    distance = torch.where(view.visible, offset.norm(dim=-1), torch.inf)
    missing = max(0, people - distance.shape[1])
    if missing:
        distance = torch.nn.functional.pad(distance, (0, missing), value=torch.inf)
        offset = torch.nn.functional.pad(offset, (0, 0, 0, missing))
    order = distance.argsort(dim=1, stable=True)[:, :people]
    nearest = distance.gather(1, order)
    pick = order[..., None].expand(-1, -1, 2)
    if edge_features == 4:
        velocity = torch.nn.functional.pad(view.people_velocity, (0, 0, 0, missing))
        yaw = view.pose[:, 2]
        edges = torch.cat(
            (
                to_robot_frame(offset.gather(1, pick), yaw),
                to_robot_frame(velocity.gather(1, pick), yaw),
            ),
            dim=-1,
        )
    else:
        edges = offset.gather(1, pick)
    seen = nearest.isfinite()
    edges = torch.where(seen[..., None], edges, EMPTY)
    return HeightInput(
        robot_node=torch.cat((view.pose[:, :2], view.goal, view.pose[:, 2:]), dim=1),
        spatial_edges=edges,
        detected_human_num=seen.sum(1, keepdim=True).clamp_min(1).to(edges.dtype),
        point_clouds=view.ranges,
    )
