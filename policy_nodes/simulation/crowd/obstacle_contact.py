"""Whether the round robot touches an obstacle."""

import torch
from torch import Tensor

from policy_nodes.simulation.crowd.sensing import Surroundings

ROBOT_BODY = 0.178  # effective radius of the authors' robot model [m]


def touches_obstacle(position: Tensor, around: Surroundings) -> Tensor:
    """Say for each robot (worlds, 2) [m] whether it touches a box, disc or segment (worlds,)."""
    spot = position[:, None]
    boxes, discs, segments = around.boxes, around.discs, around.segments
    outside = torch.maximum(boxes[..., :2] - spot, spot - boxes[..., 2:]).clamp_min(0)
    hit = (outside.square().sum(-1) < ROBOT_BODY**2).any(1)
    if discs.shape[1]:
        hit = hit | ((discs[..., :2] - spot).norm(dim=-1) < discs[..., 2] + ROBOT_BODY).any(1)
    if segments.shape[1]:
        start, end = segments[..., :2], segments[..., 2:]
        along = end - start
        length2 = along.square().sum(-1).clamp_min(1e-12)
        t = ((spot - start) * along).sum(-1) / length2
        nearest = start + t.clamp(0, 1)[..., None] * along
        hit = hit | ((spot - nearest).norm(dim=-1) < ROBOT_BODY).any(1)
    return hit
