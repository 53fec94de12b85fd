"""S2, S15-S18, S23: closed start, profiled and latched stops, and what a reset permits."""

import numpy as np
import pytest

from policy_nodes.safety.ladder import Level
from policy_nodes.safety.reasons import Reason

NANO = 1_000_000_000


def test_s2_without_joint_states_there_is_no_command_and_no_reset(bench):
    rig = bench()
    rig.sensing = False
    rig.controller.activate(*rig.now)
    assert rig.wait(0.2).command is None
    reply = rig.reset()
    assert not reply.success
    assert 'joint state' in reply.message
    assert rig.wait(0.2).command is None


def test_s2_an_inactive_controller_sends_nothing(bench):
    rig = bench()
    decision = rig.tick()
    assert decision.command is None
    assert decision.reasons == ('not_active',)
    assert rig.offer().reason is Reason.NOT_ACTIVE
    assert not rig.reset().success


def test_s2_it_comes_up_latched_and_moves_only_after_a_reset(bench):
    rig = bench()
    rig.controller.activate(*rig.now)
    rig.tick()
    assert rig.offer(rig.ramp([0.3] * 7)).reason is Reason.AWAITING_RESET
    decision = rig.wait(0.7)
    assert decision.level is Level.STOPPED
    assert decision.latched
    assert decision.command is None
    assert rig.reset().success
    assert rig.tick().command.position == pytest.approx(rig.measured)


@pytest.mark.parametrize('dt', [0.001, 0.004, 0.01])
def test_s15_an_emergency_stop_at_full_speed_is_profiled_and_ends_in_rest(bench, dt):
    rig = bench().start()
    rig.swing(0, 1.0, rows=60)
    for _ in range(round(0.6 / dt)):
        rig.tick(dt)
    assert rig.decision.command.velocity[0] > 0.9
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    last, bound = rig.decision.command, rig.controller.follower.standing().stop.duration
    for _ in range(round(bound / dt) + 2):
        decision = rig.tick(dt)
        joints = decision.command
        assert decision.level in (Level.STOPPING, Level.STOPPED)
        assert decision.reasons[0] == 'estop_pressed'
        change = np.abs(joints.velocity - last.velocity)
        assert (change <= rig.limits.acceleration * dt + 1e-6).all()
        jolt = np.abs(joints.acceleration - last.acceleration)
        assert (jolt <= rig.limits.jerk * dt + 1e-6).all()
        last = joints
    assert not last.velocity.any()
    rig.tick(dt)
    assert rig.tick(dt).level is Level.STOPPED


def test_s15_an_emergency_stop_before_the_first_command_moves_nothing(bench):
    rig = bench()
    rig.controller.activate(*rig.now)
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    assert all(rig.tick().command is None for _ in range(50))


def test_s15_the_command_that_is_held_is_the_measured_position_and_never_zeros(bench):
    rig = bench().start()
    assert rig.wait(1.0).command.position == pytest.approx(rig.measured)
    assert np.abs(rig.measured).max() > 1.0


def test_s16_a_stop_that_is_set_and_unset_quickly_stays_latched(bench):
    rig = bench().start().moving()
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    rig.controller.take_stop_signal('button', False, rig.now_ns, rig.steady_s)
    decision = rig.wait(1.0)
    assert decision.level is Level.STOPPED
    assert decision.reasons[0] == 'estop_pressed'


def test_s16_a_reset_is_refused_while_the_cause_persists(bench):
    rig = bench().start().moving()
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    rig.wait(1.0)
    assert 'Still held by button' in rig.reset().message
    rig.controller.take_stop_signal('button', False, rig.now_ns, rig.steady_s)
    assert rig.reset().success


def test_s16_a_reset_is_refused_while_the_arm_is_stopping_or_moves(bench):
    rig = bench().start()
    rig.swing(0, 1.0, rows=60)
    rig.wait(0.5)
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    rig.tick()
    rig.controller.take_stop_signal('button', False, rig.now_ns, rig.steady_s)
    assert 'still stopping' in rig.reset().message
    rig.wait(1.0)
    rig.velocity = np.full(7, 0.3)
    rig.pass_time(0.004)
    rig.sense()
    assert 'still moves' in rig.reset().message


def test_s16_a_reset_is_refused_while_chunks_ask_for_motion(bench):
    rig = bench().start().moving()
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    rig.controller.take_stop_signal('button', False, rig.now_ns, rig.steady_s)
    rig.wait(1.0)
    rig.swing(0, 0.3)
    rig.wait(0.1)
    assert 'asked for motion' in rig.reset().message
    for _ in range(6):
        rig.offer()
        rig.wait(0.1)
    assert rig.reset().success


def test_s16_a_silent_monitored_source_counts_as_pressed(bench):
    rig = bench(stop__monitored=['button']).start()
    rig.controller.take_stop_signal('button', False, rig.now_ns, rig.steady_s)
    rig.swing(rows=40)
    assert rig.wait(0.4).level is not Level.STOPPING
    assert rig.wait(1.0).reasons[0] == 'estop_silent'
    assert rig.decision.level is Level.STOPPED


def test_s1_another_publisher_on_the_actuator_topic_holds_the_stop(bench):
    rig = bench().start().moving()
    rig.controller.take_rivals(['other_node'], rig.now_ns, rig.steady_s)
    assert rig.wait(1.0).reasons[0] == 'actuator_shared'
    assert 'other_node' in rig.reset().message
    rig.controller.take_rivals([], rig.now_ns, rig.steady_s)
    assert rig.reset().success


def test_s17_after_a_reset_a_pending_chunk_of_50_steps_moves_nothing(bench):
    rig = bench().start()
    rig.swing(0, 0.3, rows=50)
    rig.wait(0.3)
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    rig.controller.take_stop_signal('button', False, rig.now_ns, rig.steady_s)
    rig.wait(0.7)
    place = rig.measured.copy()
    assert rig.reset().success
    decision = rig.wait(1.0)
    assert decision.level is Level.HOLD
    assert (rig.measured == place).all()
    assert decision.reasons == ('proposal_missing',)


def test_s17_a_chunk_that_answers_an_observation_from_before_the_reset_is_refused(bench):
    rig = bench(stop__require_neutral=False)
    rig.controller.activate(*rig.now)
    rig.tick()
    chunk = rig.chunk(rig.ramp([0.3] * 7), epoch=1)
    rig.pass_time(0.01)
    rig.sense()
    assert rig.reset().success
    assert rig.controller.take_chunk(chunk, *rig.now).reason is Reason.PROPOSAL_BEFORE_RESET


def test_s17_an_arm_that_was_moved_by_hand_during_the_stop_does_not_jump(bench):
    rig = bench().start().moving()
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    rig.controller.take_stop_signal('button', False, rig.now_ns, rig.steady_s)
    rig.wait(1.0)
    rig.blocked = tuple(range(7))
    rig.measured = rig.measured + 0.4
    rig.wait(0.2)
    assert rig.reset().success
    joints = rig.tick().command
    assert joints.position == pytest.approx(rig.measured)
    rig.blocked = ()
    assert rig.swing(0, 0.2) is None
    assert rig.wait(0.5).command.velocity[0] > 0.1


def test_s17_chunks_of_the_new_epoch_move_the_arm_again(bench):
    rig = bench().start().moving()
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    rig.controller.take_stop_signal('button', False, rig.now_ns, rig.steady_s)
    rig.wait(1.0)
    assert rig.reset().epoch == 2
    rig.sequence = 0
    rig.tick()
    assert rig.swing(0, 0.3) is None
    assert rig.wait(0.5).level in (Level.NORMAL, Level.LIMITED)


@pytest.mark.parametrize('reason', [Reason.DEACTIVATED, Reason.SHUT_DOWN, Reason.INTERNAL_ERROR])
def test_s23_the_last_command_before_the_end_is_to_stand(bench, reason):
    rig = bench().start().moving()
    decision = rig.controller.final_command(rig.now_ns, reason)
    assert decision.reasons == (reason.code,)
    assert not decision.command.velocity.any()
    assert decision.level is Level.STOPPED
    assert rig.tick().command is None
    assert rig.swing().reason is Reason.NOT_ACTIVE


def test_s23_an_activation_after_the_end_comes_up_latched(bench):
    rig = bench().start().moving()
    rig.controller.final_command(rig.now_ns)
    rig.controller.activate(*rig.now)
    assert rig.tick().latched
    assert rig.decision.command is None


def test_s23_a_controller_that_never_spoke_ends_in_silence(bench):
    rig = bench()
    rig.controller.activate(*rig.now)
    assert rig.controller.final_command(rig.now_ns).command is None


def test_s18_only_hold_leads_back_by_itself(bench):
    rig = bench().start()
    seen = {rig.decision.level}
    rig.swing(rows=30)
    rig.wait(0.5)
    seen.add(rig.decision.level)
    rig.wait(1.2)
    assert rig.decision.level is Level.HOLD
    rig.swing(rows=30)
    assert rig.wait(0.2).level < Level.HOLD
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    rig.controller.take_stop_signal('button', False, rig.now_ns, rig.steady_s)
    rig.wait(1.0)
    for _ in range(20):
        rig.swing()
        assert rig.wait(0.05).level is Level.STOPPED
