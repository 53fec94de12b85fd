"""S20: barriers change a command as little as they must; whatever fails ends in a stop."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.safety.cbf_filter import CbfFilter
from policy_nodes.safety.cbf_solver import nearest_within
from policy_nodes.safety.people_in_base import PeopleInBase
from policy_nodes.safety.reasons import Reason
from policy_nodes.safety.scan_points import ScanPoints

RADIUS, CLEARANCE, LEAD, REACTION = 0.18, 0.05, 0.05, 0.1
LOW, HIGH = np.array([-0.5, -1.0]), np.array([0.5, 1.0])


def seen(*places) -> ScanPoints:
    """Points (x, y) as a scan gives them."""
    at = np.array(places, dtype=float).reshape(-1, 2)
    distance = np.hypot(at[:, 0], at[:, 1])
    order = np.argsort(distance)
    return ScanPoints(0, *at[order].T, distance[order], 0.0, 0.0, 0.0)


def walking(*people, radius=0.3) -> PeopleInBase:
    """People (x, y, vx, vy)."""
    values = np.array(people, dtype=float).reshape(-1, 4)
    return PeopleInBase(values[:, :2], values[:, 2:], np.full(len(values), radius))


def core_of(**settings):
    """A filter whose clock only a test can turn."""
    defaults = {'radius': RADIUS, 'clearance': CLEARANCE, 'lead': LEAD, 'clock': lambda: 0.0}
    return CbfFilter(**(defaults | settings))


def filtered(v, w, points, people=None, **settings):
    core = core_of(**settings)
    return core.filter(np.array([v, w]), LOW, HIGH, points, people=people)


def free_distance(v, w, place, time):
    """Body to a point after a time, with the arc driven out in small steps."""
    x = y = yaw = 0.0
    steps = 200
    for _ in range(steps):
        x += v * math.cos(yaw) * time / steps
        y += v * math.sin(yaw) * time / steps
        yaw += w * time / steps
    return math.hypot(place[0] - x, place[1] - y) - RADIUS


# what it does where all is well


@settings(deadline=None)
@given(
    v=st.floats(-0.5, 0.5),
    w=st.floats(-1.0, 1.0),
    bearings=st.lists(st.floats(-math.pi, math.pi), max_size=20),
    distance=st.floats(1.0, 20.0),
)
def test_with_no_obstacle_near_the_output_equals_the_proposal(v, w, bearings, distance):
    far = seen(*((distance * math.cos(at), distance * math.sin(at)) for at in bearings))
    given_ = np.array([v, w])
    core = core_of()
    result = core.filter(given_, LOW, HIGH, far, people=walking((5.0, 0.0, 0.5, 0.0)))
    assert result.finding is None
    assert result.values is given_


@settings(deadline=None)
@given(
    v=st.floats(-0.5, 0.5),
    w=st.floats(-1.0, 1.0),
    places=st.lists(st.tuples(st.floats(-1.2, 1.2), st.floats(-1.2, 1.2)), max_size=40),
    sectors=st.sampled_from([8, 36, 360]),
)
def test_the_output_never_violates_the_post_check(v, w, places, sectors):
    result = filtered(v, w, seen(*places), sectors=sectors)
    if result.values is None:
        assert result.finding is not None
        return
    out_v, out_w = (float(value) for value in result.values)
    assert abs(out_v) <= abs(v) + 1e-9
    assert out_v * v >= 0
    assert abs(out_w) <= 1.0 + 1e-9
    if out_v == 0:
        return
    for place in places:
        now = math.hypot(*place) - RADIUS
        after = free_distance(out_v, out_w, place, REACTION)
        centre = math.copysign(LEAD, v)
        disc = math.hypot(place[0] - centre, place[1]) - RADIUS - LEAD - CLEARANCE
        if disc >= 0:
            # the disc holds the body, so nothing outside of it comes nearer than the clearance
            assert after >= CLEARANCE - 1e-3
        elif now >= CLEARANCE:
            assert after >= min(now, CLEARANCE) + disc - 1e-3


def test_it_slows_down_before_a_wall_and_stops_short_of_the_clearance():
    wall = np.array([(1.0, y) for y in np.linspace(-0.5, 0.5, 41)])
    core = core_of()
    x, v, speeds = 0.0, 0.5, []
    for _ in range(100):
        low, high = np.array([v - 0.09, -1.0]), np.array([v + 0.09, 1.0])
        given_ = np.array([min(0.5, float(high[0])), 0.0])
        result = core.filter(given_, low, high, seen(*(wall - (x, 0.0))))
        v = max(0.0, v - 0.09) if result.values is None else float(result.values[0])
        x += 0.1 * v
        speeds.append(v)
    assert speeds[0] == 0.5
    assert speeds[-1] < 0.02
    assert 0.5 < x < 1.0 - RADIUS - CLEARANCE - 2 * LEAD + 1e-3


def test_it_steers_away_from_what_stands_ahead_on_one_side():
    result = filtered(0.5, 0.0, seen((0.45, 0.12)))
    assert result.finding.reason is Reason.CBF_CHANGED
    v, w = result.values
    assert 0 < v < 0.5
    assert w < 0


def test_without_lead_it_only_slows():
    core = core_of(lead=0.0)
    result = core.filter(np.array([0.5, 0.3]), LOW, HIGH, seen((0.35, 0.1)))
    assert 0 < result.values[0] < 0.5
    assert result.values[1] == pytest.approx(0.3)


def test_what_is_behind_does_not_hold_a_robot_that_drives_away():
    result = filtered(0.5, 0.0, seen((-0.24, 0.0), (-0.3, 0.05)))
    assert result.finding is None


def test_turning_on_the_spot_is_always_let_through():
    result = filtered(0.0, 0.8, seen((0.2, 0.0)))
    assert result == (pytest.approx([0.0, 0.8]), None)


def test_somebody_who_comes_on_counts_with_his_velocity():
    standing = filtered(0.3, 0.0, seen(), walking((1.3, 0.0, 0.0, 0.0)))
    coming = filtered(0.3, 0.0, seen(), walking((1.3, 0.0, -0.6, 0.0)))
    going = filtered(0.3, 0.0, seen(), walking((0.7, 0.0, 0.6, 0.0)))
    assert standing.finding is None
    assert coming.finding.reason is Reason.CBF_CHANGED
    assert coming.values[0] < 0.3
    assert going.finding is None


def test_an_old_scan_leaves_less_speed():
    core = core_of()
    ahead, fast = seen((0.45, 0.0)), np.array([0.5, 0.0])
    new = core.filter(fast, LOW, HIGH, ahead)
    old = core.filter(fast, LOW, HIGH, ahead, scan_age=0.3)
    assert old.values[0] < new.values[0]


# what it does where something fails


def check_stop(result, reason):
    assert result.values is None
    assert result.finding.reason is reason


NEAR = seen((0.45, 0.0))


def test_contradictory_barriers_end_in_a_stop():
    # one person comes from ahead and one from behind, both faster than the robot could leave
    crowd = walking((0.9, 0.0, -1.0, 0.0), (-0.9, 0.0, 1.0, 0.0))
    check_stop(filtered(0.3, 0.0, seen(), crowd), Reason.CBF_INFEASIBLE)


def test_a_barrier_already_violated_ends_in_a_stop_unless_the_command_leads_away():
    near = seen((0.2, 0.0))
    check_stop(filtered(0.3, 0.0, near), Reason.CBF_VIOLATED)
    check_stop(filtered(0.3, 0.5, near), Reason.CBF_VIOLATED)
    leaving = filtered(-0.3, 0.0, near)
    assert leaving.finding is None
    assert leaving.values.tolist() == [-0.3, 0.0]


def test_a_solver_exception_ends_in_a_stop():
    def raises(*_):
        raise ArithmeticError('singular')

    result = filtered(0.3, 0.0, NEAR, solver=raises)
    check_stop(result, Reason.CBF_FAILED)
    assert 'singular' in result.finding.detail


def test_a_solver_that_takes_ten_times_its_budget_ends_in_a_stop():
    now = [0.0]

    def dawdles(*problem):
        now[0] += 0.1
        return nearest_within(*problem)

    settings = {'solver': dawdles, 'clock': lambda: now[0]}
    check_stop(filtered(0.3, 0.0, NEAR, budget=0.01, **settings), Reason.CBF_LATE)
    assert filtered(0.3, 0.0, NEAR, budget=0.2, **settings).values is not None


@pytest.mark.parametrize('nonsense', [np.nan, np.inf, -np.inf])
def test_nan_from_the_solver_ends_in_a_stop(nonsense):
    result = filtered(0.3, 0.0, NEAR, solver=lambda *_: np.array([0.1, nonsense]))
    check_stop(result, Reason.CBF_FAILED)


@pytest.mark.parametrize('answer', [np.zeros(3), np.array([0.6, 0.0]), np.array([-0.1, 0.0]), 7.0])
def test_an_answer_outside_of_the_limits_or_of_another_shape_ends_in_a_stop(answer):
    check_stop(filtered(0.3, 0.0, NEAR, solver=lambda *_: answer), Reason.CBF_FAILED)


def test_an_answer_that_does_not_hold_when_it_is_driven_out_ends_in_a_stop():
    # a solver that calls the proposal itself its answer, before a wall that it would touch
    result = filtered(0.5, 0.0, seen((0.34, 0.0)), solver=lambda wanted, *_: wanted)
    check_stop(result, Reason.CBF_POST_CHECK)


def test_a_point_that_no_sector_gave_is_found_by_the_post_check():
    # two points in one sector: the nearer one is passed, the other one is driven into
    passed, hit = (0.02, 0.2301), (0.1, 0.225)
    result = filtered(0.5, 0.0, seen(passed, hit), sectors=8, margin=0.0)
    assert result.values is None or free_distance(*result.values, hit, REACTION) >= CLEARANCE
