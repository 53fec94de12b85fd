"""Simulated time keeps the pace of the wall, as far as the machine can."""

from __future__ import annotations

import pytest

from policy_nodes.simulation.joints.pace import RealTimePace


@pytest.mark.parametrize('speed', [0.5, 1.0, 4.0])
def test_steps_add_up_to_the_wall_time_however_it_is_looked_at(speed):
    pace = RealTimePace(0.001, speed)
    looks = [0.0, 0.0003, 0.0031, 0.004, 0.0125, 0.02]
    steps = [pace.due(5.0 + look) for look in looks]
    assert steps[0] == 0
    assert sum(steps) == pytest.approx(0.02 * speed / 0.001, abs=1)


def test_what_a_stalled_machine_owes_is_given_up_beyond_a_bound():
    pace = RealTimePace(0.01, most=0.1)
    pace.due(0.0)
    assert pace.due(5.0) == 10
    assert pace.due(5.01) == 1
