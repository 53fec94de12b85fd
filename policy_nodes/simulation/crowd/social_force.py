"""Social force people: drawn to their goal, pushed away by everyone near.

Source: Helbing and Molnar, Social force model for pedestrian dynamics (Phys. Rev. E 51, 1995) in
the circular form and with the constants that the authors of HEIGHT use. Walls exert no force.
"""

import torch
from torch import Tensor

from policy_nodes.geometry.orca import Neighbors

STRENGTH = 2.0
REACH = 1.0
RELAXATION = 1.0


def social_force_velocity(
    position: Tensor,
    velocity: Tensor,
    goal: Tensor,
    speed: Tensor,
    radius: float,
    neighbors: Neighbors,
    dt: float,
) -> Tensor:
    """Choose the next velocity of every agent.

    Args:
        position: (agents, 2) [m].
        velocity: (agents, 2) [m/s].
        goal: (agents, 2) [m].
        speed: (agents,) preferred and greatest speed [m/s].
        radius: of an agent [m].
        neighbors: whom they see.
        dt: time step [s].

    Returns:
        velocity (agents, 2) [m/s].
    """
    toward = goal - position
    wanted = speed[:, None] * toward / toward.norm(dim=-1, keepdim=True).clamp_min(1e-9)
    pull = RELAXATION * (wanted - velocity)
    away = position[:, None] - neighbors.position
    distance = away.norm(dim=-1)
    force = STRENGTH * ((radius + neighbors.radius - distance) / REACH).exp()
    force = torch.where(neighbors.active, force, 0.0)
    push = (force / distance.clamp_min(1e-9))[..., None] * away
    new = velocity + (pull + push.sum(1)) * dt
    norm = new.norm(dim=-1)
    return new * (speed / norm.clamp_min(1e-9)).clamp_max(1.0)[:, None]
