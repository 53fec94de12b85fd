"""An episode that the authors' simulator recorded, step by step."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from policy_nodes.simulation.crowd.drive import wheel_twist
from policy_nodes.simulation.crowd.people import Crowd, orca_people
from policy_nodes.simulation.crowd.reward import RUNNING, SUCCEEDED, Situation, judge
from policy_nodes.simulation.crowd.sensing import Surroundings, View, look

WALL = 6.24328
CONTACT = 0.477
WALKERS = 9


@pytest.fixture(name='golden')
def _golden(shared_data) -> dict[str, torch.Tensor]:
    with np.load(shared_data('golden', 'height_episode_rand_case0.npz')) as file:
        numbers = {name: file[name] for name in file.files if file[name].dtype.kind in 'fi'}
    return {name: torch.from_numpy(value).double() for name, value in numbers.items()}


def boxes(golden) -> torch.Tensor:
    """The boxes of every step (steps, 8, 4)."""
    low, size = golden['obstacles_xywh'][:, :2], golden['obstacles_xywh'][:, 2:]
    return torch.cat((low, low + size), dim=1).expand(len(golden['robot']), -1, -1)


def seen(golden) -> View:
    """What our sensing says at every step."""
    steps = len(golden['robot'])
    around = Surroundings(
        boxes(golden),
        torch.zeros((steps, 0, 3), dtype=torch.float64),
        torch.zeros((steps, 0, 4), dtype=torch.float64),
        torch.full((steps,), WALL, dtype=torch.float64),
    )
    people = golden['humans'][..., :2]
    return look(golden['robot'][:, :3], around, people, ~people[..., 0].isnan())


def test_the_lidar_agrees(golden):
    error = (seen(golden).ranges - golden['obs.point_clouds'][:, 0]).abs()
    assert error.quantile(0.99) < 1e-4
    assert error.median() < 1e-5


def test_as_many_people_are_in_view(golden):
    # theirs counts at least one
    count = seen(golden).visible.sum(1).clamp_min(1)
    assert (count == golden['obs.detected_human_num'][:, 0]).double().mean() > 0.98


def test_the_reward_agrees(golden):
    robot, people = golden['robot'], golden['humans']
    steps = len(robot)
    away = (robot[:, :2] - robot[:, 7:9]).norm(dim=1)
    gap = (people[..., :2] - robot[:, None, :2]).norm(dim=-1).amin(1) - CONTACT
    potential = -away[:1]
    rewards, outcomes = [], []
    for step in range(steps):
        now = slice(step, step + 1)
        verdict = judge(
            Situation(
                goal_distance=away[now],
                potential=potential,
                person_gap=gap[now],
                collision=torch.tensor([RUNNING]),
                v=robot[now, 5],
                w=robot[now, 6],
                late=torch.tensor([False]),
                backward=torch.tensor([True]),
            )
        )
        potential = verdict.potential
        rewards.append(verdict.reward)
        outcomes.append(int(verdict.outcome))
    assert (torch.cat(rewards) - golden['rew']).abs().max() < 1e-9
    assert outcomes == [RUNNING] * (steps - 1) + [SUCCEEDED]


def test_people_choose_the_same_velocities(golden):
    robot, people = golden['robot'][:-1], golden['humans'][:-1, :WALKERS]
    steps = len(robot)
    everyone = torch.ones((steps, WALKERS), dtype=torch.bool)
    # the two who stand are seen by those who walk
    standers = golden['humans'][:-1, WALKERS:]
    position = torch.cat((people, standers), dim=1)
    present = torch.cat((everyone, torch.ones((steps, 2), dtype=torch.bool)), dim=1)
    walks = torch.cat((everyone, torch.zeros((steps, 2), dtype=torch.bool)), dim=1)
    velocity = orca_people(
        Crowd(
            position=position[..., :2],
            velocity=position[..., 2:4],
            goal=golden['human_goal'][:-1, :, :2],
            present=present,
            moving=walks,
            reacts=torch.zeros_like(walks),
            robot_position=robot[:, :2],
            robot_velocity=robot[:, 3:5],
            speed=torch.full((steps,), 0.5, dtype=torch.float64),
            margin=torch.full((steps,), 0.1, dtype=torch.float64),
            boxes=boxes(golden)[:-1],
        )
    )
    error = (velocity - golden['humans'][1:, :, 2:4]).norm(dim=-1)
    assert (error < 1e-3).double().mean() >= 0.99
    # and then they move by it
    moved = position[..., :2] + 0.1 * golden['humans'][1:, :, 2:4]
    torch.testing.assert_close(moved, golden['humans'][1:, :, :2], atol=1e-9, rtol=0)


def test_the_wheels_turn_commands_into_the_measured_twist_one_step_later(golden):
    quiet = torch.zeros_like(golden['des'][:-1])
    twist = wheel_twist(golden['des'][:-1], quiet)
    error = (golden['robot'][1:, 5:7] - twist)[3:]
    # what is left is the noise of the wheels
    assert (error.mean(0).abs() < torch.tensor([0.002, 0.01])).all()
    assert (error.std(0) < torch.tensor([0.008, 0.045])).all()
    late = (golden['robot'][:-1, 5:7] - twist)[3:]
    assert (late.std(0) > 2 * error.std(0)).all()
