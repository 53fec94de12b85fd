"""Clocks tell of jumps when and as the recorded clocks did."""

from __future__ import annotations

import pytest
from rclpy.clock import JumpThreshold
from rclpy.duration import Duration
from rclpy.parameter import Parameter
from rclpy.time import Time

SECOND = Duration(seconds=1)


@pytest.fixture
def clock(ros):
    node = ros.node('node', parameter_overrides=[Parameter('use_sim_time', value=True)])
    return node.get_clock()


def jumps(clock):
    """What callbacks see while the time is set forth and back and simulated time ends."""
    seen = []
    handle = clock.create_jump_callback(
        JumpThreshold(min_forward=SECOND, min_backward=Duration(seconds=-1), on_clock_change=True),
        pre_callback=lambda: seen.append('pre'),
        post_callback=lambda jump: seen.append(
            ('post', str(jump.clock_change), jump.delta.nanoseconds)
        ),
    )
    for seconds in (10, 10.5, 12, 11.5, 5):
        clock.set_ros_time_override(Time(seconds=seconds, clock_type=clock.clock_type))
        seen.append(('set', seconds))
    clock._set_ros_time_is_active(False)
    seen.append('deactivated')
    handle.unregister()
    clock._set_ros_time_is_active(True)
    clock.set_ros_time_override(Time(seconds=99, clock_type=clock.clock_type))
    seen.append('after unregister')
    return str(seen)


ANSWERS = {
    'threshold with zero min_forward': lambda clock: JumpThreshold(
        min_forward=Duration(seconds=0), min_backward=None
    ),
    'threshold with positive min_backward': lambda clock: JumpThreshold(
        min_forward=None, min_backward=SECOND
    ),
    'threshold with nothing': lambda clock: JumpThreshold(
        min_forward=None, min_backward=None, on_clock_change=False
    ),
    'callback that is not callable': lambda clock: clock.create_jump_callback(
        JumpThreshold(min_forward=None, min_backward=None), pre_callback=3
    ),
}


def test_every_recorded_answer_about_jumps_is_given(clock, capture):
    entries = {
        each['question']: each['result']
        for each in capture('behaviour.json')['entries']
        if each['area'] == 'clock jumps'
    }
    assert len(entries) == 5
    (sequence,) = entries.keys() - ANSWERS.keys()
    assert jumps(clock) == entries[sequence]['value']
    for question, ask in ANSWERS.items():
        with pytest.raises(ValueError, match='must be') as refused:
            ask(clock)
        assert str(refused.value) == entries[question]['message']
