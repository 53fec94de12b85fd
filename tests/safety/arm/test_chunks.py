"""S3, S4, S19: which chunks are admitted, and how one follows the other."""

import numpy as np
import pytest

from policy_nodes.safety.arm_history import CommandHistory
from policy_nodes.safety.arm_reference import Reference
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.reasons import Reason

NANO = 1_000_000_000
GOOD = np.zeros((3, 7))


def damaged(rows, **places):
    rows = rows.copy()
    for place, value in places.items():
        rows[int(place[1:]), 3] = value
    return rows


@pytest.mark.parametrize('bad', [np.nan, np.inf, -np.inf])
def test_s3_nan_or_inf_in_one_joint_refuses_the_chunk_whole_and_ends_the_one_in_force(bench, bad):
    rig = bench().start().moving()
    rows = damaged(rig.ramp([0.3] * 7), r7=bad)
    assert rig.offer(rows).reason is Reason.PROPOSAL_NOT_FINITE
    before = rig.decision.command.velocity[0]
    decision = rig.tick()
    assert decision.level is Level.HOLD
    assert decision.reasons[0] == 'proposal_not_finite'
    assert decision.command.velocity[0] <= before
    assert rig.wait(0.5).command.velocity[0] == 0.0
    assert rig.decision.reasons == ('proposal_not_finite',)
    assert np.isfinite(rig.decision.command.position).all()


@pytest.mark.parametrize(
    ('changes', 'reason'),
    [
        ({'values': np.zeros((25, 6))}, Reason.PROPOSAL_SHAPE),
        ({'values': np.zeros((24, 7))}, Reason.PROPOSAL_SHAPE),
        ({'values': np.zeros((0, 7))}, Reason.PROPOSAL_SHAPE),
        ({'values': np.zeros((25, 7)).tolist()}, Reason.PROPOSAL_SHAPE),
        ({'values': np.zeros((25, 7), dtype=complex)}, Reason.PROPOSAL_SHAPE),
        ({'values': np.zeros((25, 7), dtype=object)}, Reason.PROPOSAL_SHAPE),
        ({'horizon': 0}, Reason.PROPOSAL_TIMING),
        ({'horizon': 100000}, Reason.PROPOSAL_TIMING),
        ({'dt': 0.0}, Reason.PROPOSAL_TIMING),
        ({'dt': -0.04}, Reason.PROPOSAL_TIMING),
        ({'dt': float('nan')}, Reason.PROPOSAL_TIMING),
        ({'dt': 5.0}, Reason.PROPOSAL_TIMING),
        ({'kind': 'twist'}, Reason.PROPOSAL_KIND),
        ({'kind': ''}, Reason.PROPOSAL_KIND),
    ],
)
def test_s3_a_chunk_of_another_shape_kind_or_rate_is_refused_and_the_arm_holds(
    bench, changes, reason
):
    rig = bench().start().moving()
    assert rig.offer(**changes).reason is reason
    assert rig.tick().level is Level.HOLD
    assert rig.decision.reasons[0] == reason.code


@pytest.mark.parametrize(
    ('names', 'reason'),
    [
        (lambda names: names[::-1], Reason.PROPOSAL_ORDER),
        (lambda names: (names[1], names[0], *names[2:]), Reason.PROPOSAL_ORDER),
        (lambda names: names[:-1], Reason.PROPOSAL_NAMES),
        (lambda names: (*names[:-1], names[0]), Reason.PROPOSAL_NAMES),
        (lambda names: (*names[:-1], 'panda_finger_joint1'), Reason.PROPOSAL_NAMES),
        (lambda names: (), Reason.PROPOSAL_NAMES),
    ],
)
def test_s3_permuted_missing_duplicate_or_unknown_names_are_refused(bench, names, reason):
    rig = bench().start().moving()
    assert rig.offer(names=names(rig.controller.names)).reason is reason
    assert rig.tick().level is Level.HOLD


def test_s4_a_chunk_from_the_future_is_refused_and_the_one_in_force_goes_on(bench):
    rig = bench().start().moving()
    refusal = rig.offer(stamp_ns=rig.now_ns + 10 * NANO)
    assert refusal.reason is Reason.PROPOSAL_FUTURE
    decision = rig.tick()
    assert 'proposal_future' in decision.reasons
    assert decision.command.velocity[0] > 0.2


def test_s4_a_chunk_that_answers_an_old_observation_is_refused(bench):
    rig = bench().start()
    rig.wait(3.0)
    assert rig.offer(stamp_ns=rig.now_ns - 2 * NANO).reason is Reason.PROPOSAL_OLD


def test_s19_a_duplicate_chunk_changes_nothing(bench):
    rig = bench().start()
    chunk = rig.chunk(rig.ramp([0.2] + [0.0] * 6))
    assert rig.controller.take_chunk(chunk, *rig.now) is None
    rig.wait(0.3)
    speed = rig.decision.command.velocity[0]
    assert rig.controller.take_chunk(chunk, *rig.now).reason is Reason.PROPOSAL_REPEATED
    assert rig.tick().command.velocity[0] == pytest.approx(speed, abs=0.02)
    assert 'proposal_repeated' in rig.decision.reasons


def test_s19_a_chunk_that_is_overtaken_by_a_later_one_is_refused(bench):
    rig = bench().start()
    first = rig.chunk()
    rig.wait(0.1)
    second = rig.chunk()
    assert rig.controller.take_chunk(second, *rig.now) is None
    assert rig.controller.take_chunk(first, *rig.now).reason is Reason.PROPOSAL_BACKWARD


def test_s19_a_stamp_that_goes_back_is_refused_even_with_a_later_sequence(bench):
    rig = bench().start()
    rig.wait(0.1)
    assert rig.offer() is None
    refusal = rig.offer(stamp_ns=rig.now_ns - NANO // 20)
    assert refusal.reason is Reason.PROPOSAL_BACKWARD
    assert rig.offer().reason is Reason.PROPOSAL_REPEATED


def test_s19_a_chunk_of_another_epoch_is_refused(bench):
    rig = bench().start()
    for epoch in (0, 2):
        assert rig.offer(epoch=epoch).reason is Reason.PROPOSAL_BEFORE_RESET


@pytest.mark.parametrize('rows_late', [1, 4, 10])
def test_s19_of_a_late_chunk_as_much_is_dropped_as_was_executed(bench, rows_late):
    rig = bench().start()
    path = rig.ramp([0.2] + [0.0] * 6, rows=60)
    assert rig.offer(path[:30]) is None
    rig.wait(0.4)
    # the observation is of now; its chunk arrives some rows later
    stamp, row = rig.now_ns, round(0.4 / 0.04)
    rig.wait(rows_late * 0.04)
    assert rig.offer(path[row : row + 30], stamp_ns=stamp) is None
    wanted = path[row + rows_late, 0]
    target = rig.controller.plan.target(0.0).position[0]
    assert target == pytest.approx(wanted, abs=0.2 * 0.012)
    before = rig.decision.command.velocity[0]
    assert rig.tick().command.velocity[0] == pytest.approx(before, abs=0.03)


def test_s19_a_chunk_that_comes_after_a_warm_up_begins_at_its_first_row(bench):
    """The first inference takes 0.7 s; the arm stood all the time, so nothing was executed."""
    rig = bench().start()
    chunk = rig.chunk(rig.ramp([0.2] + [0.0] * 6))
    rig.wait(0.7)
    assert rig.controller.take_chunk(chunk, *rig.now) is None
    assert rig.controller.plan.target(0.0).position == pytest.approx(chunk.values[0])


def test_s19_a_chunk_that_is_late_by_more_than_it_holds_is_refused(bench):
    rig = bench().start()
    assert rig.offer(rig.ramp([0.1] + [0.0] * 6, rows=40)) is None
    stamp = rig.now_ns + NANO // 1000
    rig.wait(0.6)
    rows = rig.ramp([0.1] + [0.0] * 6, rows=5)
    assert rig.offer(rows, stamp_ns=stamp).reason is Reason.PROPOSAL_OLD


@pytest.mark.parametrize('size', [1e-1, 1.0, 1e300])
def test_s19_a_chunk_that_begins_farther_than_full_speed_reaches_is_refused(bench, size):
    rig = bench().start().moving()
    rows = rig.ramp([0.3] + [0.0] * 6)
    rows[:, 2] += size
    refusal = rig.offer(rows)
    assert refusal.reason is Reason.CHUNK_SEAM
    assert 'panda_joint3' in refusal.detail
    decision = rig.tick()
    assert 'chunk_seam' in decision.reasons
    assert decision.command.velocity[0] > 0.2


def test_s19_the_seam_between_two_chunks_is_blended_within_the_limits(bench):
    rig = bench().start().moving()
    rows = rig.ramp([-0.2, 0.1, 0, 0, 0, 0, 0])
    rows[:, 1] += 0.02
    assert rig.offer(rows) is None
    limits, last = rig.limits, rig.decision.command
    for _ in range(200):
        joints = rig.tick().command
        change = np.abs(joints.acceleration - last.acceleration)
        assert (change <= limits.jerk * 0.004 + 1e-6).all()
        assert (np.abs(joints.acceleration) <= limits.acceleration + 1e-6).all()
        last = joints
    assert joints.velocity[0] == pytest.approx(-0.2, abs=1e-6)
    assert joints.velocity[1] == pytest.approx(0.1, abs=1e-6)


def test_s19_a_chunk_that_is_used_up_without_a_next_one_stops_the_arm(bench):
    rig = bench().start()
    assert rig.swing(0, 0.3, rows=8) is None
    decision = rig.wait(0.6)
    assert decision.level is Level.HOLD
    assert decision.reasons == ('chunk_spent',)
    assert rig.controller.follower.motion.resting


def test_s19_a_stream_of_chunks_of_a_smooth_path_goes_out_unchanged(bench):
    """Once the arm has caught up, the seams between chunks cannot be seen in what is sent."""
    rig = bench().start()
    start, ticks = rig.measured.copy(), 0

    def path(time):
        return start + 0.25 * np.outer(1 - np.cos(1.5 * time), np.array([1, 1, 0, 1, 1, 0, 1]))

    rows = 0.04 * np.arange(30)
    changed = 0
    while ticks < 1000:
        if ticks % 50 == 0:
            assert rig.offer(path(rig.controller.plan.consumed + rows)) is None
        decision = rig.tick()
        ticks += 1
        if ticks > 300:
            changed += decision.level is not Level.NORMAL
            assert np.abs(decision.proposed - decision.sent).max() < 1e-3
    # at a seam the spline through other rows bends a little differently
    assert changed < 0.1 * 700


def test_a_chunk_that_was_dropped_for_a_fault_is_not_called_used_up(bench):
    rig = bench().start().moving()
    rig.sensing = False
    rig.wait(0.2)
    rig.sensing = True
    assert rig.wait(0.1).reasons == ('proposal_missing',)
    assert rig.swing() is None
    assert rig.tick().level < Level.HOLD


def test_a_clock_that_stands_still_fills_no_memory():
    history = CommandHistory(1.0)
    for tick in range(1000):
        history.note(5 * NANO, 0.001 * tick, np.full(2, float(tick)))
    assert len(history._stamps) == 1
    assert history.consumed_at(5 * NANO) == pytest.approx(0.999)


def test_commands_are_remembered_for_as_long_as_a_chunk_may_be_old_and_hardly_longer():
    history = CommandHistory(1.0)
    for tick in range(20_000):
        history.note(tick * NANO // 1000, 0.001 * tick, np.full(2, float(tick)))
        assert len(history._stamps) < 1300
    assert history.position_at(19_500 * NANO // 1000)[0] == pytest.approx(19_500.0)
    assert history.position_at(NANO) is None


def test_rows_beyond_a_limit_are_brought_inside_and_that_is_told(bench):
    rig = bench().start()
    change = np.zeros(7)
    change[3] = 1.0
    for _ in range(20):
        assert rig.offer(rig.ramp(10.0 * change, rows=30)) is None
        rig.wait(0.2)
    decision = rig.decision
    assert decision.level is Level.LIMITED
    assert decision.reasons == ('position_limit',)
    assert decision.source == 'panda_joint4'
    assert decision.command.position[3] == pytest.approx(rig.limits.upper[3], abs=1e-6)


class TestReference:
    def rows(self, count=12):
        times = 0.05 * np.arange(count)[:, None]
        return np.sin(2.0 * times + np.arange(3))

    def test_it_goes_through_every_row(self):
        rows = self.rows()
        reference = Reference(rows, 0.05, np.full(3, -9.0), np.full(3, 9.0))
        for place, row in enumerate(rows):
            assert reference.at(0.05 * place).position == pytest.approx(row)

    def test_velocity_and_acceleration_are_its_derivatives(self):
        reference = Reference(self.rows(), 0.05, np.full(3, -9.0), np.full(3, 9.0))
        step = 1e-6
        for time in np.linspace(0.01, 0.53, 40):
            motion = reference.at(time)
            before, after = reference.at(time - step), reference.at(time + step)
            slope = (after.position - before.position) / (2 * step)
            assert motion.velocity == pytest.approx(slope, abs=1e-6)
            bend = (after.velocity - before.velocity) / (2 * step)
            assert motion.acceleration == pytest.approx(bend, abs=1e-4)

    @pytest.mark.parametrize('count', [1, 2, 3])
    def test_few_rows_are_enough(self, count):
        rows = self.rows(count)
        reference = Reference(rows, 0.05, np.full(3, -9.0), np.full(3, 9.0))
        assert reference.at(0.0).position == pytest.approx(rows[0])
        assert reference.at(99.0).position == pytest.approx(rows[-1])
        assert not reference.at(99.0).velocity.any()

    def test_wild_rows_stay_finite(self):
        rows = np.array([[0.0], [1e300], [-1e300], [0.0]])
        reference = Reference(rows, 0.05, np.array([-1.0]), np.array([1.0]))
        for time in np.linspace(0.0, 0.2, 30):
            assert np.isfinite(reference.at(time).position).all()
        assert reference.beyond(0.06)[0]
