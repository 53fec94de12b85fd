"""A loop of 50 Hz answers one measurement in each of its turns, however they come."""

from __future__ import annotations

import numpy as np
import pytest

from policy_nodes.nodes.leg_beat import PERIOD_NS, LegBeat

MS = 1_000_000


def answered(stamps):
    beat = LegBeat()
    return [stamp for stamp in stamps if beat.turn(stamp)]


@pytest.mark.parametrize('rate', [50, 100, 250, 500, 1000])
@pytest.mark.parametrize('begin', [0, 3 * MS, 17 * MS])
def test_measurements_of_any_rate_are_answered_at_50_hz(rate, begin):
    period = 1_000_000_000 // rate
    found = answered(range(begin, begin + 2_000_000_000, period))
    assert 100 <= len(found) <= 101
    # after the first the beat holds
    assert set(np.diff(found[1:])) == {PERIOD_NS}


def test_a_simulator_that_measures_on_the_grid_is_answered_on_it():
    found = answered(range(4 * MS, 1_000 * MS, 4 * MS))
    assert all(stamp % PERIOD_NS == 0 for stamp in found[1:])


def test_jitter_of_50_hz_loses_no_turn():
    random = np.random.default_rng(1)
    for phase in range(0, 20):
        stamps = [
            phase * MS + step * PERIOD_NS + int(random.uniform(-0.9, 0.9) * MS)
            for step in range(1, 400)
        ]
        assert len(answered(stamps)) >= len(stamps) - 2


def test_a_missed_turn_is_made_up_for_at_once_and_time_that_jumps_back_is_news():
    beat = LegBeat()
    assert [beat.turn(stamp * MS) for stamp in (0, 10, 20, 75, 80, 85, 100)] == [
        *(True, False, True, True, True, False, True)
    ]
    assert not beat.turn(101 * MS)
    assert beat.turn(100 * MS - 1_000_000_000)
