"""How people choose their next velocity: ORCA or social force, and recorded tracks."""

from dataclasses import dataclass

import torch
from torch import Tensor

from policy_nodes.geometry.orca import Agents, Neighbors, Room, orca_velocity
from policy_nodes.simulation.crowd.social_force import social_force_velocity

PERSON_RADIUS = 0.25
ROBOT_RADIUS = 0.2
TOUCH = 0.01
TIME_STEP = 0.1


@dataclass(frozen=True)
class Crowd:
    """People and the robot as they see each other at one moment.

    Attributes:
        position: (worlds, people, 2) [m].
        velocity: (worlds, people, 2) [m/s].
        goal: (worlds, people, 2) [m].
        present: (worlds, people).
        moving: (worlds, people) False for people who stand just now.
        reacts: (worlds, people) sees the robot.
        robot_position: (worlds, 2) as it is seen [m].
        robot_velocity: (worlds, 2) [m/s].
        speed: (worlds,) greatest speed of people [m/s].
        margin: (worlds,) distance kept beyond touching [m].
        boxes: (worlds, boxes, 4) that people keep away from [m].
    """

    position: Tensor
    velocity: Tensor
    goal: Tensor
    present: Tensor
    moving: Tensor
    reacts: Tensor
    robot_position: Tensor
    robot_velocity: Tensor
    speed: Tensor
    margin: Tensor
    boxes: Tensor


def _others(crowd: Crowd, person_radius: Tensor, robot_radius: Tensor) -> Neighbors:
    """Everyone else and the robot, from each person: (worlds * people, people + 1, ...)."""
    worlds, people = crowd.present.shape
    seen = torch.cat((crowd.position, crowd.robot_position[:, None]), dim=1)
    moves = torch.cat((crowd.velocity, crowd.robot_velocity[:, None]), dim=1)
    radius = torch.cat((person_radius[:, None].expand(-1, people), robot_radius[:, None]), dim=1)
    self_mask = ~torch.eye(people, dtype=torch.bool, device=seen.device)
    active = torch.cat(
        (
            crowd.present[:, None, :] & self_mask,
            crowd.reacts[:, :, None],
        ),
        dim=2,
    )
    wide = (worlds, people, people + 1)
    return Neighbors(
        seen[:, None].expand(*wide, 2).reshape(-1, people + 1, 2),
        moves[:, None].expand(*wide, 2).reshape(-1, people + 1, 2),
        radius[:, None].expand(wide).reshape(-1, people + 1),
        active.reshape(-1, people + 1),
    )


def orca_people(crowd: Crowd, room: Room | None = None) -> Tensor:
    """Velocities (worlds, people, 2) [m/s] by ORCA; people who stand get zero.

    Args:
        crowd: who is where.
        room: fixed sizes for CUDA graphs, see `orca_velocity`.
    """
    worlds, people = crowd.present.shape
    margin = TOUCH + crowd.margin
    toward = crowd.goal - crowd.position
    distance = toward.norm(dim=-1, keepdim=True)
    preferred = toward / distance.clamp_min(1.0)
    boxes = crowd.boxes[:, None].expand(-1, people, -1, -1)

    def flat(value: Tensor) -> Tensor:
        return value.expand(worlds, people, *value.shape[2:]).reshape(-1, *value.shape[2:])

    agents = Agents(
        flat(crowd.position),
        flat(crowd.velocity),
        flat(preferred),
        flat((PERSON_RADIUS + margin)[:, None]),
        flat(crowd.speed[:, None]),
    )
    others = _others(crowd, PERSON_RADIUS + margin, ROBOT_RADIUS + margin)
    boxes = boxes.reshape(worlds * people, *boxes.shape[2:])
    decides = (crowd.present & crowd.moving).reshape(-1)
    if room is not None:
        velocity = orca_velocity(agents, others, boxes, dt=TIME_STEP, room=room, wanted=decides)
        velocity = torch.where(decides[:, None], velocity, 0.0)
    else:
        who = decides.nonzero()[:, 0]
        velocity = torch.zeros_like(agents.position)
        if len(who):
            velocity[who] = orca_velocity(
                Agents(*(value[who] for value in agents)),
                Neighbors(*(value[who] for value in others)),
                boxes[who],
                dt=TIME_STEP,
            )
    return velocity.reshape(worlds, people, 2)


def social_force_people(crowd: Crowd) -> Tensor:
    """Velocities (worlds, people, 2) [m/s] by social force; people who stand get zero."""
    worlds, people = crowd.present.shape
    radius = torch.full_like(crowd.speed, PERSON_RADIUS)
    others = _others(crowd, radius, torch.full_like(crowd.speed, ROBOT_RADIUS))
    velocity = social_force_velocity(
        crowd.position.reshape(-1, 2),
        crowd.velocity.reshape(-1, 2),
        crowd.goal.reshape(-1, 2),
        crowd.speed[:, None].expand(-1, people).reshape(-1),
        PERSON_RADIUS,
        others,
        TIME_STEP,
    ).reshape(worlds, people, 2)
    return torch.where((crowd.present & crowd.moving)[..., None], velocity, 0.0)
