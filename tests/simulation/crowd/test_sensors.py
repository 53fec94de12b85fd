"""What one robot of the crowd world reports: scan, odometry, detections, goal, people."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from policy_nodes.geometry.frames import rotate, yaw_from_quaternion
from policy_nodes.simulation.crowd.detector import PersonDetector
from policy_nodes.simulation.crowd.reward import RUNNING, SUCCEEDED
from policy_nodes.simulation.crowd.robot import STEP_NS, CrowdRobot
from policy_nodes.simulation.crowd.sensors import CrowdSensors
from policy_nodes.simulation.crowd.world import CrowdWorld

START_NS = 5_000_000_000


def robot_of(episode, **options) -> CrowdRobot:
    """A robot with perfect sensors, unless told otherwise."""
    options = {'range_noise': 0.0, 'detector': PersonDetector.perfect()} | options
    return CrowdRobot(episode, start_ns=START_NS, **options)


def test_the_scan_starts_behind_the_robot_and_turns_left(furnish):
    boxes = [(3, -1, 4, 1), (-6, -1, -5, 1), (-1, 2, 1, 3)]
    laser = robot_of(furnish(boxes=boxes), rays=360).read().laser
    assert laser.frame == 'base_link'
    assert laser.angle_min == pytest.approx(-math.pi)
    assert laser.angle_increment == pytest.approx(2 * math.pi / 360)
    ahead, left, behind, right = laser.ranges[[180, 270, 0, 90]]
    assert (ahead, left, behind) == pytest.approx((3, 2, 5))
    assert right == math.inf


def test_people_stand_in_the_scan(furnish):
    laser = robot_of(furnish(people=[(2, 0)]), rays=360).read().laser
    assert laser.ranges[180] == pytest.approx(1.7)


def test_what_is_too_near_reads_minus_infinity(furnish):
    robot = robot_of(furnish(boxes=[(0.2, -1, 1, 1)]))
    sensors = CrowdSensors(robot.world, rays=4, range_noise=0.0, range_min=0.5)
    laser = sensors.read(robot.state, robot.world.observe(robot.state), 0, 0).laser
    assert laser.ranges.tolist() == [math.inf, math.inf, -math.inf, math.inf]


def test_ranges_are_noisy_by_as_much_as_was_asked(furnish):
    robot = robot_of(furnish(wall=4.0), rays=3600, range_noise=0.02)
    quiet = robot_of(furnish(wall=4.0), rays=3600)
    error = robot.read().laser.ranges - quiet.read().laser.ranges
    assert abs(error.mean()) < 0.002
    assert error.std() == pytest.approx(0.02, rel=0.1)


def test_odometry_is_late_and_in_odom(furnish):
    robot = robot_of(furnish(start=(1.0, 2.0, 0.5), goal=(5.0, 5.0)))
    for _ in range(10):
        pose = robot.state.pose[0].numpy()
        robot.advance(0.3, 0.2)
    base = robot.read().base
    assert (base.frame, base.child_frame) == ('odom', 'base_link')
    assert base.stamp_ns == START_NS + 10 * STEP_NS
    np.testing.assert_allclose(base.position[:2], pose[:2], atol=1e-6)
    assert yaw_from_quaternion(base.quaternion) == pytest.approx(float(pose[2]), abs=1e-6)


def test_detections_are_in_the_frame_of_the_robot_and_in_order_of_bearing(furnish):
    people = np.array([(2.0, 3.0), (4.0, 2.0), (1.0, -1.0)])
    samples = robot_of(furnish(start=(1.0, 2.0, 0.7), people=people.tolist())).read()
    expected = rotate(people - (1.0, 2.0), -0.7)
    order = np.argsort(np.arctan2(expected[:, 1], expected[:, 0]))
    np.testing.assert_allclose(samples.detections.positions, expected[order], atol=1e-5)
    np.testing.assert_allclose(samples.people.positions, people, atol=1e-6)


def test_the_hidden_and_the_far_are_not_detected(furnish):
    episode = furnish(people=[(4, 0), (0, 12), (0, -4)], boxes=[(2, -1, 2.5, 1)])
    found = robot_of(episode, detector=PersonDetector.perfect(max_range=10)).read().detections
    np.testing.assert_allclose(found.positions, [[0, -4]], atol=1e-6)
    assert len(robot_of(episode).read().people.ids) == 3


def test_a_detector_misses_adds_ghosts_and_errs_as_often_as_it_says(furnish):
    world = CrowdWorld(furnish(people=[(2, 0), (0, 3)], wall=6.0))
    state = world.start(torch.zeros(1, dtype=torch.long))
    view = world.observe(state)
    detector = PersonDetector(noise=0.1, miss=0.3, false_positives=0.5)
    real, ghosts, missed = [], 0, 0
    for step in range(1500):
        found = detector.detect(view, world.episodes.seed, torch.tensor([step]))[0]
        seen = found[:2, 0].isfinite()
        missed += int((~seen).sum())
        ghosts += int(found[2:, 0].isfinite().sum())
        real.append((found[:2] - torch.tensor([[2.0, 0.0], [0.0, 3.0]]))[seen])
    error = torch.cat(real)
    assert missed / 3000 == pytest.approx(0.3, abs=0.03)
    assert ghosts / 1500 == pytest.approx(0.5, abs=0.06)
    assert float(error.std()) == pytest.approx(0.1, rel=0.05)
    assert error.mean().abs() < 0.01


def test_ghosts_stay_within_the_view(furnish):
    world = CrowdWorld(furnish(wall=3.0))
    view = world.observe(world.start(torch.zeros(1, dtype=torch.long)))
    detector = PersonDetector(false_positives=4.0)
    for step in range(50):
        found = detector.detect(view, world.episodes.seed, torch.tensor([step]))[0]
        assert (found.abs() <= 3.0 + 0.2).all()


def test_a_robot_drives_until_its_episode_ends_and_then_stands(furnish):
    robot = robot_of(furnish(goal=(1.5, 0.0)))
    while robot.advance(0.4, 0.0) == RUNNING:
        pass
    assert robot.outcome == SUCCEEDED
    steps, pose = robot.step, robot.state.pose.clone()
    assert robot.time_ns == START_NS + steps * STEP_NS
    assert robot.advance(0.4, 0.0) == SUCCEEDED
    assert robot.step == steps
    assert torch.equal(robot.state.pose, pose)


@pytest.mark.parametrize('command', [(math.nan, 0.0), (0.1, math.inf)])
def test_a_command_that_is_no_number_is_refused(furnish, command):
    with pytest.raises(ValueError, match='is not finite'):
        robot_of(furnish()).advance(*command)


@pytest.mark.parametrize(
    ('options', 'complaint'),
    [
        ({'rays': 0}, 'rays is 0; give at least 1'),
        ({'range_noise': -1.0}, 'range_noise is -1.0 m; give 0 or more'),
        ({'range_noise': math.nan}, 'range_noise is nan m'),
    ],
)
def test_sensors_refuse_numbers_out_of_range(furnish, options, complaint):
    with pytest.raises(ValueError, match=complaint):
        robot_of(furnish(), **options)


@pytest.mark.parametrize(
    ('options', 'complaint'),
    [
        ({'noise': -0.1}, 'noise is -0.1; give a number from 0'),
        ({'miss': 1.5}, 'miss is 1.5; give a number from 0 to 1'),
        ({'false_positives': 5.0}, 'false_positives is 5.0; give a number from 0 to 4'),
        ({'max_range': math.nan}, 'max_range is nan'),
    ],
)
def test_detectors_refuse_numbers_out_of_range(options, complaint):
    with pytest.raises(ValueError, match=complaint):
        PersonDetector(**options)


def test_a_robot_takes_exactly_one_episode(furnish):
    episode = furnish(people=[(3, 3)])
    with pytest.raises(ValueError, match='one episode is needed, 2 are given'):
        CrowdRobot(episode.take(torch.tensor([0, 0])))
