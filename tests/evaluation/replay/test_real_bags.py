"""Recordings of real robots, where they are present."""

from __future__ import annotations

import pytest
from danger_bags import config_file
from replays import replayed

from policy_nodes.evaluation.replay.windows import Danger


def test_the_guardian_is_stopped_once_where_something_passes_close_on_its_left(
    shared_data, tmp_path
):
    bag = shared_data('real', 'bags', 'guardian', 'guardian_controller_2.bag')
    result = replayed(
        bag,
        tmp_path,
        'auto',
        topics=config_file('guardian.yaml'),
        safety=config_file('guardian_safety.yaml'),
    )
    assert result.trace.taken == {'scan': 1028, 'odometry': 2060, 'proposal': 1028}
    assert not result.trace.refused
    assert len(result.windows) == 1
    assert result.windows[0] == pytest.approx((18.37, 19.07), abs=0.05)
    assert result.reasons()['approach_stop']['onsets'] == 1
    assert result.figures.time_to_stop_s == pytest.approx(0.28, abs=0.05)
    assert result.figures.false_stop_share < 0.05


def test_people_before_a_standing_lidar_stop_a_robot_in_its_place(shared_data, tmp_path):
    bag = shared_data('real', 'bags', 'leg_tracker', 'demo_stationary_simple_environment.bag')
    result = replayed(
        bag,
        tmp_path,
        'auto',
        topics=config_file('standing_lidar.yaml'),
        safety=config_file('standing_lidar_safety.yaml'),
        danger=Danger(distance=0.75),
    )
    figures = result.figures
    assert len(figures.windows) == 5
    assert result.reasons()['zone_stop']['onsets'] == 5
    assert figures.time_to_stop_s == pytest.approx(0.36, abs=0.05)
    assert figures.time_to_resume_s == pytest.approx(0.1, abs=0.05)
    assert figures.false_stop_share < 0.05
    # decided at once, braked in 0.3 s, which is much of a crossing of a second
    assert min(row.hold_share for row in figures.windows) > 0.9
    assert figures.held_share == pytest.approx(0.53, abs=0.05)
