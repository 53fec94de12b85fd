"""S12: stop, slow and limit zones; most restrictive wins; debounce; speeds; leaving is free."""

import math

import numpy as np
import pytest

from policy_nodes.safety.debounce import Debounce
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.scan_points import ScanProjector
from policy_nodes.safety.shapes import Circle, Polygon
from policy_nodes.safety.zone import Zone

BOX = [(0.0, -0.3), (0.6, -0.3), (0.6, 0.3), (0.0, 0.3)]


def scanned(make, points):
    return ScanProjector().project(make.scan(points))


def zone_on(make, points, *, area=None, **settings):
    zone = Zone('front', area or Polygon(BOX), **settings)
    zone.observe(scanned(make, points))
    return zone


@pytest.mark.parametrize(
    ('point', 'inside'),
    [
        ((0.59, 0.0), True),
        ((0.61, 0.0), False),
        ((0.3, 0.29), True),
        ((0.3, 0.31), False),
        ((0.3, -0.29), True),
        ((0.3, -0.31), False),
    ],
)
def test_s12_points_at_each_edge_of_a_polygon(make, point, inside):
    assert zone_on(make, [point]).scale(0.3, 0.0) == (0.0 if inside else 1.0)


@pytest.mark.parametrize(('distance', 'inside'), [(0.49, True), (0.51, False)])
@pytest.mark.parametrize('angle', [0.0, 0.7, -0.7, 1.2])
def test_s12_points_at_the_edge_of_a_circle(make, distance, inside, angle):
    point = (distance * math.cos(angle), distance * math.sin(angle))
    zone = zone_on(make, [point], area=Circle(0.5))
    assert (zone.scale(0.3, 0.0) == 0.0) is inside


def test_a_hollow_polygon_has_no_inside_in_its_notch():
    arrow = Polygon([(0, 0), (2, 2), (0, 1), (-2, 2)])
    x, y = np.array([0.0, 0.0, 1.5, -1.5]), np.array([0.5, 1.5, 1.6, 1.6])
    assert arrow.contains(x, y).tolist() == [True, False, True, True]


@pytest.mark.parametrize('corners', [[(0, 0), (1, 1)], [(0, 0), (1, 1), (2, 2)]])
def test_corners_without_an_area_are_refused(corners):
    with pytest.raises(ValueError, match='polygon'):
        Polygon(corners)


def test_s12_slow_leaves_its_ratio_and_limit_one_ratio_for_both_axes(make):
    assert zone_on(make, [(0.3, 0)], model='slow', ratio=0.4).scale(0.3, 0.2) == 0.4
    limit = zone_on(make, [(0.3, 0)], model='limit', max_v=0.2, max_w=0.1)
    assert limit.scale(0.4, 0.0) == pytest.approx(0.5)
    assert limit.scale(0.4, 0.4) == pytest.approx(0.25)
    assert limit.scale(0.1, 0.05) == 1.0


def test_an_unknown_model_lists_the_known_ones():
    with pytest.raises(ValueError, match='stop, slow, limit'):
        Zone('front', Circle(1.0), model='explode')


def test_s12_fewer_points_than_min_points_do_not_count(make):
    few, enough = [(0.3, 0.0), (0.3, 0.1)], [(0.3, 0.0), (0.3, 0.1), (0.3, -0.1)]
    assert zone_on(make, few, min_points=3).scale(0.3, 0) == 1.0
    assert zone_on(make, enough, min_points=3).scale(0.3, 0) == 0.0


def test_s12_a_zone_triggers_and_releases_only_after_its_number_of_scans(make):
    zone = Zone('front', Polygon(BOX), trigger_scans=2, release_scans=3)
    hit, free = scanned(make, [(0.3, 0)]), scanned(make, [])
    seen = []
    for points in (hit, free, hit, hit, free, free, hit, free, free, free):
        zone.observe(points)
        seen.append(zone.scale(0.3, 0) == 0.0)
    assert seen == [False, False, False, True, True, True, True, True, True, False]


def test_debounce_refuses_less_than_one_look():
    with pytest.raises(ValueError, match='1 or more'):
        Debounce(0, 1)


def test_s12_a_zone_holds_for_its_speeds_only(make):
    zone = zone_on(make, [(0.3, 0)], speed_low=0.2, speed_high=0.5)
    assert zone.scale(0.1, 0) == 1.0
    assert zone.scale(0.3, 0) == 0.0
    assert zone.scale(0.6, 0) == 1.0


@pytest.mark.parametrize('v', [-0.3, 0.0])
def test_s12_points_behind_the_motion_do_not_block_leaving(make, v):
    zone = zone_on(make, [(0.3, 0.0)], area=Circle(0.5))
    assert zone.scale(v, 0.5) == 1.0
    assert zone.scale(0.3, 0.0) == 0.0


def test_s12_retreat_into_something_behind_is_stopped(make):
    zone = zone_on(make, [(-0.3, 0.0)], area=Circle(0.5))
    assert zone.scale(-0.3, 0.0) == 0.0
    assert zone.scale(0.3, 0.0) == 1.0


def test_s12_a_wall_straight_aside_is_passed(make):
    wall = [(x, 0.25) for x in np.linspace(-0.04, 0.04, 9)]
    assert zone_on(make, wall, area=Circle(0.3), abeam=0.17).scale(0.3, 0) == 1.0


class TestInTheController:
    def rig(self, bench, **changes):
        zones = {
            'zones__names': ['stop', 'slow'],
            'zones__stop__model': 'stop',
            'zones__stop__radius': 0.4,
            'zones__slow__model': 'slow',
            'zones__slow__radius': 1.0,
            'zones__slow__ratio': 0.5,
            'approach__enabled': False,
        }
        return bench(**(zones | changes)).start()

    def test_s12_the_most_restrictive_zone_wins(self, bench):
        rig = self.rig(bench)
        rig.points = [(0.8, 0.0)]
        rig.drive(0.4, 0.2)
        assert rig.decision.level is Level.LIMITED
        assert rig.decision.reasons == ('zone_slow',)
        assert rig.decision.source == 'slow'
        rig.points = [(0.8, 0.0), (0.3, 0.0)]
        rig.drive(0.4, 0.0)
        assert rig.decision.level is Level.HOLD
        assert rig.decision.source == 'stop'
        assert set(rig.decision.reasons) >= {'zone_stop', 'zone_slow'}
        assert rig.sent() == (0.0, 0.0)

    def test_s12_slow_keeps_the_curvature(self, bench):
        rig = self.rig(bench)
        rig.points = [(0.8, 0.0)]
        rig.drive(0.4, 0.2)
        assert rig.sent() == pytest.approx((0.2, 0.1))

    def test_s12_turning_and_retreat_stay_free_before_an_occupied_stop_zone(self, bench):
        rig = self.rig(bench)
        rig.points = [(0.3, 0.0)]
        rig.drive(0.0, 0.8)
        assert rig.decision.level is Level.NORMAL
        assert rig.sent() == (0.0, 0.8)
        rig.drive(-0.3, 0.0)
        assert rig.sent()[0] == pytest.approx(-0.3)

    def test_a_stop_leaves_the_yaw_rate_so_that_the_robot_can_turn_away(self, bench):
        rig = self.rig(bench)
        rig.points = [(0.3, 0.0)]
        rig.drive(0.3, 0.6)
        assert rig.sent() == (0.0, 0.6)
        assert rig.decision.level is Level.LIMITED
        assert rig.decision.reasons[0] == 'zone_stop'

    def test_a_stop_takes_the_yaw_rate_too_where_the_zone_says_so(self, bench):
        rig = self.rig(bench, zones__stop__turn_in_place=False)
        rig.points = [(0.3, 0.0)]
        rig.drive(0.3, 0.6)
        assert rig.sent() == (0.0, 0.0)
        assert rig.decision.level is Level.HOLD

    def test_s12_the_robot_goes_on_when_the_zone_is_clear(self, bench):
        rig = self.rig(bench)
        rig.points = [(0.3, 0.0)]
        rig.drive(0.4)
        rig.points = []
        rig.drive(0.4)
        assert rig.decision.level is Level.NORMAL

    def test_s12_the_watchdog_lowers_a_command_that_a_newer_scan_forbids(self, bench):
        """The policy is late, but not yet too late; the scanner sees something appear."""
        rig = self.rig(bench)
        rig.drive(0.4)
        rig.points = [(0.35, 0.0)]
        rig.pass_time(0.17)
        rig.sense()
        decision = rig.watch()
        assert decision.reasons[0] == 'zone_stop'
        assert decision.level is Level.HOLD
        assert 0 < rig.sent()[0] < 0.4

    def test_the_watchdog_says_nothing_while_proposals_come_in_time(self, bench):
        rig = self.rig(bench)
        rig.drive(0.4)
        rig.points = [(0.35, 0.0)]
        rig.pass_time(0.05)
        rig.sense()
        assert rig.watch() is None
