"""S13 and the box of the tool: slow down, stop, and always let the arm leave."""

import math

import numpy as np
import pytest

from policy_nodes.safety.arm_capsules import segment_distance
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.arm_controller import ArmSafetyController
from policy_nodes.safety.arm_guard import ArmGuard
from policy_nodes.safety.arm_kinematics import Chain
from policy_nodes.safety.ladder import Level

ONLY = {
    'workspace': {'singularity__enabled': False, 'self_distance__pairs': []},
    'singularity': {'workspace__enabled': False, 'self_distance__pairs': []},
    'self': {'workspace__enabled': False, 'singularity__enabled': False},
}
POST = {
    'capsules__names': ['hand', 'post'],
    'capsules__post__link': 'scene',
    'capsules__post__start': [0.35, 0.3, 0.0],
    'capsules__post__end': [0.35, 0.3, 1.0],
    'capsules__post__radius': 0.05,
}


def without_other_capsules(make):
    """Values of the Panda's file with no capsule but the hand."""
    keep = ('capsules.hand.', 'capsules.names')
    return {
        name: value
        for name, value in make.values.items()
        if not name.startswith('capsules.') or name.startswith(keep)
    }


def drive(rig, joint, speed, seconds, *, dt=0.004):
    """Ask for a joint speed for some time, in chunks of the command as it is; all decisions."""
    decisions = []
    for tick in range(round(seconds / dt)):
        if tick % 25 == 0:
            rig.swing(joint, speed, rows=40)
        decisions.append(rig.tick(dt))
    return decisions


def figure(rig, name):
    return float(rig.controller.guard.figures(rig.measured[None])[name][0])


def reasons_of(decisions):
    return {reason for decision in decisions for reason in decision.reasons}


@pytest.fixture
def posted(make, bench):
    """A Panda whose hand is watched against a post beside it."""

    def build(**changes):
        rig = bench()
        values = without_other_capsules(make) | make.bare
        values |= {name.replace('__', '.'): value for name, value in (POST | changes).items()}
        rig.controller = ArmSafetyController(ArmSafetyConfig.from_mapping(values))
        return rig

    return build


@pytest.mark.parametrize(('joint', 'speed'), [(0, 1.0), (0, -1.0), (1, 1.0), (3, 1.0)])
def test_the_tool_never_leaves_its_box(panda, joint, speed):
    box = {'workspace__lower': [-0.3, -0.8, -0.02], 'workspace__upper': [0.6, 0.3, 0.7]}
    rig = panda(**ONLY['workspace'], **box).start()
    assert figure(rig, 'workspace') > 0.1
    least, decisions = math.inf, []
    for tick in range(1000):
        if tick % 25 == 0:
            rig.swing(joint, speed, rows=40)
        decisions.append(rig.tick())
        least = min(least, figure(rig, 'workspace'))
    assert 'workspace_stop' in reasons_of(decisions)
    assert decisions[-1].level is Level.HOLD
    # the margin of 0.02 m covers what lies between the looks ahead
    assert least > 0.015


def test_a_motion_back_into_the_box_is_let_through(panda):
    rig = panda(**ONLY['workspace'], workspace__upper=[0.6, 0.3, 0.7]).start()
    drive(rig, 0, 1.0, 3.0)
    assert rig.decision.level is Level.HOLD
    back = drive(rig, 0, -0.5, 0.5)
    assert 'workspace_stop' not in reasons_of(back[10:])
    assert back[-1].level < Level.HOLD


def test_a_tool_that_stands_outside_of_its_box_may_come_in_and_not_go_further_out(panda):
    rig = panda(**ONLY['workspace'], workspace__upper=[0.25, 0.8, 1.1]).start()
    before = figure(rig, 'workspace')
    assert before < 0
    drive(rig, 3, 0.5, 1.0)
    assert rig.decision.reasons[0] == 'workspace_stop'
    assert figure(rig, 'workspace') >= before - 1e-9
    drive(rig, 3, -0.5, 1.0)
    assert figure(rig, 'workspace') > before + 0.02


def test_s13_driving_into_a_singular_pose_slows_down_and_halts_before_it(panda):
    rig = panda(**ONLY['singularity']).start()
    decisions = drive(rig, 3, 1.0, 4.0)
    assert {'singularity_slow', 'singularity_stop'} <= reasons_of(decisions)
    speeds = np.array([decision.command.velocity[3] for decision in decisions])
    first = next(
        place
        for place, decision in enumerate(decisions)
        if decision.reasons[:1] != () and 'singularity_slow' in decision.reasons
    )
    assert speeds[first] > 0.9
    assert figure(rig, 'singularity') >= 0.005 - 1e-6
    assert not decisions[-1].command.velocity.any()
    assert decisions[-1].level is Level.HOLD


def test_s13_leaving_a_singular_pose_is_allowed_at_full_speed(panda):
    rig = panda(**ONLY['singularity']).start()
    drive(rig, 3, 1.0, 4.0)
    back = drive(rig, 3, -0.8, 1.0)
    assert not reasons_of(back[60:]) & {'singularity_slow', 'singularity_stop'}
    assert back[-1].command.velocity[3] == pytest.approx(-0.8, abs=0.02)


def test_s13_an_arm_that_begins_in_a_singular_pose_may_leave_it(panda):
    rig = panda(**ONLY['singularity'])
    rig.measured = np.array([0.0, 0.0, 0.0, -0.15, 0.0, 0.05, 0.0])
    rig.start()
    before = figure(rig, 'singularity')
    assert before < 0.005
    drive(rig, 5, 0.5, 1.0)
    assert figure(rig, 'singularity') > before


def test_s13_approaching_a_post_slows_down_and_halts_before_it(posted):
    rig = posted().start()
    decisions = drive(rig, 0, 1.0, 4.0)
    assert {'distance_slow', 'distance_stop'} <= reasons_of(decisions)
    assert decisions[-1].source == 'scene_distance'
    assert 0.025 < figure(rig, 'scene_distance') < 0.06
    assert not decisions[-1].command.velocity.any()


def test_s13_the_command_that_retreats_from_a_post_passes(posted):
    rig = posted().start()
    drive(rig, 0, 1.0, 4.0)
    back = drive(rig, 0, -0.8, 1.0)
    assert not reasons_of(back[60:]) & {'distance_slow', 'distance_stop'}
    assert back[-1].command.velocity[0] == pytest.approx(-0.8, abs=0.02)


def test_s13_passing_a_post_at_a_distance_is_not_slowed(posted):
    rig = posted(capsules__post__start=[0.35, 0.8, 0.0], capsules__post__end=[0.35, 0.8, 1.0])
    assert not reasons_of(drive(rig.start(), 0, 0.5, 1.0)) & {'distance_slow', 'distance_stop'}


def test_s13_the_arm_does_not_hit_itself(panda):
    rig = panda(**ONLY['self']).start()
    least, decisions = math.inf, []
    for joint, speed in ((3, -1.0), (5, 1.0), (1, -1.0), (5, -1.0)):
        for _ in range(40):
            decisions += drive(rig, joint, speed, 0.1)
            least = min(least, figure(rig, 'self_distance'))
    assert reasons_of(decisions) & {'distance_slow', 'distance_stop'}
    assert least > 0.015


def test_s13_a_measured_distance_slows_and_then_holds_the_arm(bench):
    rig = bench(distance__enabled=True)
    rig.distance = 2.0
    rig.start()
    assert 'distance_slow' not in reasons_of(drive(rig, 0, 0.8, 0.8))
    rig.distance = 0.25
    slow = drive(rig, 0, 0.8, 0.8)[-1]
    assert slow.level is Level.LIMITED
    assert slow.reasons[0] == 'distance_slow'
    share = (0.25 - 0.15) / (0.5 - 0.15)
    assert slow.command.velocity[0] <= share * rig.limits.velocity[0] + 1e-6
    rig.distance = 0.1
    held = drive(rig, 0, 0.8, 0.5)[-1]
    assert held.level is Level.HOLD
    assert held.reasons[0] == 'distance_stop'
    assert not held.command.velocity.any()
    rig.distance = 2.0
    assert drive(rig, 0, 0.8, 0.5)[-1].level < Level.HOLD


def test_where_every_motion_meets_a_barrier_the_arm_holds_and_breaks_none(panda):
    rig = panda(workspace__lower=[0.28, -0.03, 0.46], workspace__upper=[0.34, 0.03, 0.52])
    rig.start()
    for joint in range(4):  # the joints of the wrist hardly move the tool
        for speed in (-1.0, 1.0):
            decision = drive(rig, joint, speed, 0.5)[-1]
            assert decision.level is Level.HOLD
            assert not decision.command.velocity.any()
            assert figure(rig, 'workspace') > 0.015


class TestKinematics:
    def chain(self, make):
        config = make.config()
        return Chain(
            [place.origin for place in config.places.values()],
            [place.axis for place in config.places.values()],
            config.tool.origin,
        )

    def test_the_tool_of_a_panda_is_where_its_maker_says(self, make):
        placement = self.chain(make).place(make.home[None])
        assert placement.points[0, -1] == pytest.approx([0.3069, 0.0, 0.4869], abs=1e-4)
        down = placement.rotations[0, -1] @ np.array([0.0, 0.0, 1.0])
        assert down == pytest.approx([0.0, 0.0, -1.0], abs=1e-9)

    def test_the_jacobian_is_the_derivative_of_the_tool(self, make):
        chain, step = self.chain(make), 1e-6
        rng = np.random.default_rng(1)
        for _ in range(5):
            q = make.home + rng.uniform(-0.5, 0.5, 7)
            around = chain.place(q + step * np.vstack((np.eye(7), -np.eye(7)))).points[:, -1]
            numeric = (around[:7] - around[7:]).T / (2 * step)
            assert chain.place(q[None]).jacobian()[0, :3] == pytest.approx(numeric, abs=1e-8)

    def test_several_configurations_at_once_are_placed_as_one_by_one(self, make):
        chain = self.chain(make)
        many = make.home + np.random.default_rng(2).uniform(-0.5, 0.5, (6, 7))
        together = chain.place(many)
        for place, one in enumerate(many):
            alone = chain.place(one[None])
            assert together.points[place] == pytest.approx(alone.points[0])
            assert together.manipulability()[place] == pytest.approx(alone.manipulability()[0])

    def test_a_stretched_arm_has_no_manipulability(self, make):
        assert self.chain(make).place(np.zeros((1, 7))).manipulability()[0] < 1e-6


def test_the_distance_of_lines_is_the_least_over_their_points():
    rng = np.random.default_rng(4)
    a, b, c, d = rng.uniform(-1, 1, (4, 60, 3))
    b[:5], d[5:10] = a[:5], c[5:10]  # points
    d[10:20] = c[10:20] + 0.7 * (b[10:20] - a[10:20])  # parallel
    found = segment_distance(a, b, c, d)
    share = np.linspace(0, 1, 201)[:, None, None]
    one, two = a + share * (b - a), c + share * (d - c)
    for line in range(60):
        apart = np.linalg.norm(one[:, None, line] - two[None, :, line], axis=2).min()
        assert found[line] <= apart + 1e-9
        assert found[line] == pytest.approx(apart, abs=0.02)


def test_capsules_overlap_below_zero_and_the_home_pose_is_free(panda, make):
    guard = ArmGuard(panda().controller.config)
    folded = np.array([0.0, 0.8, 0.0, -2.9, 0.0, 3.7, 0.78])
    figures = guard.figures(np.vstack((make.home, folded)))
    assert figures['self_distance'][0] > 0.1
    assert figures['self_distance'][1] < 0.0
