"""S12: the approach model brakes in time for what lies on the arc, and for nothing else."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.safety.approach import Approach, braking_speed, distance_to_contact
from policy_nodes.safety.arcs import arc_positions, ramped_positions
from policy_nodes.safety.ladder import Level

RADIUS = 0.18


def way_by_stepping(point, v, w, *, step=1e-4, most=3.0):
    """Drive in tiny steps and look when the disc touches the point."""
    times = np.arange(0.0, most / abs(v), step / abs(v))
    centres = arc_positions(v, w, times)
    touching = np.hypot(*(centres - point).T) <= RADIUS
    return float(times[touching.argmax()] * abs(v)) if touching.any() else math.inf


@settings(max_examples=150, deadline=None)
@given(
    st.floats(0.19, 2.0),
    st.floats(-math.pi, math.pi),
    st.sampled_from([-0.5, -0.2, 0.1, 0.4]),
    st.floats(-1.0, 1.0),
)
def test_the_way_to_contact_is_that_of_driving_there(distance, bearing, v, w):
    point = np.array([distance * math.cos(bearing), distance * math.sin(bearing)])
    way = float(distance_to_contact(point[:1], point[1:], v, w, RADIUS)[0])
    driven = way_by_stepping(point, v, w)
    whole_turn = 2 * math.pi * abs(v / w) if w else math.inf
    if way > min(2.9, whole_turn):
        assert driven > min(2.8, whole_turn) - 1e-3
    elif math.isfinite(driven):
        assert way == pytest.approx(driven, abs=2e-3)
    else:
        # grazing: the arc comes within a hair of the disc
        assert math.isinf(way) or way_by_stepping(point * 0.999, v, w) < math.inf or way > 2.9


@pytest.mark.parametrize(
    ('point', 'v', 'w', 'blocked'),
    [
        ((0.3, 0.0), 0.4, 0.0, True),
        ((0.3, 0.0), -0.4, 0.0, False),
        ((-0.3, 0.0), -0.4, 0.0, True),
        ((0.3, 0.19), 0.4, 0.0, False),
        ((0.3, 0.17), 0.4, 0.0, True),
        ((0.0, 0.25), 0.4, 0.0, False),
        ((0.15, 0.2), 0.3, 1.0, True),
        ((0.15, -0.2), 0.3, 1.0, False),
    ],
)
def test_only_what_lies_on_the_arc_blocks(point, v, w, blocked):
    x, y = np.array(point[:1]), np.array(point[1:])
    scale, _ = Approach(reaction_time=0.5).scale(x, y, np.hypot(x, y), v, w)
    assert (scale < 1.0) is blocked


@pytest.mark.parametrize('bearing', [0.0, 0.8, 1.5])
def test_a_point_in_contact_blocks_nearing_and_frees_leaving(bearing):
    x, y = np.array([0.15 * math.cos(bearing)]), np.array([0.15 * math.sin(bearing)])
    near = Approach()
    ahead = near.scale(x, y, np.hypot(x, y), 0.3, 0.0)[0]
    assert ahead == (1.0 if bearing == 1.5 else 0.0)
    assert near.scale(x, y, np.hypot(x, y), -0.3, 0.0)[0] == 1.0
    assert near.scale(x, y, np.hypot(x, y), 0.0, 1.0)[0] == 1.0


def test_driving_along_a_wall_is_free_however_near_it_is():
    x = np.linspace(-1.0, 1.0, 200)
    y = np.full(200, 0.185)
    assert Approach().scale(x, y, np.hypot(x, y), 0.4, 0.0)[0] == 1.0


def test_speed_falls_so_that_braking_with_the_reaction_time_ends_at_the_stand_off():
    near = Approach(stand_off=0.05, reaction_time=0.2, deceleration=1.0, least_scale=0.0)
    x, y = np.array([0.18 + 0.05 + 0.1]), np.zeros(1)
    scale, way = near.scale(x, y, x, 0.5, 0.0)
    v = 0.5 * scale
    assert way == pytest.approx(0.15)
    assert v * 0.2 + v * v / 2 == pytest.approx(0.1)


def test_the_age_of_the_scan_counts_as_reaction_time():
    near = Approach(reaction_time=0.1, deceleration=1.0)
    x, y = np.array([0.4]), np.zeros(1)
    assert near.scale(x, y, x, 0.5, 0.0, scan_age=0.3)[0] < near.scale(x, y, x, 0.5, 0.0)[0]


def test_time_to_contact_is_kept_as_well_where_it_is_asked_for():
    near = Approach(time_to_contact=2.0, stand_off=0.0)
    x, y = np.array([0.68]), np.zeros(1)
    assert near.scale(x, y, x, 0.5, 0.0)[0] * 0.5 == pytest.approx(0.25)


def test_fewer_points_than_min_points_do_not_count():
    near = Approach(min_points=3)
    x, y = np.array([0.25, 0.25]), np.array([0.0, 0.02])
    assert near.scale(x, y, np.hypot(x, y), 0.4, 0.0)[0] == 1.0
    x, y = np.array([0.25, 0.25, 0.25]), np.array([0.0, 0.02, -0.02])
    assert near.scale(x, y, np.hypot(x, y), 0.4, 0.0)[0] < 1.0


def test_braking_speed_is_zero_without_a_way():
    assert braking_speed(0.0, 1.0, 0.1) == 0.0
    assert braking_speed(-1.0, 1.0, 0.1) == 0.0


def test_ramped_positions_end_where_constant_speeds_do_once_reached():
    command = np.array([[0.3, 0.5]])
    x, y = ramped_positions(
        command, command[0], np.array([1.0, 1.0]), time_step=0.01, steps=100, waits=5
    )
    there = arc_positions(0.3, 0.5, np.array([1.0]))[0]
    assert (x[0, -1], y[0, -1]) == pytest.approx(tuple(there), abs=1e-4)


class TestInTheController:
    def test_the_robot_stops_before_a_wall_and_never_touches_it(self, bench):
        """The wall comes nearer as the robot drives; 0.1 s pass from command to effect."""
        rig = bench(approach__stand_off=0.05, approach__reaction_time=0.1).start()
        x, pending = 0.0, 0.0
        for _ in range(80):
            x += 0.1 * pending
            rig.points = [(1.0 - x, y) for y in np.linspace(-0.5, 0.5, 101)]
            pending = rig.sent()[0]
            rig.tick(0.5)
            assert 1.0 - x > RADIUS
        assert rig.decision.level is Level.HOLD
        assert rig.decision.reasons[0] == 'approach_stop'
        assert 1.0 - x == pytest.approx(RADIUS + 0.05, abs=0.05)

    def test_the_blocked_robot_may_turn_and_drive_off(self, bench):
        rig = bench().start()
        rig.points = [(0.2, y) for y in np.linspace(-0.3, 0.3, 31)]
        rig.drive(0.4, 0.7)
        assert rig.sent() == (0.0, 0.7)
        assert rig.decision.level is Level.LIMITED
        rig.drive(-0.4, 0.0)
        assert rig.sent()[0] == pytest.approx(-0.4)
        assert rig.decision.level is Level.NORMAL

    def test_a_person_who_walks_past_does_not_stop_the_robot(self, bench):
        rig = bench().start()
        for step in range(40):
            centre = (1.5 - 0.1 * step, 0.6)
            rig.points = [
                (centre[0] + 0.3 * math.cos(a), centre[1] + 0.3 * math.sin(a))
                for a in np.linspace(0, 2 * math.pi, 40)
            ]
            rig.tick(0.4)
        assert 'approach_stop' not in rig.controller.counters.snapshot()
        assert rig.sent()[0] == pytest.approx(0.4)
