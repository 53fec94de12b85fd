"""Episodes that follow each other in one world: what must not leak from one into the next."""

from __future__ import annotations

import pytest
import torch
from small_recipes import WORLDS, small_env

from policy_nodes.simulation.crowd.reward import RUNNING, SUCCEEDED, TIMEOUT
from policy_nodes.training.crowd_env import Shaping
from policy_nodes.training.perturbation import Perturbation

STILL, FASTER = 4, 1


def run(env, steps, action=STILL):
    """Step all worlds with one action; yields the state before, the state after, the step."""
    state = env.start()
    for _ in range(steps):
        with torch.no_grad():
            after, transition = env.step(state, torch.full((WORLDS,), action))
        yield state, after, transition
        state = after


def test_an_episode_that_ends_gives_way_to_a_fresh_one():
    env, ends = small_env(), 0
    for before, after, transition in run(env, 24, FASTER):
        done = transition.done.bool()
        assert torch.equal(done, transition.ended != RUNNING)
        assert torch.equal(transition.mask[:, 0], 1 - transition.done)
        assert torch.equal(after.mask, transition.mask)
        assert not after.twist[done].any()
        assert torch.equal(after.clock, before.clock + 1)
        begun = env.world.start(after.world.row)
        assert torch.equal(after.world.pose[done], begun.pose[done])
        first = env.observe(after)
        for mine, told in zip(first, transition.observation, strict=True):
            assert torch.equal(mine, told)
        ends += int(done.sum())
    assert ends >= WORLDS, 'too few episodes ended to show anything'


def test_the_first_observation_of_an_episode_is_of_its_own_start():
    env = small_env()
    episodes = env.world.episodes
    for _, after, transition in run(env, 24):
        done = transition.done.bool()
        row = after.world.row[done]
        seen = transition.observation.robot_node[done]
        torch.testing.assert_close(seen[:, :2], episodes.start[row, :2])
        torch.testing.assert_close(seen[:, 2:4], episodes.goal[row])


def test_worlds_take_up_different_episodes_and_go_on_differently():
    env = small_env()
    first = env.start().world.row
    later = env.start(clock=100).world.row
    assert len(set(first.tolist())) > 1
    assert not torch.equal(first, later)


def test_the_same_seed_gives_the_same_worlds_step_by_step():
    one, other = run(small_env(), 20, FASTER), run(small_env(), 20, FASTER)
    for (_, _, mine), (_, _, theirs) in zip(one, other, strict=True):
        assert torch.equal(mine.reward, theirs.reward)
        assert torch.equal(mine.observation.point_clouds, theirs.observation.point_clouds)


def test_a_robot_that_stands_runs_out_of_time_and_is_punished_for_that_alone():
    plain = small_env(shaping=Shaping())
    shaped = small_env(shaping=Shaping(timeout=-10.0, collision=-7.0, scale=0.1))
    seen = set()
    for (_, _, mine), (_, _, theirs) in zip(run(plain, 24), run(shaped, 24), strict=True):
        late = mine.ended == TIMEOUT
        hit = mine.done.bool() & ~late & (mine.ended != SUCCEEDED)
        expected = 0.1 * (mine.reward - 10.0 * late - 7.0 * hit)
        torch.testing.assert_close(theirs.reward, expected)
        seen |= set(mine.ended.tolist())
    assert TIMEOUT in seen


def test_the_twist_is_held_to_what_the_scenario_permits():
    env = small_env()
    for _, after, transition in run(env, 12, action=7):
        assert (after.twist[~transition.done.bool(), 0] >= -0.5).all()


def test_noise_touches_the_share_of_worlds_that_it_says_and_no_other():
    clean, noisy = small_env(), small_env(perturbation=Perturbation(share=0.5))
    for (_, _, mine), (_, _, theirs) in zip(run(clean, 3), run(noisy, 3), strict=True):
        same = (mine.observation.point_clouds == theirs.observation.point_clouds).all(-1)
        assert 0 < int(same.sum()) < WORLDS
        # only what is seen is disturbed, never what happens
        assert torch.equal(mine.reward, theirs.reward)


def test_all_worlds_are_disturbed_when_the_share_is_one():
    noisy = small_env(perturbation=Perturbation(share=1.0, range=0.05))
    clean = small_env()
    seen = noisy.observe(noisy.start()).point_clouds
    error = seen - clean.observe(clean.start()).point_clouds
    assert error.std().item() == pytest.approx(0.05, rel=0.1)
    assert (seen >= 0).all()
