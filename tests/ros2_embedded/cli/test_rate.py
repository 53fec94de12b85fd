"""The rate of messages is that of the times between them."""

from __future__ import annotations

import pytest

from ros2_embedded.cli.rate import NANOSECONDS, RateWindow
from ros2_embedded.cli.topic_bw import bandwidth
from ros2_embedded.cli.topic_delay import in_words


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


def test_a_bandwidth_is_told_in_the_unit_that_fits():
    second = 1_000_000_000
    assert bandwidth([(0, 100)], second) is None
    assert bandwidth([(0, 100), (second, 300)], 2 * second) == (
        '200 B/s from 2 messages\n\tMessage size mean: 200 B min: 100 B max: 300 B'
    )
    assert bandwidth([(0, 921_600)] * 30, second).startswith('27.65 MB/s from 30 messages\n')


def test_delays_are_told_by_mean_extremes_and_deviation():
    assert in_words([0.003, 0.005]) == (
        'average delay: 0.004\n\tmin: 0.003s max: 0.005s std dev: 0.00100s window: 2'
    )
