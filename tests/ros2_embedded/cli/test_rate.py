"""The rate of messages is that of the times between them."""

from __future__ import annotations

import pytest

from ros2_embedded.cli.rate import NANOSECONDS, RateWindow


def filled(seconds, size=10_000):
    window = RateWindow(size)
    for each in seconds:
        window.add(round(each * NANOSECONDS))
    return window


def test_there_is_no_rate_before_the_second_message():
    assert filled([]).rate() is None
    assert filled([1.0]).rate() is None


def test_a_rate_has_the_text_of_the_ros2_command():
    assert str(filled([0.0, 0.1, 0.2, 0.4]).rate()) == (
        'average rate: 7.500\n\tmin: 0.100s max: 0.200s std dev: 0.04714s window: 3'
    )


def test_a_window_keeps_the_last_times_only():
    rate = filled([0.0, 9.0, 9.1, 9.2], size=2).rate()
    assert rate.rate == pytest.approx(10.0)
    assert rate.window == 2


def test_a_clock_that_goes_back_starts_the_window_anew():
    window = filled([5.0, 5.1])
    assert window.add(0)
    assert window.rate() is None
    assert not window.add(NANOSECONDS)
    assert window.rate().rate == pytest.approx(1.0)


def test_messages_at_one_time_have_no_rate_that_can_be_told():
    assert filled([1.0, 1.0]).rate().rate == 0.0
