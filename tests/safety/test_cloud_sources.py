"""S7, S12 with several sources: each has its own time-out and place; the strictest wins."""

import math
from dataclasses import replace

import numpy as np
import pytest
from clouds import cloud_of

from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.base_controller import BaseSafetyController
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.mount import Mount
from policy_nodes.safety.parameters.parameter import ConfigError
from policy_nodes.safety.scan_points import ScanProjector

NANO = 1_000_000_000
FLOOR = [(1.0, 0.0, 0.0), (0.5, 0.3, 0.01)]  # what a camera always sees


@pytest.fixture
def seeing(bench):
    """A bench with a cloud beside the scan; `cloud` gives its points, `mount` their place."""

    def build(**changes):
        rig = bench(points__enabled=True, **changes)
        rig.cloud, rig.mount = list(FLOOR), None
        controller, others = rig.controller, rig.sense

        def sense():
            others()
            if rig.cloud is not None:
                frame = controller.config.points.frame
                sample = cloud_of(rig.cloud, rig.now_ns, frame=frame)
                place = rig.mount(rig.now_ns) if callable(rig.mount) else rig.mount
                controller.take_cloud(sample, rig.now_ns, rig.steady_s, place)

        rig.sense = sense
        return rig.start()

    return build


def why(decision):
    return [(finding.reason.code, finding.source) for finding in decision.findings]


def test_without_anything_in_the_way_scan_and_cloud_let_the_robot_drive(seeing):
    rig = seeing()
    assert rig.drive(0.4).level == Level.NORMAL
    assert rig.sent()[0] == pytest.approx(0.4)


def test_s12_what_the_cloud_alone_sees_stops_the_base_before_it(seeing):
    rig = seeing()
    rig.drive(0.4)
    rig.cloud = [*FLOOR, (0.22, 0.0, 0.4)]
    decision = rig.drive(0.4)
    assert rig.sent() == (0.0, 0.0)
    assert why(decision) == [('approach_stop', 'approach')]
    assert 'Seen by points.' in decision.findings[0].detail


def test_s12_what_the_scan_alone_sees_stops_the_base_too(seeing):
    rig = seeing()
    rig.points = [(0.22, 0.0)]
    decision = rig.drive(0.4)
    assert rig.sent() == (0.0, 0.0)
    assert why(decision) == [('approach_stop', 'approach')]
    assert 'points' not in decision.findings[0].detail


@pytest.mark.parametrize('scan_slows', [True, False])
def test_s12_the_strictest_of_two_sources_wins(seeing, scan_slows):
    zones = {
        'zones__names': ['near', 'far'],
        'zones__near__radius': 0.4,
        'zones__far__model': 'slow',
        'zones__far__ratio': 0.5,
        'zones__far__radius': 1.0,
        'approach__enabled': False,
    }
    rig = seeing(**zones)
    near, far = (0.3, 0.0), (0.8, 0.0)
    rig.points = [far if scan_slows else near]
    rig.cloud = [*FLOOR, (*(near if scan_slows else far), 0.4)]
    decision = rig.drive(0.4)
    assert rig.sent()[0] == 0.0
    assert {'zone_stop', 'zone_slow'} <= set(decision.reasons)
    assert decision.source == 'near'
    rig.points, rig.cloud = [far], list(FLOOR)
    rig.drive(0.4)
    assert rig.sent()[0] == pytest.approx(0.2)


def test_s12_a_source_that_sees_nothing_does_not_release_what_another_sees(seeing, make):
    """Debounce is counted by source: scans in between do not clear what clouds see."""
    rig = seeing(zones__names=['near'], zones__near__radius=0.4, approach__enabled=False)
    rig.cloud = [*FLOOR, (0.22, 0.0, 0.4)]
    rig.drive(0.3)
    for _ in range(10):
        rig.pass_time(0.02)
        rig.controller.take_scan(make.scan([], rig.now_ns), rig.now_ns, rig.steady_s)
    assert 'zone_stop' in rig.tick(0.3).reasons


def test_s7_a_cloud_that_falls_silent_stops_the_base_and_is_named(seeing):
    rig = seeing(points__timeout=0.3, points__max_age=0.3)
    rig.drive(0.4)
    rig.cloud = None
    begin = rig.steady_s
    while not rig.decision.findings:
        rig.tick(0.4)
        assert rig.steady_s - begin < 1.0
    assert 0.3 < rig.steady_s - begin <= 0.3 + 0.1 + 1e-6
    assert why(rig.decision) == [('source_silent', 'points')]
    rig.drive(0.4)
    assert rig.sent() == (0.0, 0.0)
    rig.cloud = list(FLOOR)
    assert rig.drive(0.4).level == Level.NORMAL


def test_s7_a_cloud_that_was_never_there_lets_nothing_move(seeing, bench):
    rig = bench(points__enabled=True).start()
    assert why(rig.drive(0.4)) == [('source_missing', 'points')]
    assert rig.commands == []


def test_s3_damaged_clouds_count_as_none_and_their_damage_is_named(seeing):
    rig = seeing()
    rig.drive(0.4)
    rig.cloud = None
    for _ in range(8):
        rig.tick(0.4)
        cut = cloud_of(FLOOR, rig.now_ns)
        cut = replace(cut, data=cut.data[:-3])
        assert not rig.controller.take_cloud(cut, rig.now_ns, rig.steady_s)
    assert why(rig.decision) == [('source_silent', 'points')]
    assert '29 bytes, 32 claimed' in rig.decision.findings[0].detail


def test_a_blind_cloud_holds_the_base_and_is_named(seeing):
    rig = seeing()
    rig.cloud = [*FLOOR, *[(math.nan, math.nan, math.nan)] * 3]
    decision = rig.drive(0.4)
    assert why(decision) == [('scan_blind', 'points')]
    assert '60% of the points are invalid' in decision.findings[0].detail
    assert rig.sent() == (0.0, 0.0)


def test_a_cloud_instead_of_a_scan_does_not_back_up_where_it_does_not_see(seeing):
    rig = seeing(scan__enabled=False)
    rig.sensors = ('odometry', 'people', 'heartbeat')
    assert rig.drive(0.3).level == Level.NORMAL
    assert why(rig.drive(-0.3)) == [('scan_blind', 'points')]
    around = seeing(scan__enabled=False, points__view='around')
    around.sensors = ('odometry', 'people', 'heartbeat')
    assert around.drive(-0.3).level == Level.NORMAL


def test_s7_losing_tf_stops_the_base_within_its_time_out_and_it_goes_on_after(seeing):
    rig = seeing(points__frame='camera', transform_timeout=0.2)
    lost_ns = None
    rig.mount = lambda now: Mount.of_pose(
        (0.1, 0, 0.2), (0, 0, 0, 1), now if lost_ns is None else min(now, lost_ns)
    )
    assert rig.drive(0.4).level == Level.NORMAL
    lost_ns, begin = rig.now_ns, rig.steady_s
    while not rig.decision.findings:
        rig.tick(0.4)
        assert rig.steady_s - begin < 1.0
    assert 0.2 < rig.steady_s - begin <= 0.2 + 0.1 + 1e-6
    assert why(rig.decision) == [('transform_lost', 'points')]
    assert "from 'camera' to 'base_link'" in rig.decision.findings[0].detail
    rig.drive(0.4)
    assert rig.sent() == (0.0, 0.0)
    assert rig.decision.reasons[0] == 'transform_lost'
    lost_ns = None
    assert rig.drive(0.4).level == Level.NORMAL
    assert rig.sent()[0] == pytest.approx(0.4)


def test_s7_without_a_transform_nothing_is_masked_and_nothing_is_guessed(seeing):
    rig = seeing(points__frame='camera')
    decision = rig.drive(0.4)
    assert ('transform_lost', 'points') in why(decision)
    assert rig.commands == []
    rig.mount = Mount.of_pose((0.1, 0, 0.2), (0, 0, 0, 1))
    assert rig.drive(0.4).level == Level.NORMAL
    rig.mount = None
    assert rig.tick(0.4).reasons[0] == 'transform_lost'


def test_a_mount_that_stands_still_does_not_age(seeing):
    rig = seeing(points__frame='camera', transform_timeout=0.001)
    rig.mount = Mount.of_pose((0.1, 0, 0.2), (0, 0, 0, 1))
    assert rig.drive(0.4, seconds=3).level == Level.NORMAL


def test_a_scanner_is_placed_by_tf_where_its_frame_is_another(bench, make):
    rig = bench(scan__frame='laser').start()

    def turned(mount):
        rig.pass_time(0.1)
        rig.sense()
        scan = make.scan([(0.3, 0.0)], rig.now_ns, frame='laser')
        return rig.controller.take_scan(scan, rig.now_ns, rig.steady_s, mount)

    assert not turned(None)
    assert ('transform_lost', 'scan') in why(rig.propose(0.4))
    half = math.sqrt(0.5)
    assert turned(Mount.of_pose((0.0, 0.0, 0.2), (0, 0, half, half)))
    points = rig.controller.guard.points
    assert (points.x[0], points.y[0]) == pytest.approx((0.0, 0.3), abs=1e-6)


def test_a_scanner_on_its_head_sees_left_and_right_swapped(make):
    upside_down = Mount.of_pose((0.0, 0.0, 0.2), (1.0, 0.0, 0.0, 0.0))
    points = ScanProjector().project(make.scan([(0.0, 1.0)]), upside_down)
    assert (points.x[0], points.y[0]) == pytest.approx((0.0, -1.0), abs=1e-6)
    assert points.blind_ahead == points.blind_behind == 0.0


def test_the_rays_of_a_scanner_that_turns_are_laid_out_anew(make):
    projector, scan = ScanProjector(), make.scan([(1.0, 0.0)])
    for yaw in (0.0, 0.5, 0.5, -1.0, 0.0):
        points = projector.project(scan, Mount.planar(0.1, 0.0, yaw))
        there = (0.1 + math.cos(yaw), math.sin(yaw))
        assert (points.x[0], points.y[0]) == pytest.approx(there)


@pytest.mark.parametrize(
    ('changes', 'named'),
    [
        ({'scan.enabled': False}, 'scan.enabled'),
        ({'scan.frame': 'laser', 'scan.x': 0.1}, 'scan.mount'),
        ({'points.min_height': 2.0, 'points.enabled': True}, 'points.min_height'),
        ({'points.body_radius': 4.0, 'points.max_range': 3.0}, 'points.body_radius'),
        ({'points.view': 'behind'}, 'points.view'),
        ({'points.timeout': 0.0}, 'points.timeout'),
        ({'points.timeout': math.nan}, 'points.timeout'),
        ({'transform_timeout': -1.0}, 'transform_timeout'),
    ],
)
def test_s25_parameters_that_make_no_sense_are_refused_by_name(make, changes, named):
    with pytest.raises(ConfigError, match=named.replace('.', r'\.')):
        BaseSafetyController(BaseSafetyConfig.from_mapping({**make.limits, **changes}))


def test_where_parameters_place_the_scanner_no_tf_is_asked_for(make):
    values = {**make.limits, 'scan.frame': 'laser', 'scan.mount': 'parameters', 'scan.x': 0.1}
    assert BaseSafetyConfig.from_mapping(values).frames_by_tf == {}
    del values['scan.mount'], values['scan.x']
    assert BaseSafetyConfig.from_mapping(values).frames_by_tf == {'scan': 'laser'}


def test_points_of_both_sources_together_come_nearest_first(seeing):
    rig = seeing()
    rig.points = [(1.0, 0.0), (-2.0, 0.0)]
    rig.cloud = [*FLOOR, (0.0, 1.5, 0.4)]
    rig.tick(0.0)
    points = rig.controller.guard.points
    assert points.distance.tolist() == pytest.approx([1.0, 1.5, 2.0])
    assert np.hypot(points.x, points.y).tolist() == pytest.approx(points.distance.tolist())
