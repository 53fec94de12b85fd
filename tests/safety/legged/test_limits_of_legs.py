"""S8, S9, S14: what goes out keeps position, speed, torque and gains at once."""

import numpy as np
import pytest

from policy_nodes.safety.ladder import Level
from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.legged_limits import LegLimiter, LegTargets, torque_of
from policy_nodes.safety.legged_profile import PoseProfile


@pytest.fixture
def limiter(leg_make):
    values = leg_make.parameters | {'joints.braking': 100000.0}
    limiter = LegLimiter(LeggedSafetyConfig.from_mapping(values).joints)
    limiter.seed(leg_make.stand)
    return limiter


def targets(position, kp=35.0, kd=0.65):
    return LegTargets(np.array(position), np.full(12, kp), np.full(12, kd))


def codes(step):
    return {finding.reason.code for finding in step.findings}


@pytest.mark.parametrize('wild', [1e300, -1e300, 4.0, -4.0])
def test_s8_a_ramp_into_each_bound_at_full_speed_never_goes_beyond(legs, leg_make, wild):
    rig = legs(joints__torque_time=10.0).up()
    for joint in range(12):
        target = leg_make.stand.copy()
        target[joint] = wild
        rig.walk(0.3, target)
        assert 'leg_position_limit' in rig.decision.reasons
        assert rig.decision.level is Level.LIMITED
    positions = np.array([command.position for command in rig.sent])
    low = np.array(leg_make.parameters['joints.position_min'])
    high = np.array(leg_make.parameters['joints.position_max'])
    assert (positions >= low).all()
    assert (positions <= high).all()


def farthest_beyond(make, braking, kd):
    """Greatest angle beyond the range [rad] of joints with inertia that are driven into it."""
    values = make.parameters | {'joints.braking': braking}
    limiter = LegLimiter(LeggedSafetyConfig.from_mapping(values).joints)
    angle, speed, beyond = make.stand.copy(), np.zeros(12), -1.0
    limiter.seed(angle)
    for _ in range(60):
        wanted = targets(make.stand + 9.0, kp=35.0, kd=kd)
        sent = limiter.step(wanted, 0.02, (angle, speed)).targets
        for _ in range(20):
            speed = speed + 1e-3 / 0.03 * np.clip(torque_of(sent, angle, speed), -18.0, 18.0)
            angle = angle + 1e-3 * speed
            beyond = max(beyond, float((angle - limiter.upper).max()))
    return beyond


def test_s8_a_joint_that_is_damped_well_does_not_overshoot_its_range(leg_make):
    assert farthest_beyond(leg_make, 200.0, kd=2.0) < 1e-3


def test_s8_braking_keeps_a_joint_that_is_damped_little_nearer_to_its_range(leg_make):
    assert farthest_beyond(leg_make, 50.0, kd=1.0) < 0.02
    assert farthest_beyond(leg_make, 100.0, kd=1.0) < 0.06
    assert farthest_beyond(leg_make, 100000.0, kd=1.0) > 0.15


def test_s9_targets_move_no_faster_than_their_joint_by_the_measured_time(limiter, leg_make):
    step = limiter.step(targets(leg_make.stand + 1.0), 0.02, None)
    assert step.targets.position == pytest.approx(leg_make.stand + 0.4)
    assert codes(step) == {'leg_velocity_limit'}
    assert limiter.step(targets(leg_make.stand), 0.0, None).targets.position == pytest.approx(
        leg_make.stand + 0.4
    )


def test_s9_a_tick_that_comes_late_or_twice_is_no_jump(legs, leg_make):
    rig = legs(joints__torque_time=10.0).up()
    before = rig.command.position
    rig.pass_time(0.09)
    rig.sense()
    rig.propose(leg_make.stand - 2.0)
    rig.tick()
    assert np.abs(rig.command.position - before).max() <= 20.0 * 0.05 + 1e-9
    again = rig.command.position
    rig.tick()
    assert rig.command.position == pytest.approx(again)


@pytest.mark.parametrize('velocity', [0.0, 8.0, -8.0, 40.0, -40.0, 500.0])
@pytest.mark.parametrize('away', [0.0, 0.3, -0.3, 1.5])
def test_s14_no_command_asks_for_more_torque_than_its_joint_may_give(
    limiter, leg_make, velocity, away
):
    state = leg_make.stand + away, np.full(12, velocity)
    step = limiter.step(targets(leg_make.stand + 0.9, kp=50.0, kd=2.0), 0.02, state)
    assert np.abs(torque_of(step.targets, *state)).max() <= 18.0
    assert (step.targets.kd > 0).all()
    wild = bool(np.abs(torque_of(targets(leg_make.stand + 0.4, 50.0, 2.0), *state)).max() > 18.0)
    assert ('leg_torque_limit' in codes(step)) is wild


def test_a_torque_limit_moves_the_target_before_it_softens_the_joint(limiter, leg_make):
    state = leg_make.stand, np.zeros(12)
    step = limiter.step(targets(leg_make.stand + 0.4, kp=50.0), 0.02, state)
    assert step.targets.kp == pytest.approx(50.0)
    assert step.targets.position == pytest.approx(leg_make.stand + 18.0 / 50.0)


@pytest.mark.parametrize(
    ('kp', 'kd', 'sent'),
    [
        (1000.0, 0.5, (50.0, 0.5)),
        (-5.0, 0.5, (0.0, 0.5)),
        (35.0, 99.0, (35.0, 2.0)),
        (35.0, 0.0, (35.0, 0.05)),
        (35.0, -1.0, (35.0, 0.05)),
    ],
)
def test_gains_stay_within_their_bounds_and_joints_never_undamped(legs, kp, kd, sent):
    rig = legs().up()
    rig.walk(0.1, kp=kp, kd=kd)
    assert rig.decision.reasons == ('leg_gain_limit',)
    assert rig.command.kp == pytest.approx(sent[0])
    assert rig.command.kd == pytest.approx(sent[1])


def test_s24_a_decision_tells_what_was_proposed_and_sent_and_their_share(legs, leg_make):
    rig = legs(joints__max_velocity=[1.0] * 12).up()
    decision = rig.step(leg_make.stand + 0.1)
    assert decision.names == leg_make.names
    assert decision.proposed == pytest.approx(leg_make.stand + 0.1)
    assert decision.sent == pytest.approx(leg_make.stand + 0.02)
    assert decision.scale == pytest.approx(0.2)
    assert decision.reasons == ('leg_velocity_limit',)
    assert decision.counters['leg_velocity_limit'] == 1
    assert decision.command.stamp_ns == rig.now_ns
    assert decision.timed(0.2).tick_ms == 0.2


def test_a_profile_begins_and_ends_at_rest_and_keeps_its_speed():
    profile = PoseProfile(np.zeros(2), np.array([1.0, -2.0]), duration=0.5, max_velocity=1.0)
    assert profile.duration == pytest.approx(3.0)
    ways = np.diff([profile.at(t) for t in np.linspace(0, 3, 301)], axis=0)
    assert np.abs(ways).max() <= 0.01 * (1 + 1e-9)
    assert np.abs(ways[[0, -1]]).max() < 1e-3
    assert profile.at(9.0) == pytest.approx([1.0, -2.0])
    assert profile.at(-1.0) == pytest.approx([0.0, 0.0])
