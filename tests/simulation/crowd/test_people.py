"""How people walk: ORCA, social force, goals and patience."""

from __future__ import annotations

from dataclasses import replace

import torch

from policy_nodes.simulation.crowd.counter_random import episode_seeds
from policy_nodes.simulation.crowd.generate import generate
from policy_nodes.simulation.crowd.scenario import RAND
from policy_nodes.simulation.crowd.world import CrowdWorld

ROW = torch.zeros(1, dtype=torch.long)
AWAY = (40.0, 40.0, 0.0)


def walk(episode, steps):
    """Let people walk while the robot stands: positions (steps, people, 2) and the last state."""
    world = CrowdWorld(episode)
    state = world.start(ROW)
    path = []
    for _ in range(steps):
        state, _ = world.step(state, torch.zeros(1, 2))
        path.append(state.people[0])
    return torch.stack(path), state


def test_orca_people_walk_straight_to_their_goal_and_stay(furnish):
    episode = furnish(start=AWAY, people=[(0, 0)], people_goals=[(3, 0)])
    path, state = walk(episode, 120)
    assert path[:, 0, 1].abs().max() < 1e-5
    torch.testing.assert_close(path[9, 0], torch.tensor([0.5, 0.0]), atol=1e-4, rtol=0)
    assert (path[-1, 0] - torch.tensor([3.0, 0.0])).norm() < 0.25
    assert state.resting.all()
    assert torch.equal(path[-1], path[-10])


def test_orca_people_pass_each_other(furnish):
    episode = furnish(
        start=AWAY, people=[(-3, 0.01), (3, -0.01)], people_goals=[(3, 0.01), (-3, -0.01)]
    )
    path, _ = walk(episode, 200)
    # two radii of 0.26 m and their margins of 0.1 m
    assert (path[:, 0] - path[:, 1]).norm(dim=-1).min() > 0.7
    assert (path[-1, 0] - torch.tensor([3.0, 0.0])).norm() < 0.3


def test_who_reacts_goes_round_the_robot_and_who_does_not_runs_into_it(furnish):
    gaps = {}
    for reacts in (True, False):
        episode = furnish(people=[(3, 0.05)], people_goals=[(-3, 0.05)], reacts=reacts)
        path, _ = walk(episode, 80)
        gaps[reacts] = float(path[:, 0].norm(dim=-1).min())
    assert gaps[True] > 0.477
    assert gaps[False] < 0.1


def test_people_walk_round_boxes(furnish):
    episode = furnish(
        start=AWAY, people=[(-3, -0.6)], people_goals=[(3, 1.2)], boxes=[(-0.5, -0.5, 0.5, 0.5)]
    )
    path, _ = walk(episode, 250)
    box = torch.tensor([0.5, 0.5])
    assert (path[:, 0].abs() - box).clamp_min(0).norm(dim=-1).min() > 0.3
    assert (path[-1, 0] - torch.tensor([3.0, 1.2])).norm() < 0.3


def test_who_stands_does_not_move(furnish):
    episode = furnish(people=[(1, 1)], people_goals=None)
    path, _ = walk(episode, 30)
    assert torch.equal(path[-1], torch.tensor([[1.0, 1.0]]))


def test_social_force_people_reach_their_speed_and_their_goal(furnish):
    episode = furnish(start=AWAY, people=[(0, 0)], people_goals=[(5, 0)], social_force=True)
    path, _ = walk(episode, 150)
    speed = (path[1:, 0] - path[:-1, 0]).norm(dim=-1) / 0.1
    # relaxed towards it with a time of one second, and never beyond
    assert speed[0] < 0.2
    assert 0.45 < speed[40] <= 0.5 + 1e-4
    assert (path[-1, 0] - torch.tensor([5.0, 0.0])).norm() < 0.5


def test_social_force_pushes_people_apart_by_its_law(furnish):
    episode = furnish(
        start=AWAY, people=[(0, 0), (1, 0)], people_goals=[(0, 0), (1, 0)], social_force=True
    )
    world = CrowdWorld(episode)
    state, _ = world.step(world.start(ROW), torch.zeros(1, 2))
    # 2 exp((0.25 + 0.25 - 1) / 1) m/s^2 for 0.1 s, away from the other
    expected = 0.2 * torch.exp(torch.tensor(-0.5))
    torch.testing.assert_close(state.people_velocity[0, 0, 0], -expected, atol=1e-4, rtol=0)
    torch.testing.assert_close(state.people_velocity[0, 1, 0], expected, atol=1e-4, rtol=0)


def test_social_force_people_fill_the_arena_too():
    scenario = replace(RAND, name='pushy', people_model='social_force')
    episodes = generate(scenario, episode_seeds(3, 0, 8, 'cpu'))
    world = CrowdWorld(episodes)
    state = world.start(torch.arange(8))
    before = state.people.clone()
    for _ in range(50):
        state, _ = world.step(state, torch.zeros(8, 2))
    walked = (state.people - before).norm(dim=-1)
    assert state.people.isfinite().all()
    assert walked[episodes.walking].median() > 1.0
    assert (state.people_velocity.norm(dim=-1) <= 0.5 + 1e-4).all()


def test_people_of_the_arena_take_new_goals_when_they_arrive():
    episodes = generate(RAND, episode_seeds(5, 0, 3, 'cpu'))
    world = CrowdWorld(episodes)
    state = world.start(torch.arange(3))
    for _ in range(250):
        state, _ = world.step(state, torch.zeros(3, 2))
    assert (state.goal_index[episodes.walking] > 0).float().mean() > 0.5
    assert not state.resting.any()
    assert (state.goal_index[~episodes.walking] == 0).all()
