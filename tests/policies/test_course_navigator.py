"""A point that follows the navigator's commands with a lag gets over courses."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from point_robot import run

from policy_nodes.evaluation.barkour_samples import filled
from policy_nodes.evaluation.barkour_score import BarkourResult, BarkourScore
from policy_nodes.evaluation.course_way import way_over
from policy_nodes.policies.course_navigator import CourseNavigator, Progress
from policy_nodes.policies.waypoints import Behaviour, Waypoint, read_waypoints
from policy_nodes.simulation.barkour.course import Course, official_course, rearranged_course

SHIPPED = Path(__file__).parents[2] / 'config' / 'barkour' / 'course_waypoints.yaml'
WALK = Behaviour('walk', forward=1.0, backward=0.5, sideways=0.4, turn=2.0)
TRUNK = (0.28, 0.19)  # half a Barkour, length and width with its legs [m]


def waypoint(x: float, y: float, heading: float = 0.0, **more: object) -> Waypoint:
    given = {'tolerance': 0.1, 'behaviour': WALK, 'speed': 10.0}
    return Waypoint('here', x, y, heading, **(given | more))


def over(
    course: Course, way: tuple[Waypoint, ...], lag: float
) -> tuple[BarkourResult, np.ndarray, list[str]]:
    """Score of a run, poses (n, 3), and behaviours in order."""
    score, poses, behaviours = BarkourScore(course), [], []
    start = (course.start.x, course.start.y, course.start.heading)
    for time, pose, asked in run(CourseNavigator(way), pose=start, lag=lag):
        poses.append((time, *pose))
        if behaviours[-1:] != [asked.behaviour]:
            behaviours.append(asked.behaviour)
    samples = [tuple(map(float, each[:3])) for each in poses]
    for sample in (samples[0], *(each for two in pairwise(samples) for each in filled(*two))):
        score.take(*sample)
    return score.result(), np.array(poses)[:, 1:], behaviours


def room(course: Course, poses: np.ndarray) -> float:
    """How near a pole comes to the trunk, less than zero within it [m]."""
    apart = np.array(course.obstacle('weave_poles').poles) - poses[:, None, :2]
    c, s = np.cos(poses[:, 2:]), np.sin(poses[:, 2:])
    ahead, left = c * apart[..., 0] + s * apart[..., 1], c * apart[..., 1] - s * apart[..., 0]
    return float(np.maximum(np.abs(ahead) - TRUNK[0], np.abs(left) - TRUNK[1]).min())


@pytest.mark.parametrize('lag', [0.1, 0.2])
def test_the_shipped_waypoints_lead_over_the_official_course(lag):
    course = official_course()
    result, poses, behaviours = over(course, read_waypoints(SHIPPED), lag)
    assert result.score >= 0.95
    assert [each.obstacle for each in result.passes] == [
        each.kind for each in course.obstacles for _ in each.gates
    ]
    assert behaviours == ['walk', 'slope', 'walk', 'jump', 'walk']
    assert room(course, poses) > 0.0


def test_a_slow_robot_gets_over_the_course_too():
    result, _, _ = over(official_course(), read_waypoints(SHIPPED), 0.4)
    assert result.completed == 5


@pytest.mark.parametrize('seed', range(6))
def test_a_rearranged_course_needs_nothing_but_other_waypoints(seed):
    course = rearranged_course(seed)
    known = {each.behaviour.name: each.behaviour for each in read_waypoints(SHIPPED)}
    result, poses, behaviours = over(course, way_over(course, known), 0.15)
    assert result.score >= 0.95
    assert [each.obstacle for each in result.passes] == [
        each.kind for each in course.obstacles for _ in each.gates
    ]
    assert behaviours[-4:] == ['jump', 'walk', 'slope', 'walk']
    assert room(course, poses) > -0.02


def test_ways_from_the_course_lead_over_the_official_one_as_the_shipped_file_does():
    known = {each.behaviour.name: each.behaviour for each in read_waypoints(SHIPPED)}
    result, _, _ = over(official_course(), way_over(official_course(), known), 0.15)
    assert result.score >= 0.95


def test_between_the_poles_it_goes_sideways():
    _, poses, _ = over(official_course(), read_waypoints(SHIPPED), 0.1)
    between = poses[(poses[:, 0] > 1.7) & (poses[:, 0] < 4.5) & (poses[:, 1] > -1.1)]
    assert np.abs(between[:, 2] - math.pi / 2).max() < 0.1


def test_velocities_are_in_the_frame_of_the_base_and_within_the_behaviour():
    navigator = CourseNavigator([waypoint(5.0, 0.0, heading=math.pi / 2)])
    steering = navigator.act(0.0, 0.0, math.pi / 2)
    assert (steering.vx, steering.vy) == pytest.approx((0.0, -0.4))
    navigator = CourseNavigator([waypoint(5.0, 0.0, heading=math.pi)])
    steering = navigator.act(0.0, 0.0, math.pi)
    assert (steering.vx, steering.vy) == pytest.approx((-0.5, 0.0), abs=1e-9)


def test_the_speed_of_a_waypoint_is_not_exceeded():
    slow = CourseNavigator([waypoint(5.0, 0.0, speed=0.3)])
    assert slow.act(0.0, 0.0, 0.0).vx == pytest.approx(0.3)


def test_it_turns_the_short_way_round():
    navigator = CourseNavigator([waypoint(1.0, 0.0, heading=-3.0)])
    assert navigator.act(0.0, 0.0, 3.0).wz == pytest.approx(4.0 * (math.tau - 6.0))


def test_it_waits_at_a_waypoint_until_it_has_turned():
    navigator = CourseNavigator([waypoint(1.0, 0.0, heading=2.0, turned=0.2), waypoint(2.0, 0.0)])
    navigator.act(0.0, 0.0, 0.0)
    waiting = navigator.act(0.98, 0.0, 1.5)
    assert waiting.waypoint == 0
    assert waiting.progress is Progress.TURNING
    assert math.hypot(waiting.vx, waiting.vy) < 0.1
    assert navigator.act(0.98, 0.0, 1.9).waypoint == 1


def test_a_waypoint_that_was_passed_nearby_is_not_returned_to():
    navigator = CourseNavigator([waypoint(1.0, 0.0), waypoint(2.0, 0.0)])
    navigator.act(0.0, 0.0, 0.0)
    assert navigator.act(1.05, 0.2, 0.0).waypoint == 1


def test_a_waypoint_that_was_missed_is_returned_to():
    navigator = CourseNavigator([waypoint(1.0, 0.0), waypoint(2.0, 0.0)])
    navigator.act(0.0, 0.0, 0.0)
    steering = navigator.act(1.3, 0.8, 0.0)
    assert steering.waypoint == 0
    assert steering.vx < 0.0
    assert steering.vy < 0.0


def test_it_stays_at_the_last_waypoint_and_begins_anew_after_a_reset():
    navigator = CourseNavigator([waypoint(1.0, 0.0), waypoint(2.0, 0.0)])
    *_, (_, pose, last) = run(navigator, pose=(0.0, 0.0, 0.0), longest=8.0)
    assert last.progress is Progress.ARRIVED
    assert np.hypot(pose[0] - 2.0, pose[1]) < 0.03
    assert max(abs(last.vx), abs(last.vy), abs(last.wz)) < 0.05
    navigator.reset()
    assert navigator.act(0.0, 0.0, 0.0).waypoint == 0


def test_a_navigator_without_waypoints_is_refused():
    with pytest.raises(ValueError, match='needs one waypoint at least'):
        CourseNavigator([])
