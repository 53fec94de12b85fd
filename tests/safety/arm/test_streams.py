"""S4, S5, S6, S7, S9, S10: what is old, silent, blocked or out of time stops the arm."""

import numpy as np
import pytest

from policy_nodes.safety.ladder import Level

NANO = 1_000_000_000


def test_s4_chunks_that_stop_coming_stop_the_arm_within_the_timeout_and_one_tick(bench):
    rig = bench(chunk__timeout=0.5).start()
    rig.swing(0, 0.3, rows=50)
    rig.wait(0.5)
    assert rig.decision.level < Level.HOLD
    rig.tick()
    assert rig.tick().reasons == ('proposal_silent',)
    assert rig.wait(0.3).command.velocity[0] == 0.0


def test_s4_the_age_of_the_observation_counts_although_chunks_arrived_lately(bench):
    rig = bench(chunk__timeout=10.0, chunk__max_age=0.6).start()
    stamp = rig.now_ns + 1
    rig.wait(0.3)
    rig.offer(rig.ramp([0.2] * 7, rows=60), stamp_ns=stamp)
    assert rig.wait(0.2).level < Level.HOLD
    assert rig.wait(0.2).reasons == ('proposal_old',)


def test_s5_a_node_clock_that_stands_still_does_not_keep_a_chunk_alive(bench):
    rig = bench().start()
    rig.swing(0, 0.1, rows=60)
    for _ in range(300):
        decision = rig.tick(node_clock=False)
    assert decision.level is Level.HOLD
    assert not decision.command.velocity.any()


@pytest.mark.parametrize('jump', [-10.0, 10.0])
def test_s4_a_clock_jump_of_10_s_latches_a_stop(bench, jump):
    rig = bench().start().moving()
    rig.now_ns += round(jump * NANO)
    decision = rig.wait(1.0)
    assert decision.level is Level.STOPPED
    assert decision.reasons[0] == 'clock_jump'
    assert rig.reset().success
    assert rig.tick().level is Level.HOLD


def test_s4_a_clock_jump_that_does_not_latch_needs_a_fresh_chunk(bench):
    rig = bench(clock__latch_on_jump=False).start().moving()
    rig.now_ns -= 10 * NANO
    decision = rig.wait(0.5)
    assert decision.level is Level.HOLD
    assert 'clock_jump' in decision.reasons
    assert rig.swing(0, 0.2) is None
    assert rig.wait(0.2).level < Level.HOLD
    assert 'clock_jump' not in rig.decision.reasons


@pytest.mark.parametrize(
    'change',
    [
        {'position': np.full(7, np.nan)},
        {'velocity': np.full(7, np.inf)},
        {'position': np.zeros(6)},
        {'velocity': [0.0] * 7},
        {'names': ('panda_joint1',) * 7},
        {'names': tuple('abcdefg')},
    ],
)
def test_s7_damaged_joint_states_count_as_none(bench, change):
    rig = bench().start().moving()
    rig.sensing = False
    for _ in range(30):
        rig.pass_time(0.004)
        assert not rig.controller.take_state(rig.state(**change), *rig.now)
        decision = rig.controller.tick(*rig.now)
    assert decision.level is Level.HOLD
    assert decision.reasons[0] == 'source_silent'
    assert decision.source == 'joint_state'
    assert 'refused' in decision.findings[0].detail


def test_s7_joint_states_that_fall_silent_stop_the_arm_and_their_return_needs_a_fresh_chunk(bench):
    rig = bench().start().moving()
    rig.sensing = False
    rig.wait(rig.controller.config.joint_state.timeout)
    assert rig.tick().reasons[0] == 'source_silent'
    rig.wait(0.4)
    assert not rig.decision.command.velocity.any()
    rig.sensing = True
    rig.wait(0.1)
    assert rig.decision.level is Level.HOLD
    assert rig.swing(0, 0.2) is None
    assert rig.wait(0.2).level < Level.HOLD


def test_s4_joint_states_that_repeat_an_old_stamp_count_as_silent(bench):
    rig = bench().start().moving()
    stamp, rig.sensing = rig.now_ns, False
    for _ in range(30):
        rig.pass_time(0.004)
        rig.controller.take_state(rig.state(stamp_ns=stamp), *rig.now)
        decision = rig.controller.tick(*rig.now)
    assert decision.reasons[0] == 'source_silent'


def test_joints_of_a_state_are_found_by_their_names_whatever_else_is_there(bench):
    rig = bench().start()
    names = ('panda_finger_joint1', *reversed(rig.controller.names))
    position = np.array([0.04, *reversed(rig.measured)])
    rig.pass_time(0.004)
    state = rig.state(names=names, position=position, velocity=np.zeros(8))
    assert rig.controller.take_state(state, *rig.now)
    assert rig.controller.streams.joints.position == pytest.approx(rig.measured)


def test_s10_a_blocked_joint_is_noticed_by_its_tracking_error_and_latches_a_stop(bench):
    rig = bench().start()
    rig.blocked = (0,)
    rig.swing(0, 0.3, rows=60)
    decision = rig.wait(0.6)
    assert decision.level in (Level.STOPPING, Level.STOPPED)
    assert decision.reasons[0] == 'tracking_error'
    assert decision.source == 'panda_joint1'
    # the command stays within the error, the way until it is noticed, and the way to rest
    assert abs(decision.command.position[0] - rig.measured[0]) < 0.05 + 0.01 + 0.03
    rig.wait(0.5)
    assert rig.reset().success
    assert rig.tick().command.position == pytest.approx(rig.measured)


def test_s10_one_wrong_state_is_no_tracking_error(bench):
    rig = bench(joint_state__tracking_samples=2).start().moving()
    rig.pass_time(0.002)
    rig.controller.take_state(rig.state(position=rig.measured + 0.2), *rig.now)
    assert rig.wait(0.1).level < Level.STOPPING


def test_s10_an_arm_that_follows_with_its_usual_delay_has_no_tracking_error(bench):
    rig = bench(joint_state__response=0.04, limits__panda_joint1__tracking_error=0.01).start()
    rig.swing(0, 1.0, rows=20)
    rig.sensing = False
    worst = 0.0
    for _ in range(150):
        decision = rig.tick()
        past = [joints for time, joints in rig.commands if time <= rig.steady_s - 0.04]
        if past:
            worst = max(worst, abs(past[-1].position[0] - decision.command.position[0]))
            state = rig.state(position=past[-1].position, velocity=past[-1].velocity)
            rig.controller.take_state(state, *rig.now)
        else:
            rig.controller.take_state(rig.state(position=rig.commands[0][1].position), *rig.now)
    assert worst > 0.03
    assert 'tracking_error' not in decision.counters


def test_s9_a_tick_that_comes_5_s_late_moves_the_command_by_no_more_than_the_longest_step(bench):
    rig = bench(chunk__timeout=20.0, chunk__max_age=20.0).start().moving()
    before = rig.decision.command
    rig.controller.take_state(rig.state(stamp_ns=rig.now_ns + 1), *rig.now)
    decision = rig.tick(5.0)
    assert decision.level is Level.HOLD
    assert 'tick_late' in decision.reasons
    way = np.abs(decision.command.position - before.position)
    assert (way <= rig.limits.velocity * 0.01 + 1e-9).all()


@pytest.mark.parametrize('step', [0.0, -1.0])
def test_s9_a_tick_in_which_no_time_passed_changes_nothing(bench, step):
    rig = bench().start().moving()
    before = rig.decision.command
    decision = rig.controller.tick(rig.now_ns, rig.steady_s + step)
    assert decision.level is Level.HOLD
    assert 'tick_late' in decision.reasons
    assert (decision.command.position == before.position).all()


def test_s9_jittered_ticks_keep_every_limit(bench):
    rig = bench().start()
    rng = np.random.default_rng(5)
    rig.swing(0, 5.0, rows=40)
    last, limits = rig.decision.command, rig.limits
    for _ in range(400):
        dt = float(rng.choice([0.0005, 0.001, 0.004, 0.0099, 0.02]))
        joints = rig.tick(dt).command
        assert (np.abs(joints.velocity) <= limits.velocity + 1e-9).all()
        gain = np.abs(joints.velocity - last.velocity)
        assert (gain <= limits.acceleration * dt + 1e-9).all()
        jolt = np.abs(joints.acceleration - last.acceleration)
        assert (jolt <= limits.jerk * dt + 1e-9).all()
        last = joints


def test_s6_a_heartbeat_that_stops_holds_the_arm(bench):
    rig = bench(heartbeat__nodes=['arm_policy'])
    beats = iter(range(10_000))
    rig.controller.activate(*rig.now)
    rig.pass_time(0.01)
    rig.sense()
    assert rig.reset().success
    assert 'heartbeat_missing' in rig.tick().reasons

    def beat():
        rig.controller.take_heartbeat('arm_policy', next(beats), 1, rig.steady_s)

    beat()
    rig.swing(rows=60)
    for _ in range(50):
        beat()
        rig.tick()
    assert rig.decision.level < Level.HOLD
    assert rig.wait(0.6).reasons[0] == 'heartbeat_silent'
    beat()
    rig.swing()
    assert rig.tick().level < Level.HOLD
    rig.controller.take_heartbeat_gone('arm_policy')
    assert rig.tick().reasons[0] == 'heartbeat_silent'


def test_s6_a_node_that_lives_in_an_older_epoch_holds_the_arm(bench):
    rig = bench(heartbeat__nodes=['arm_policy']).start()
    rig.controller.take_heartbeat('arm_policy', 1, 0, rig.steady_s)
    assert 'epoch_old' in rig.tick().reasons


def test_s7_a_measured_distance_that_falls_silent_stops_the_arm_and_is_named(bench):
    rig = bench(distance__enabled=True)
    rig.distance = 2.0
    rig.start().moving()
    rig.distance = None
    decision = rig.wait(0.4)
    assert decision.reasons[0] == 'source_silent'
    assert decision.source == 'distance'


@pytest.mark.parametrize('bad', [float('nan'), -0.1, -float('inf')])
def test_s7_a_damaged_distance_counts_as_none(bench, bad):
    rig = bench(distance__enabled=True)
    rig.distance = 2.0
    rig.start().moving()
    rig.distance = bad
    assert rig.wait(0.4).source == 'distance'


def test_a_flood_of_chunks_at_ten_times_their_rate_is_followed_within_the_limits(bench):
    rig = bench().start()
    for _ in range(300):
        rig.swing(0, 0.3)
        joints = rig.tick().command
        assert (np.abs(joints.acceleration) <= rig.limits.acceleration + 1e-9).all()
    assert rig.decision.level < Level.HOLD
