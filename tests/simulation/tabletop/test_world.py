"""Episodes depend on their seed alone; the arm goes where it is told."""

from __future__ import annotations

import numpy as np
import pytest

from policy_nodes.simulation.tabletop.panda_model import HOME
from policy_nodes.simulation.tabletop.scene import TABLE_TOP
from policy_nodes.simulation.tabletop.world import PERIOD


def swing(world, seconds=0.5):
    """Move all joints there and back; returns the greatest distance from the targets [rad]."""
    worst = np.zeros(7)
    for step in range(round(seconds / PERIOD)):
        part = 0.5 - 0.5 * np.cos(2.0 * np.pi * step * PERIOD / seconds)
        target = HOME + 0.2 * part * np.array((1.0, 0.5, 1.0, -0.5, 1.0, 1.0, 1.0))
        world.step(target, step % 2)
        worst = np.maximum(worst, np.abs(world.joints() - target))
    return worst


def test_the_tip_begins_where_rlbench_has_it_with_open_fingers(block_world):
    world = block_world()
    position, quaternion = world.tip()
    assert np.allclose(position, (0.278, -0.008, 1.473), atol=1e-3)
    assert np.linalg.norm(quaternion) == pytest.approx(1.0)
    # it points down and leans forward by 10 degrees
    x, y = quaternion[:2]
    down = 1.0 - 2.0 * (x * x + y * y)
    assert np.rad2deg(np.arccos(-down)) == pytest.approx(10.0, abs=0.2)
    assert world.opening() == pytest.approx(1.0, abs=1e-3)
    assert np.allclose(world.joints(), HOME, atol=1e-6)
    assert world.time == 0.0


def test_the_same_seed_and_variation_give_the_same_episode_step_by_step(block_world):
    states = []
    for world in (block_world(7), block_world(7), block_world(8)):
        swing(world)
        states.append((world.variation, world.data.qpos.copy(), world.data.qvel.copy()))
    assert states[0][0] == states[1][0]
    assert (states[0][1] == states[1][1]).all()
    assert (states[0][2] == states[1][2]).all()
    assert (states[0][1] != states[2][1]).any()


def test_a_reset_begins_the_same_episode_again_or_another_one(block_world):
    world = block_world(3, variation=1)
    first = world.data.qpos.copy()
    swing(world, 0.1)
    world.reset()
    assert (world.data.qpos == first).all()
    assert (world.task.begun, world.task.watched, world.time) == (2, 0, 0.0)
    world.reset(4, 0)
    assert (world.seed, world.variation) == (4, 0)
    assert (world.data.qpos != first).any()


def test_the_seed_draws_every_variation_and_an_unknown_one_is_refused(block_world):
    world = block_world(0)
    drawn = set()
    for seed in range(8):
        world.reset(seed)
        drawn.add(world.variation)
    assert drawn == {0, 1}
    with pytest.raises(ValueError, match='block has no variation 2; there are 0 to 1'):
        block_world(0, variation=2)


def test_what_a_task_draws_does_not_depend_on_the_variation(block_world):
    left, right = (block_world(5, variation=number).body('block')[0] for number in (0, 1))
    assert np.allclose(left, right * (1.0, -1.0, 1.0), atol=1e-5)


def test_the_task_sees_the_settled_scene_and_every_period(block_world):
    world = block_world()
    height = world.body('block')[0][2]
    assert height == pytest.approx(TABLE_TOP + 0.025, abs=1e-3)
    assert world.in_contact('block', 'world')
    assert not world.in_contact('block', 'panda_leftfinger')
    for _ in range(5):
        world.step(HOME, 1.0)
    assert world.task.watched == 5
    assert world.time == pytest.approx(5 * PERIOD)


def test_joints_follow_a_moving_target_closely_enough_for_the_safety_controller(block_world):
    # it stops an arm that is 0.05 rad from what it expects
    assert (swing(block_world(), 1.0) < 0.01).all()


def test_fingers_hold_a_block_against_gravity_until_they_open(block_world):
    world = block_world(place=(0.278, -0.008, TABLE_TOP + 0.025))
    # bring the block to the fingers rather than the other way round
    joint = world.model.body('block').jntadr[0]
    start = world.model.jnt_qposadr[joint]
    world.data.qpos[start : start + 3] = world.tip()[0]
    world.data.qpos[start + 3 : start + 7] = (0.9962, 0.0, -0.0869, 0.0)
    gravity = world.model.opt.gravity.copy()
    world.model.opt.gravity[:] = 0.0
    for _ in range(80):
        world.step(HOME, 0.0)
    world.model.opt.gravity[:] = gravity
    for _ in range(100):
        world.step(HOME, 0.0)
    assert world.in_contact('block', 'panda_leftfinger')
    assert world.in_contact('panda_rightfinger', 'block')
    assert np.linalg.norm(world.body('block')[0] - world.tip()[0]) < 2e-3
    assert world.opening() == pytest.approx(0.05 / 0.08, abs=0.02)
    for _ in range(60):
        world.step(HOME, 1.0)
    assert not world.in_contact('block', 'panda_leftfinger')
    assert world.body('block')[0][2] < world.tip()[0][2] - 0.1


@pytest.mark.parametrize(
    ('targets', 'fingers', 'word'),
    [
        (HOME[:6], 1.0, 'the arm has 7 joints'),
        ((*HOME[:6], np.nan), 1.0, 'not finite'),
        (HOME, np.inf, 'not finite'),
    ],
)
def test_senseless_targets_are_refused_and_change_nothing(block_world, targets, fingers, word):
    world = block_world()
    before = world.data.qpos.copy()
    with pytest.raises(ValueError, match=word):
        world.step(targets, fingers)
    assert (world.data.qpos == before).all()
    assert world.task.watched == 0
