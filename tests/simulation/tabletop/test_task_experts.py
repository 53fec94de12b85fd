"""Scripted experts do every task in real physics."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from scripted_episode import Expert, scene

from policy_nodes.simulation.tabletop.expert import UnreachableError, commands
from policy_nodes.simulation.tabletop.panda_model import SPEED
from policy_nodes.simulation.tabletop.tasks.poses import downwards, step
from policy_nodes.simulation.tabletop.tasks.registry import TASKS
from policy_nodes.simulation.tabletop.world import PERIOD

MOST_STEPS = 25  # key poses of an episode


@pytest.fixture(name='expert', scope='module')
def _expert():
    return Expert()


@pytest.mark.parametrize('name', TASKS)
def test_the_expert_succeeds(name, cameras, expert):
    world = scene(name, 11, cameras)
    assert expert.play(world)
    assert len(world.task.waypoints(world)) <= MOST_STEPS


@pytest.mark.nightly
@pytest.mark.parametrize('name', TASKS)
def test_the_expert_succeeds_nine_times_of_ten(name, cameras, expert):
    done = [expert.play(scene(name, seed, cameras)) for seed in range(100, 120)]
    assert sum(done) >= 18


def test_the_arm_goes_smoothly_and_within_its_speed(cameras, expert):
    world = scene('reach_target', 2, cameras)
    before, speeds = world.joints(), []
    for command in expert.commands(world):
        speeds.append((command.joints - before) / PERIOD)
        before = command.joints
        world.step(command.joints, command.fingers)
    speeds = np.array(speeds)
    assert (np.abs(speeds) < SPEED).all()
    assert np.abs(np.diff(speeds, axis=0)).max() < 0.1


def test_a_step_out_of_reach_is_refused_by_its_number(cameras, expert):
    world = scene('reach_target', 2, cameras)
    near, far = (0.3, 0.0, 1.0), (1.4, 0.0, 1.0)
    for straight in (False, True):
        ways = [
            step(np.array(near), downwards(), 1.0, straight=False),
            step(np.array(far), downwards(), 1.0, straight=straight),
        ]
        with pytest.raises(UnreachableError, match=r'step 1: no joints .* \[1\.4'):
            list(commands(world, ways, expert.inverse, expert.rest))


def test_the_elbow_does_not_tell_which_way_the_arm_came(cameras, expert):
    world = scene('reach_target', 2, cameras)
    goal = step(np.array((0.3, -0.2, 0.95)), downwards(), 1.0, straight=False)
    ends = []
    for x, y in ((0.45, 0.3), (0.1, 0.2)):
        ways = [step(np.array((x, y, 0.9)), downwards(), 1.0, straight=False), goal]
        ends.append(list(commands(world, ways, expert.inverse, expert.rest))[-1].joints)
    assert np.abs(ends[0] - ends[1]).max() < 1e-9
