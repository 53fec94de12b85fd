"""Reward and end of an episode, as in the authors' simulator (specs, HEIGHT training).

The order of the cases matters: time-out, collision, goal, discomfort, progress. The potential
that progress is measured against moves on only in the last case, as theirs does.
"""

from typing import NamedTuple

import torch
from torch import Tensor

RUNNING, SUCCEEDED, COLLISION_HUMAN, COLLISION_OBSTACLE, COLLISION_WALL, TIMEOUT = 1, 2, 3, 4, 5, 6

GOAL_RADIUS = 0.3
DISCOMFORT = 0.25
SUCCESS = 20.0
COLLISION = -20.0
DISCOMFORT_FACTOR = 10.0
PROGRESS_FACTOR = 2.0
PROGRESS_LIMIT = 0.1
SPIN_FACTOR = 0.05
BACK_FACTOR = 0.1
CONSTANT = -0.025
TIME_STEP = 0.1


class Situation(NamedTuple):
    """What the reward looks at, before the step is taken.

    Attributes:
        goal_distance: (worlds,) from the seen pose [m].
        potential: (worlds,) minus the goal distance that progress is measured against [m].
        person_gap: (worlds,) free distance to the nearest person [m].
        collision: (worlds,) RUNNING or one of the collision codes.
        v: (worlds,) measured forward speed [m/s].
        w: (worlds,) measured yaw rate [rad/s].
        late: (worlds,) the time limit is reached.
        backward: (worlds,) the robot may drive backward.
    """

    goal_distance: Tensor
    potential: Tensor
    person_gap: Tensor
    collision: Tensor
    v: Tensor
    w: Tensor
    late: Tensor
    backward: Tensor


class Judgement(NamedTuple):
    """What the reward says.

    Attributes:
        reward: (worlds,).
        outcome: (worlds,) int64, RUNNING or how the episode ended.
        intrusion: (worlds,) the robot is uncomfortably near a person.
        potential: (worlds,) for the next step [m].
    """

    reward: Tensor
    outcome: Tensor
    intrusion: Tensor
    potential: Tensor


def judge(now: Situation) -> Judgement:
    """Score one step; see the module for the order of the cases."""
    collided = now.collision != RUNNING
    arrived = now.goal_distance < GOAL_RADIUS
    near = now.person_gap < DISCOMFORT

    outcome = torch.where(arrived, SUCCEEDED, RUNNING)
    outcome = torch.where(collided, now.collision, outcome)
    outcome = torch.where(now.late, TIMEOUT, outcome)
    running = outcome == RUNNING
    intrusion = running & near
    progressing = running & ~near

    progress = PROGRESS_FACTOR * (-now.goal_distance - now.potential)
    progress = progress.clamp(-PROGRESS_LIMIT, PROGRESS_LIMIT)
    discomfort = (now.person_gap - DISCOMFORT) * DISCOMFORT_FACTOR * TIME_STEP
    reward = torch.where(intrusion, discomfort, progress)
    reward = torch.where(outcome == SUCCEEDED, SUCCESS, reward)
    reward = torch.where(collided, COLLISION, reward)
    reward = torch.where(now.late, 0.0, reward)

    spin = -(SPIN_FACTOR * now.w.square()).clamp(max=SPIN_FACTOR)
    back = torch.where((now.v < 0) & now.backward, -BACK_FACTOR * now.v.abs(), 0.0)
    back = back.clamp(min=-0.5 * BACK_FACTOR)
    reward = reward + spin + back + CONSTANT
    potential = torch.where(progressing, -now.goal_distance, now.potential)
    return Judgement(reward, outcome, intrusion, potential)
