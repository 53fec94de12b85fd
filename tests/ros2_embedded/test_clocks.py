"""Clocks, simulated time and jump callbacks."""

from __future__ import annotations

import pytest


@pytest.fixture
def clock():
    from rclpy.clock import ClockType, ROSClock

    found = ROSClock()
    assert found.clock_type == ClockType.ROS_TIME
    return found


def at(seconds):
    from rclpy.clock import ClockType
    from rclpy.time import Time

    return Time(nanoseconds=round(seconds * 1e9), clock_type=ClockType.ROS_TIME)


def test_jump_callbacks_come_before_and_after_a_jump_over_their_thresholds(clock, capture):
    from rclpy.clock import JumpThreshold
    from rclpy.duration import Duration

    seen = []
    handle = clock.create_jump_callback(
        JumpThreshold(
            min_forward=Duration(seconds=1),
            min_backward=Duration(seconds=-1),
            on_clock_change=True,
        ),
        pre_callback=lambda: seen.append('pre'),
        post_callback=lambda jump: seen.append(
            ('post', str(jump.clock_change), jump.delta.nanoseconds)
        ),
    )
    clock._set_ros_time_is_active(True)
    seen.clear()
    for seconds in (10, 10.5, 12, 11.5, 5):
        clock.set_ros_time_override(at(seconds))
        seen.append(('set', seconds))
    clock._set_ros_time_is_active(False)
    seen.append('deactivated')
    handle.unregister()
    clock._set_ros_time_is_active(True)
    seen.append('after unregister')
    entries = capture('behaviour.json')['entries']
    (real,) = [e for e in entries if e['question'].startswith('callbacks seen (min_forward')]
    assert repr(seen) == real['result']['value']


def test_a_jump_threshold_of_the_wrong_sign_is_refused(capture):
    from rclpy.clock import JumpThreshold
    from rclpy.duration import Duration

    with pytest.raises(ValueError, match='min_forward must be a positive non-zero duration'):
        JumpThreshold(min_forward=Duration(seconds=0), min_backward=None)
    with pytest.raises(ValueError, match='min_backward must be a negative non-zero duration'):
        JumpThreshold(min_forward=None, min_backward=Duration(seconds=1))
    with pytest.raises(ValueError, match='At least one jump threshold must be enabled'):
        JumpThreshold(min_forward=None, min_backward=None, on_clock_change=False)
