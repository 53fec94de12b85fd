"""The policy that drives straight to the goal."""

from __future__ import annotations

import math

import torch
from courses import course, drive
from navigation_views import a_view

from policy_nodes.policies.straight import StraightPolicy
from policy_nodes.simulation.crowd.reward import COLLISION_HUMAN, COLLISION_OBSTACLE, SUCCEEDED


def test_it_turns_the_shorter_way():
    policy = StraightPolicy()
    policy.reset(torch.ones(2, dtype=torch.bool))
    asked = policy.act(a_view(poses=[(0, 0, 0), (0, 0, 0)], goals=[[0, 5], [0, -5]]))
    assert asked[0, 1] > 0 > asked[1, 1]


def test_it_does_not_drive_on_while_the_goal_lies_behind():
    policy = StraightPolicy()
    policy.reset(torch.ones(1, dtype=torch.bool))
    for _ in range(10):
        asked = policy.act(a_view(poses=[(0, 0, math.pi)]))
    assert asked[0, 0].abs() < 1e-6
    assert asked[0, 1].abs() > 0.5


def test_its_way_is_straight():
    done = drive(StraightPolicy(), course())
    assert done.outcome.tolist() == [SUCCEEDED]
    assert done.path[..., 1].abs().max() < 0.1


def test_it_is_blind_to_people_and_walls():
    beside = course(people=[(0.0, 0.3)])
    assert drive(StraightPolicy(), beside).outcome.tolist() == [COLLISION_HUMAN]
    blocked = course(boxes=[(-0.5, -0.5, 0.5, 0.5)])
    assert drive(StraightPolicy(), blocked).outcome.tolist() == [COLLISION_OBSTACLE]
