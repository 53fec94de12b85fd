"""S3-S7: what is damaged, stale or out of order is refused whole; legs hold, then sit down."""

from dataclasses import replace

import numpy as np
import pytest

from policy_nodes.contract.samples import (
    BodyHeightSample,
    FootContactsSample,
    LegTemperaturesSample,
)
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.legged_motion import LegMode

NANO = 1_000_000_000


def refused(rig, proposal):
    """The code by which a proposal is refused; the legs must hold what they held."""
    before = rig.command.position.copy()
    rig.pass_time(0.02)
    rig.sense()
    finding = rig.controller.take_proposal(proposal, *rig.now)
    decision = rig.tick()
    assert decision.level is Level.HOLD
    assert rig.mode is LegMode.HOLD
    assert finding.reason.code in decision.reasons
    assert np.isnan(decision.proposed).all()
    assert rig.command.position == pytest.approx(before)
    return finding.reason.code


@pytest.mark.parametrize('field', ['position', 'kp', 'kd'])
@pytest.mark.parametrize('bad', [np.nan, np.inf, -np.inf])
def test_s3_a_proposal_with_one_value_that_is_not_finite_is_refused_whole(
    legs, leg_make, field, bad
):
    rig = legs().up()
    proposal = leg_make.proposal(rig.now_ns + NANO // 50)
    getattr(proposal, field)[7] = bad
    assert refused(rig, proposal) == 'proposal_not_finite'


@pytest.mark.parametrize(
    ('change', 'code'),
    [
        (lambda p: {'position': p.position[:11]}, 'proposal_shape'),
        (lambda p: {'kp': p.kp.reshape(3, 4)}, 'proposal_shape'),
        (lambda p: {'kd': p.kd.astype(str)}, 'proposal_shape'),
        (lambda p: {'kd': p.kd.tolist()}, 'proposal_shape'),
        (lambda p: {'position': np.empty(0)}, 'proposal_shape'),
        (lambda p: {'names': p.names[::-1]}, 'proposal_order'),
        (lambda p: {'names': (p.names[0], *p.names[:11])}, 'proposal_names'),
        (lambda p: {'names': p.names[:11]}, 'proposal_names'),
        (lambda p: {'names': ()}, 'proposal_names'),
        (lambda p: {'names': ('other', *p.names[1:])}, 'proposal_names'),
    ],
)
def test_s3_wrong_shapes_names_and_orders_are_refused_whole(legs, leg_make, change, code):
    rig = legs().up()
    proposal = leg_make.proposal(rig.now_ns + NANO // 50)
    assert refused(rig, replace(proposal, **change(proposal))) == code


def test_measured_joints_are_mapped_by_name_and_names_of_others_left_out(legs, leg_make):
    rig = legs().begin()
    order = np.random.default_rng(1).permutation(12)
    names = (*(leg_make.names[i] for i in order), 'gripper')
    values = np.arange(12) / 10
    rig.pass_time(0.02)
    measured = leg_make.joints(rig.now_ns, [*values[order], 9.0], names=names)
    assert rig.controller.take_joints(measured, *rig.now)
    assert rig.controller.streams.position == pytest.approx(values)


@pytest.mark.parametrize(
    'change',
    [
        lambda j: {'names': j.names[:11]},
        lambda j: {'names': (j.names[1], *j.names[1:])},
        lambda j: {'position': j.position * np.nan},
        lambda j: {'velocity': j.velocity + np.inf},
        lambda j: {'effort': np.full(12, np.nan)},
        lambda j: {'effort': np.zeros(3)},
        lambda j: {'position': j.position[:3]},
        lambda j: {'position': j.position + 1e9},
        lambda j: {'position': j.position.astype(int)},
    ],
)
def test_s7_damaged_joint_states_count_as_none_and_the_damage_is_told(legs, leg_make, change):
    rig = legs().up()
    rig.sensors = {'imu'}
    for _ in range(8):
        rig.pass_time(0.02)
        rig.sense()
        sound = leg_make.joints(rig.now_ns, rig.position)
        assert not rig.controller.take_joints(replace(sound, **change(sound)), *rig.now)
        rig.propose()
        rig.tick()
    assert rig.mode is LegMode.HOLD
    assert rig.decision.reasons == ('source_silent',)
    assert rig.decision.source == 'joints'
    assert 'samples refused' in rig.decision.findings[0].detail


@pytest.mark.parametrize(
    'changes',
    [
        {'frame': 'camera'},
        {'quaternion': np.zeros(4)},
        {'quaternion': np.array([np.nan, 0, 0, 1.0])},
        {'quaternion': np.ones(3)},
        {'quaternion': np.full(4, 1e200)},
        {'angular_velocity': np.full(3, np.inf)},
        {'acceleration': np.zeros(2)},
    ],
)
def test_s7_damaged_imu_samples_count_as_none(legs, leg_make, changes):
    rig = legs().begin()
    rig.pass_time(0.02)
    assert not rig.controller.take_imu(leg_make.imu(rig.now_ns, **changes), *rig.now)


def test_s7_damaged_contacts_heights_and_temperatures_count_as_none(legs, leg_make):
    rig = legs('contacts', 'height', 'temperature').begin()
    controller = rig.controller
    rig.pass_time(0.02)
    for feet, touching in (
        (leg_make.feet, np.ones(4)),
        (leg_make.feet, np.ones(3, dtype=bool)),
        (leg_make.feet[:3], np.ones(3, dtype=bool)),
    ):
        sample = FootContactsSample(rig.now_ns, feet, touching)
        assert not controller.take_contacts(sample, *rig.now)
    for height in (np.nan, np.inf, True, '0.2', 1e6):
        assert not controller.take_height(BodyHeightSample(rig.now_ns, height), *rig.now)
    for celsius in (np.full(12, np.nan), np.full(12, -300.0), np.full(12, 5000.0), np.ones(3)):
        hot = LegTemperaturesSample(rig.now_ns, leg_make.names, celsius)
        assert not controller.take_temperatures(hot, *rig.now)


@pytest.mark.parametrize(
    ('offset', 'code'),
    [
        (-1.0, 'proposal_backward'),
        (-10.0, 'proposal_before_reset'),
        (10.0, 'proposal_future'),
        (-0.02, 'proposal_repeated'),
    ],
)
def test_s4_proposals_from_the_future_backward_or_repeated_are_refused(
    legs, leg_make, offset, code
):
    rig = legs().up()
    stamp = rig.now_ns + NANO // 50 + round(offset * NANO)
    assert refused(rig, leg_make.proposal(stamp)) == code


def test_s4_proposals_that_answer_an_old_observation_do_not_move_the_legs(legs):
    rig = legs().up()
    for _ in range(10):
        rig.pass_time(0.02)
        rig.sense()
        rig.propose(stamp_ns=rig.now_ns - round(0.2 * NANO))
        rig.tick()
    assert rig.mode is LegMode.HOLD
    assert {'proposal_backward', 'proposal_silent'} & set(rig.decision.reasons)
    rig.wait(2.0)
    rig.reset()
    for _ in range(10):
        rig.pass_time(0.02)
        rig.sense()
        rig.propose(stamp_ns=rig.now_ns - round(0.16 * NANO))
        rig.tick()
    assert 'proposal_old' in rig.decision.reasons
    assert rig.mode is LegMode.DAMPING


def test_s4_a_gap_between_proposals_is_told_and_they_are_blended_in_again(legs):
    rig = legs(proposal__timeout=1.0, proposal__max_age=1.0).up()
    rig.wait(0.16)
    assert rig.step().reasons == ('proposal_gap',)
    assert rig.mode is LegMode.HOLD
    rig.step()
    assert rig.mode is LegMode.BLEND_IN


def test_s5_when_the_policy_blocks_legs_hold_within_the_time_out_and_one_period(legs):
    rig = legs().up()
    last = rig.steady_s
    while rig.mode is LegMode.FOLLOW:
        rig.wait(0.02)
    assert rig.steady_s - last <= 0.1 + 0.02 + 1e-9
    assert rig.decision.reasons == ('proposal_silent',)


def test_s5_a_paused_node_clock_cannot_keep_the_legs_up(legs):
    rig = legs().up()
    rig.wait(3.0, sensing=False, node_clock=False)
    assert rig.mode is LegMode.DAMPING
    assert {'proposal_silent', 'source_silent'} <= set(rig.decision.reasons)
    # that they rest is not measured as long as the clock stands
    assert rig.decision.level is Level.STOPPING
    rig.wait(0.5)
    assert rig.decision.level is Level.STOPPED


@pytest.mark.parametrize('jump', [-10.0, 10.0])
def test_s4_a_jump_of_the_clock_sits_the_robot_down_and_latches(legs, jump):
    rig = legs().up()
    rig.now_ns += round(jump * NANO)
    rig.step()
    assert rig.mode is LegMode.SIT_DOWN
    assert rig.decision.reasons[0] == 'clock_jump'
    rig.walk(3.0)
    assert rig.decision.level is Level.STOPPED
    # what was stamped before the jump does not stand in the way of what comes after it
    assert rig.reset().success
    rig.walk(4.0)
    assert rig.mode is LegMode.FOLLOW


def test_s4_where_a_jump_does_not_latch_the_legs_hold_until_everything_is_fresh(legs):
    rig = legs(clock__latch_on_jump=False).up()
    rig.now_ns -= 10 * NANO
    rig.step()
    assert (rig.mode, rig.decision.reasons[0]) == (LegMode.HOLD, 'clock_jump')
    rig.walk(1.0)
    assert rig.mode is LegMode.FOLLOW


@pytest.mark.parametrize('lost', ['imu', 'joints', 'contacts', 'height', 'temperature'])
def test_s7_a_required_source_that_falls_silent_ends_in_a_sit_down_and_is_named(legs, lost):
    required = {f'{name}__required': True for name in ('contacts', 'height', 'temperature')}
    rig = legs('contacts', 'height', 'temperature', temperature__timeout=0.5, **required).up()
    rig.sensors.discard(lost)
    seen = []
    for _ in range(150):
        rig.step()
        seen += [(rig.mode, rig.decision.reasons[:1], rig.decision.source)]
    held = next(entry for entry in seen if entry[0] is LegMode.HOLD)
    assert held == (LegMode.HOLD, ('source_silent',), lost)
    assert rig.mode is LegMode.DAMPING
    assert lost in rig.decision.findings[0].detail


def test_s6_a_required_node_whose_heartbeat_stops_ends_in_a_sit_down(legs):
    rig = legs(heartbeat__nodes=['locomotion_policy']).up()
    rig.sensors.discard('heartbeat')
    rig.walk(0.6)
    assert rig.mode is LegMode.HOLD
    assert rig.decision.reasons == ('heartbeat_silent',)
    rig.walk(2.0)
    assert rig.mode is LegMode.DAMPING
    rig.controller.take_heartbeat_gone('locomotion_policy')
    rig.step()
    assert 'heartbeat_silent' in rig.decision.reasons


def test_s17_a_node_that_names_the_old_epoch_does_not_raise_the_legs(legs):
    rig = legs(heartbeat__nodes=['locomotion_policy']).begin()
    rig.reset()
    rig.sensors.discard('heartbeat')
    for beat in range(100, 120):
        rig.controller.take_heartbeat('locomotion_policy', beat, 0, rig.steady_s)
        rig.step()
    assert rig.mode is LegMode.DAMPING
    assert 'epoch_old' in rig.decision.reasons


def test_a_flood_at_ten_times_the_rate_keeps_the_speed_of_targets(legs, leg_make):
    rig = legs().up()
    rng = np.random.default_rng(3)
    for _ in range(60):
        rig.pass_time(0.02)
        rig.sense()
        for part in range(10):
            stamp = rig.now_ns - 9 + part
            rig.propose(leg_make.stand + rng.uniform(-2, 2, 12), stamp_ns=stamp)
        rig.tick()
    positions = np.array([command.position for command in rig.sent[-60:]])
    assert np.abs(np.diff(positions, axis=0)).max() <= 20.0 * 0.02 + 1e-9
