"""S3, S4, S9, S11, S12 with a real controller: proposals that nobody should obey."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from geometry_msgs.msg import TwistStamped
from rclpy.serialization import serialize_message
from safety_rig import BRAKING, FULL_SPEED, LOAD, PROPOSAL_TIMEOUT, WATCHDOG

from policy_nodes.safety.ladder import Level

NAN, INF = float('nan'), float('inf')
SHORT = WATCHDOG + BRAKING + LOAD
LONG = PROPOSAL_TIMEOUT + SHORT


def hostile(rig, v=0.0, w=0.0, **changes):
    """A proposal with something odd about it."""
    message = rig.twist(v, w)
    for name, value in changes.items():
        axis, part = name.split('_')
        setattr(getattr(message.twist, axis), part, value)
    return message


@pytest.mark.parametrize(
    ('fault', 'reason', 'make'),
    [
        ('NaN forward', 'proposal_not_finite', lambda r: r.twist(NAN, 0.1)),
        ('infinite turn', 'proposal_not_finite', lambda r: r.twist(0.3, -INF)),
        ('NaN on an unused axis', 'proposal_not_finite', lambda r: hostile(r, 0.5, linear_y=NAN)),
        ('sideways', 'proposal_axis', lambda r: hostile(r, 0.5, linear_y=0.3)),
        ('another frame', 'proposal_frame', lambda r: r.twist(0.5, frame='map')),
        ('no frame', 'proposal_frame', lambda r: r.twist(0.5, frame='')),
    ],
)
def test_s3_a_damaged_proposal_is_refused_whole_and_the_base_brakes(
    rig, reaction, fault, reason, make
):
    rig.drive()
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: setattr(rig, 'policy', lambda: make(rig)))
    reaction('S3', fault, taken, 0.1 + SHORT)
    rig.until(lambda: reason in rig.reasons_since(begin))
    assert rig.state.level == Level.HOLD
    assert rig.counter(reason) >= 1
    assert all(np.isfinite(m.twist.linear.x) for _, m in rig.commands)
    rig.check_limits()


def test_s3_after_a_single_nan_the_next_sound_proposals_drive_on(rig):
    rig.drive()
    begin = time.monotonic()
    rig.propose(rig.twist(NAN))
    rig.until(lambda: 'proposal_not_finite' in rig.reasons_since(begin))
    rig.until(lambda: rig.sent == (FULL_SPEED, 0.0) and rig.state.level == Level.NORMAL)
    rig.check_limits()


def test_s3_bytes_that_are_no_message_do_not_move_or_end_anything(rig, reaction, controller):
    good = serialize_message(TwistStamped())
    rng = np.random.default_rng(0)
    damaged = [good[:8], good[: len(good) // 2], good[:4] + b'\xff' * 40]
    damaged += [good[:4] + rng.bytes(size) for size in (12, 60, 200)]
    rig.drive()
    parts = iter(damaged * 100)
    taken = rig.time_to_rest(lambda: setattr(rig, 'policy', lambda: next(parts)))
    reaction('S3', 'malformed bytes instead of proposals', taken, LONG)
    assert controller.is_running
    rig.drive(0.3)
    rig.check_limits()


@pytest.mark.parametrize(
    ('fault', 'reason', 'back'),
    [
        ('stamps 0.6 s old', 'proposal_backward', 0.6),
        ('stamps 10 s old', 'proposal_before_reset', 10.0),
        ('stamps 2 s ahead', 'proposal_future', -2.0),
    ],
)
def test_s4_proposals_of_another_time_are_refused(rig, reaction, fault, reason, back):
    rig.drive()
    begin = time.monotonic()

    def late():
        return rig.twist(FULL_SPEED, stamp=rig.stamp(back))

    taken = rig.time_to_rest(lambda: setattr(rig, 'policy', late))
    reaction('S4', fault, taken, LONG)
    rig.until(lambda: reason in rig.reasons_since(begin))
    assert rig.counter(reason) >= 1
    rig.stays_at_rest(0.3)


def test_s4_a_stream_that_grows_old_is_stopped_by_its_stamps(rig, reaction):
    rig.drive()
    begin = time.monotonic()

    def slower_and_slower():
        rig.lag += 0.05
        return rig.twist(FULL_SPEED, stamp=rig.stamp(rig.lag))

    taken = rig.time_to_rest(lambda: setattr(rig, 'policy', slower_and_slower))
    # 0.05 s older every 0.1 s: beyond 0.5 s after ten proposals
    reaction('S4', 'stamps that lag more and more', taken, 1.1 + LONG)
    rig.until(lambda: 'proposal_old' in rig.reasons_since(begin))


def test_s4_a_replayed_proposal_is_no_sign_of_life(rig, reaction):
    rig.drive()
    frozen = rig.twist(FULL_SPEED)
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: setattr(rig, 'policy', lambda: frozen))
    reaction('S4', 'one proposal replayed for ever', taken, LONG)
    rig.until(lambda: {'proposal_repeated', 'proposal_silent'} <= rig.reasons_since(begin))


def test_s4_of_reordered_proposals_only_those_in_order_count(rig):
    rig.drive(0.3)
    begin = time.monotonic()
    order = iter([0.1, 0.0, 0.25, 0.2, 0.0, 0.15] * 20)
    rig.policy = lambda: rig.twist(0.3, stamp=rig.stamp(next(order)))
    rig.until(lambda: 'proposal_backward' in rig.reasons_since(begin))
    rig.drive(0.3)
    rig.check_limits()


def test_s9_wild_proposals_at_2_khz_break_no_limit_and_delay_no_stop(rig, reaction):
    rig.drive(0.3)
    rig.policy = None
    rng = np.random.default_rng(1)
    over, sent = threading.Event(), []

    def flood():
        begin = time.perf_counter()
        while not over.is_set():
            v, w = rng.choice([0.3, 0.5, 1e3]), rng.choice([-1e3, -1.0, 0.0, 0.0, 1.0])
            rig.propose(rig.twist(v, w))
            sent.append(v)
            over.wait(max(0.0, begin + len(sent) / 2000 - time.perf_counter()))

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        rig.until(lambda: len(sent) > 2000, what='2000 proposals were not sent')
        rig.until(lambda: rig.sent[0] > 0.2)
        begin = time.monotonic()
        taken = rig.time_to_rest(lambda: rig.press(True))
        rig.until(lambda: 'estop_pressed' in rig.reasons_since(begin))
    finally:
        over.set()
        thread.join()
    reaction('S9', 'e-stop in a flood of wild proposals', taken, SHORT)
    rig.stays_at_rest(0.3)
    rig.check_limits()


def test_s9_full_speed_forward_and_back_is_ramped_and_said_to_be(rig):
    swing = iter([FULL_SPEED, -FULL_SPEED] * 15)
    begin = time.monotonic()
    rig.policy = lambda: (next(swing, 0.0), 0.0)
    rig.until(lambda: len([m for at, m in rig.commands if at > begin]) > 25)
    assert 'acceleration_limit' in rig.reasons_since(begin)
    rig.check_limits()


def test_s11_an_over_limit_twist_keeps_its_curvature(rig):
    rig.policy = lambda: (1.0, 1.0)
    rig.until(lambda: rig.sent[0] == pytest.approx(FULL_SPEED, abs=1e-3))
    assert rig.sent[1] == pytest.approx(rig.sent[0], abs=1e-3)
    assert 'velocity_limit' in rig.state.reasons
    assert rig.state.level == Level.LIMITED
    assert list(rig.state.proposed) == [1.0, 1.0]
    rig.until(lambda: np.allclose(rig.state.sent, FULL_SPEED, atol=1e-3))
    assert rig.state.scale == pytest.approx(0.5, abs=1e-3)


def test_s12_a_wall_ahead_stops_the_base_which_may_back_off(rig, reaction):
    rig.drive()
    begin = time.monotonic()

    rig.wall = rig.x + 1.0
    taken = rig.time_to_rest(lambda: None)
    # 0.77 m to where it has to stand, and a slow last part
    reaction('S12', 'a wall appears 1 m ahead', taken, 6.0)
    assert rig.wall - rig.x >= 0.18
    rig.until(lambda: {'approach_slow', 'approach_stop'} <= rig.reasons_since(begin))
    rig.until(lambda: rig.state.level == Level.HOLD)
    assert rig.state.reasons[0] in ('approach_stop', 'zone_stop')
    rig.drive(-0.3)
    rig.until(lambda: rig.state.level == Level.NORMAL)
    rig.check_limits()


def test_s12_a_scan_without_sound_rays_stops_the_base(rig, reaction):
    rig.drive()
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: rig.ranges.fill(NAN))
    reaction('S12', 'a covered scanner: all rays NaN', taken, 0.1 + SHORT)
    assert 'scan_blind' in rig.reasons_since(begin)
