"""How episodes end, as the authors define it."""

from __future__ import annotations

import pytest
import torch

from policy_nodes.simulation.crowd.reward import (
    COLLISION_HUMAN,
    COLLISION_OBSTACLE,
    COLLISION_WALL,
    RUNNING,
    SUCCEEDED,
    TIMEOUT,
    Situation,
    judge,
)
from policy_nodes.simulation.crowd.world import CrowdWorld

AHEAD = torch.tensor([[0.4, 0.0]])
STILL = torch.zeros(1, 2)


def drive(episode, command, most=600):
    """Drive until the episode ends: outcome, the judged state, steps, reward."""
    world = CrowdWorld(episode)
    state = world.start(torch.zeros(1, dtype=torch.long))
    for _ in range(most):
        after, feedback = world.step(state, command)
        if int(feedback.outcome) != RUNNING:
            return int(feedback.outcome), state, int(state.step), float(feedback.reward)
        state = after
    return RUNNING, state, most, 0.0


def test_who_is_reported_within_30_cm_of_the_goal_has_succeeded(furnish):
    outcome, state, _, reward = drive(furnish(goal=(2.0, 0.0)), AHEAD)
    assert outcome == SUCCEEDED
    assert reward == pytest.approx(20 - 0.025, abs=0.05)
    distance = float((state.seen_pose[0, :2] - torch.tensor([2.0, 0.0])).norm())
    assert 0.3 - 0.05 < distance < 0.3


def test_who_touches_a_person_has_collided(furnish):
    outcome, state, _, reward = drive(furnish(people=[(2.0, 0.0)]), AHEAD)
    assert outcome == COLLISION_HUMAN
    assert reward == pytest.approx(-20 - 0.025, abs=0.05)
    # contact is judged where the robot is, not where it is reported
    distance = float((state.pose[0, :2] - torch.tensor([2.0, 0.0])).norm())
    assert 0.477 - 0.05 < distance <= 0.477


@pytest.mark.parametrize(
    'thing',
    [
        {'boxes': [(2.0, -1.0, 3.0, 1.0)]},
        {'discs': [(2.5, 0.0, 0.5)]},
        {'segments': [(2.0, -1.0, 2.0, 1.0)]},
    ],
    ids=['box', 'disc', 'segment'],
)
def test_who_touches_an_obstacle_has_collided(furnish, thing):
    outcome, state, *_ = drive(furnish(**thing), AHEAD)
    assert outcome == COLLISION_OBSTACLE
    assert 2.0 - 0.178 < float(state.pose[0, 0]) < 2.0 - 0.178 + 0.05


def test_the_wall_counts_as_hit_six_metres_out(furnish):
    episode = furnish(start=(5.0, 0.0, 0.0), goal=(-5.0, 0.0), wall=6.24328)
    outcome, state, *_ = drive(episode, AHEAD)
    assert outcome == COLLISION_WALL
    assert 5.8 < float(state.seen_pose[0, 0]) < 5.85


def test_time_is_up_one_second_before_the_limit(furnish):
    outcome, _, step, reward = drive(furnish(time_limit=20.0), STILL)
    assert (outcome, step) == (TIMEOUT, 190)
    assert reward == pytest.approx(-0.025, abs=0.01)


def test_the_robot_stands_for_the_first_two_steps(furnish):
    world = CrowdWorld(furnish())
    state = world.start(torch.zeros(1, dtype=torch.long))
    for _ in range(2):
        state, _ = world.step(state, AHEAD)
        assert torch.equal(state.pose[0], torch.zeros(3))
    state, _ = world.step(state, AHEAD)
    assert float(state.pose[0, 0]) > 0.03


def situation(**changes):
    """A quiet moment, changed."""
    quiet = {
        'goal_distance': 3.0,
        'potential': -3.0,
        'person_gap': 9.0,
        'collision': RUNNING,
        'v': 0.0,
        'w': 0.0,
        'late': False,
        'backward': True,
    }
    return Situation(**{name: torch.tensor([value]) for name, value in (quiet | changes).items()})


def test_time_goes_before_collision_and_collision_before_the_goal():
    hit = {'collision': COLLISION_HUMAN, 'goal_distance': 0.1}
    assert judge(situation(**hit)).outcome.item() == COLLISION_HUMAN
    assert judge(situation(**hit, late=True)).outcome.item() == TIMEOUT
    assert judge(situation(**hit, late=True)).reward.item() == pytest.approx(-0.025)


def test_nearness_costs_and_stops_progress_from_counting():
    verdict = judge(situation(person_gap=0.15, goal_distance=2.95))
    assert verdict.intrusion.item()
    assert verdict.reward.item() == pytest.approx((0.15 - 0.25) * 10 * 0.1 - 0.025)
    assert verdict.potential.item() == -3.0


def test_progress_counts_twice_and_is_limited():
    assert judge(situation(goal_distance=2.97)).reward.item() == pytest.approx(
        0.06 - 0.025, abs=1e-6
    )
    assert judge(situation(goal_distance=2.0)).reward.item() == pytest.approx(0.1 - 0.025)
    assert judge(situation(goal_distance=3.5)).reward.item() == pytest.approx(-0.1 - 0.025)


def test_turning_and_backing_up_cost_a_little():
    assert judge(situation(w=0.5)).reward.item() == pytest.approx(-0.05 * 0.25 - 0.025)
    assert judge(situation(w=3.0)).reward.item() == pytest.approx(-0.05 - 0.025)
    assert judge(situation(v=-0.2)).reward.item() == pytest.approx(-0.02 - 0.025)
    assert judge(situation(v=-0.2, backward=False)).reward.item() == pytest.approx(-0.025)


def test_without_anybody_the_gap_to_people_is_no_reason_to_end(furnish):
    outcome, *_ = drive(furnish(goal=(2.0, 0.0), people=[]), AHEAD)
    assert outcome == SUCCEEDED
