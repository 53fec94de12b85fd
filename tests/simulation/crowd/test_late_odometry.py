"""What the robot is told of itself is one step old; the lidar looks from there."""

from __future__ import annotations

import torch

from policy_nodes.simulation.crowd.world import CrowdWorld

COMMAND = torch.tensor([[0.3, 0.4]])
ROW = torch.zeros(1, dtype=torch.long)


def test_the_reported_pose_and_twist_are_those_of_the_step_before(furnish):
    world = CrowdWorld(furnish())
    state = world.start(ROW)
    for _ in range(20):
        after, _ = world.step(state, COMMAND)
        view = world.observe(after)
        assert torch.equal(view.pose, state.pose)
        assert torch.equal(view.twist, state.next_twist)
        state = after
    assert not torch.equal(world.observe(state).pose, state.pose)


def test_the_lidar_looks_from_the_reported_pose(furnish):
    world = CrowdWorld(furnish(boxes=[(3.0, -5.0, 4.0, 5.0)]))
    state = world.start(ROW)
    for _ in range(15):
        state, _ = world.step(state, torch.tensor([[0.4, 0.0]]))
    view = world.observe(state)
    x, y, yaw = view.pose[0]
    torch.testing.assert_close(view.ranges[0, 0], (3.0 - x) / yaw.cos(), atol=1e-4, rtol=0)
    assert (3.0 - state.pose[0, 0]) / yaw.cos() < view.ranges[0, 0] - 0.03
    assert abs(float(y)) < 0.1


def test_the_measured_twist_is_the_commanded_one_within_the_noise_of_the_wheels(furnish):
    world = CrowdWorld(furnish())
    state = world.start(ROW)
    twists = []
    for _ in range(300):
        state, _ = world.step(state, torch.tensor([[0.2, 0.5]]))
        twists.append(state.twist[0])
    measured = torch.stack(twists[4:])
    mean, spread = measured.mean(0), measured.std(0)
    torch.testing.assert_close(mean, torch.tensor([0.2056, 0.5]), atol=0.006, rtol=0)
    assert 0.002 < spread[0] < 0.006
    assert 0.02 < spread[1] < 0.045


def test_at_full_speed_the_wheels_saturate_and_turning_nearly_ends(furnish):
    world = CrowdWorld(furnish())
    state = world.start(ROW)
    for _ in range(50):
        state, _ = world.step(state, torch.tensor([[0.5, 1.0]]))
    slow, turn = state.twist[0].tolist()
    assert slow < 0.42
    assert abs(turn) < 0.2
