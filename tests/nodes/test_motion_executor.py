"""Key poses with real processes: planner, safety controller and a simulated arm."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import numpy as np
import pytest
from builtin_interfaces.msg import Time
from lifecycle_msgs.msg import Transition
from motion_rig import NODES, MotionRig, arguments
from scipy.spatial.transform import Rotation
from std_msgs.msg import Bool, Float64, Header

from policy_nodes.safety.ladder import Level
from policy_stack.msg import KeyPoseResult
from policy_stack.srv import ResetEpisode

ACCEPTED, REACHED = KeyPoseResult.ACCEPTED, KeyPoseResult.REACHED
ABORTED = KeyPoseResult.ABORTED
UNSOUND = {
    *('position_limit', 'velocity_limit', 'workspace_stop', 'singularity_stop'),
    *('distance_stop', 'proposal_shape', 'proposal_timing', 'proposal_backward'),
}
HERE, THERE = (0.2, 0.1, 1.1), (0.25, -0.1, 1.0)


@pytest.fixture(scope='module')
def started(processes):
    return {name: processes(name, *arguments(name)) for name in NODES}


@pytest.fixture(scope='module')
def workshop(started) -> Iterator[MotionRig]:
    rig = MotionRig()
    rig.bring_everything_up()
    yield rig
    rig.close()


@pytest.fixture
def rig(workshop):
    """Permitted to move, and standing."""
    if workshop.state.latched:
        workshop.permit()
    workshop.until(lambda: workshop.speed < 1e-3)
    return workshop


def test_the_gripper_is_told_nothing_while_the_safety_controller_is_latched(workshop):
    assert workshop.state.latched
    workshop.openings.publish(Float64(data=0.5))
    # what was sent later has come, so that would have, too
    refused = workshop.refusal(workshop.ask(HERE))
    assert refused.reason == 'latched'
    assert not workshop.gripper
    workshop.permit()
    workshop.openings.publish(Float64(data=0.5))
    workshop.until(lambda: workshop.gripper)
    assert [message.data for _, message in workshop.gripper] == [0.5]
    workshop.openings.publish(Float64(data=1.5))
    workshop.until(lambda: 'position_limit' in workshop.reasons_since(0.0))
    assert len(workshop.gripper) == 1
    workshop.button.publish(Bool(data=True))
    workshop.until(lambda: workshop.state.latched)
    workshop.button.publish(Bool(data=False))


def test_while_the_safety_controller_is_latched_nothing_is_accepted(workshop):
    assert workshop.state.latched
    refusal = workshop.refusal(workshop.ask(HERE))
    assert refusal.reason == 'latched'
    assert 'reset' in refusal.words


def test_a_key_pose_is_reached_within_5_mm_and_nothing_had_to_be_cut(rig):
    for number, place in enumerate((HERE, THERE, HERE)):
        begin = time.monotonic()
        asked = rig.ask(place, turn=0.3, gripper=float(number % 2))
        accepted = rig.news(asked, ACCEPTED)
        assert accepted.way in ('line', 'joints', 'round')
        result = rig.news(asked, REACHED)
        assert not result.reason
        position, rotation = rig.tip()
        assert np.linalg.norm(position - place) < 0.005
        wanted = Rotation.from_euler('z', 0.3) * Rotation.from_euler('x', np.pi)
        assert (rotation.inv() * wanted).magnitude() < 0.02
        assert result.position_error == pytest.approx(np.linalg.norm(position - place), abs=5e-4)
        assert rig.gripper[-1][1].data == number % 2
        # the machine may be late, but what was proposed is sound
        assert not rig.reasons_since(begin) & UNSOUND


def test_it_stays_where_it_was_sent(rig):
    begin, count = rig.position, len(rig.joints)
    rig.until(lambda: len(rig.joints) > count + 60)
    np.testing.assert_allclose(rig.position, begin, atol=1e-3)


def test_a_second_key_pose_on_the_way_is_refused_and_the_first_reached(rig):
    first = rig.ask(THERE)
    rig.news(first, ACCEPTED)
    refusal = rig.refusal(rig.ask(HERE))
    assert refusal.reason == 'busy'
    rig.news(first, REACHED)
    assert np.linalg.norm(rig.tip()[0] - THERE) < 0.005


@pytest.mark.parametrize(
    ('place', 'reason', 'word'),
    [
        ((1.4, 0.0, 1.0), 'unreachable', 'nearer'),
        ((0.3, 0.0, 0.74), 'collision', 'table'),
        ((-0.56, 0.3, 1.1), 'not_permitted', 'workspace'),
        ((float('nan'), 0.0, 1.0), 'not_finite', 'finite'),
    ],
)
def test_a_key_pose_that_cannot_be_is_refused_with_its_reason(rig, started, place, reason, word):
    begin = rig.position
    asked = rig.ask(place)
    refusal = rig.refusal(asked)
    assert refusal.reason == reason
    assert word in refusal.words
    np.testing.assert_allclose(rig.position, begin, atol=1e-3)
    rig.until(lambda: f'key pose {asked} refused: {reason}' in started['motion_executor'].said())


def test_a_key_pose_of_another_frame_time_or_epoch_is_refused(rig):
    stamp = rig.joints[-1][1].header.stamp
    old = Header(stamp=Time(sec=0, nanosec=1), frame_id='world')
    later = Header(stamp=Time(sec=stamp.sec + 60), frame_id='world')
    for changes, reason in (
        ({'header': Header(stamp=stamp, frame_id='camera')}, 'frame'),
        ({'header': old}, 'stale'),
        ({'header': later}, 'future'),
        ({'epoch': rig.state.epoch + 1}, 'epoch'),
        ({'gripper': 2.0}, 'gripper'),
    ):
        assert rig.refusal(rig.ask(HERE, **changes)).reason == reason


def test_after_a_stop_and_a_reset_it_waits_for_a_fresh_key_pose(rig):
    asked = rig.ask(HERE)
    rig.news(asked, ACCEPTED)
    rig.until(lambda: rig.speed > 0.1)
    rig.button.publish(Bool(data=True))
    given_up = rig.news(asked, ABORTED)
    assert given_up.reason == 'stopped'
    assert 'estop_pressed' in given_up.words
    rig.until(lambda: rig.state.level == Level.STOPPED)
    rig.button.publish(Bool(data=False))
    rig.until(lambda: rig.speed < 1e-3)
    stood = rig.position
    rig.permit()
    count = len(rig.joints)
    rig.until(lambda: len(rig.joints) > count + 60)
    np.testing.assert_allclose(rig.position, stood, atol=2e-3)
    again = rig.ask(HERE)
    rig.news(again, REACHED)
    assert np.linalg.norm(rig.tip()[0] - HERE) < 0.005


def test_another_episode_ends_the_key_pose(rig):
    asked = rig.ask(THERE)
    rig.news(asked, ACCEPTED)
    rig.until(lambda: rig.speed > 0.1)
    answer = rig.call(ResetEpisode, 'motion_executor/reset_episode', ResetEpisode.Request())
    assert answer.success
    given_up = rig.news(asked, ABORTED)
    assert 'Another episode' in given_up.words
    rig.until(lambda: rig.speed < 1e-3)
    again = rig.ask(THERE)
    rig.news(again, REACHED)


def test_a_hold_that_passes_does_not_end_the_key_pose(rig, started):
    asked = rig.ask(HERE)
    rig.news(asked, ACCEPTED)
    rig.until(lambda: rig.speed > 0.1)
    begin = time.monotonic()
    started['motion_executor'].signal(signal.SIGSTOP)
    try:
        rig.until(lambda: 'heartbeat_silent' in rig.reasons_since(begin))
        rig.until(lambda: rig.speed < 1e-3)
    finally:
        started['motion_executor'].signal(signal.SIGCONT)
    rig.news(asked, REACHED)
    assert np.linalg.norm(rig.tip()[0] - HERE) < 0.005


def test_parameters_that_make_no_sense_are_refused_in_words(processes, workshop):
    odd = processes(
        'motion_executor',
        *arguments('motion_executor'),
        *('-p', 'box_sizes:=[1.0]', '-r', '__node:=odd'),
    )
    assert not workshop.change('odd', Transition.TRANSITION_CONFIGURE)
    workshop.until(lambda: 'box_sizes has to hold three finite numbers' in odd.said())
    odd.signal(signal.SIGINT)
    assert odd.wait() == 0
    assert 'Traceback' not in odd.said()
