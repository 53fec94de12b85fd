"""For any sequence of proposals, states, faults and time steps no limit is broken.

A seeded generator plays policy, sensors, operators and clocks, all of them at their worst; an
oracle that knows only the limits and the times judges what goes out.
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.contract.samples import LaserSample, TwistSample
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.people_guard import RESPONSES

SOME, MANY = 100_000, 1_000_000
RAYS = 36
NANO = 1_000_000_000
V_MAX, W_MAX, ACCELERATION, TURN = 0.5, 1.0, 1.0, 5.0
MOST_PERIOD = 0.4
EPS = 1e-6
STEPS = (0.001, 0.02, 0.05, 0.1, 0.1, 0.1, 0.11, 0.3, 0.45)


class Oracle:
    """Knows what went out and when; the value that stands counts from when it first stood.

    Time is measured by stamps as well as by arrival: a proposal that arrives sooner after the
    one before it than their stamps are apart may use the time between the stamps.
    """

    def __init__(self):
        self.value = (0.0, 0.0)
        self.since = -math.inf
        self.stamped = -math.inf

    def judge(self, decision, steady_s, *, may_rise):
        if decision is None or decision.command is None:
            return
        command = decision.command
        assert command.frame == 'base_link'
        value = float(command.linear[0]), float(command.angular[2])
        assert all(math.isfinite(number) for number in (*command.linear, *command.angular))
        assert not command.linear[1:].any()
        assert not command.angular[:2].any()
        bounds = ((V_MAX, ACCELERATION), (W_MAX, TURN))
        by_stamp = (command.stamp_ns - self.stamped) / NANO
        dt = min(max(steady_s - self.since, by_stamp), MOST_PERIOD)
        for old, new, (most, rate) in zip(self.value, value, bounds, strict=True):
            assert abs(new) <= most + EPS
            assert abs(new - old) <= rate * dt + EPS, (old, new, dt)
            if not may_rise:
                assert abs(new) <= abs(old) + EPS
                assert new * old >= 0
        if decision.level is Level.STOPPED:
            assert value == (0.0, 0.0)
        if value != self.value:
            self.value, self.since, self.stamped = value, steady_s, command.stamp_ns


class Play:
    """One run; every choice comes from one seeded generator."""

    def __init__(self, rig, make, seed):
        self.rig, self.make, self.rng = rig, make, np.random.default_rng(seed)
        self.sequence = 0
        self.oracle = Oracle()
        self.permitted_ns = math.inf
        self.moved = 0
        rig.note(rig.controller.activate(rig.now_ns, rig.steady_s))

    def run(self, steps):
        for _ in range(steps):
            self.step()
        return self

    def step(self):
        rng, rig = self.rng, self.rig
        rig.pass_time(float(rng.choice(STEPS)), node_clock=rng.random() > 0.02)
        event = rng.integers(400)
        if event == 0:
            rig.now_ns += round(rng.choice([-10.0, 10.0]) * NANO)
        if rng.random() < 0.95:
            self.sense()
        if event in (1, 2):
            self.press(event == 1)
        if event < 10 or (rig.controller.latch.latched and event < 200):
            self.reset()
        if rng.random() < 0.5:
            decision = rig.controller.tick(rig.now_ns, rig.steady_s)
            self.oracle.judge(decision, rig.steady_s, may_rise=False)
        if rng.random() < 0.85:
            self.propose()

    def sense(self):
        rng, rig, now = self.rng, self.rig, (self.rig.now_ns, self.rig.steady_s)
        controller = rig.controller
        if rng.random() < 0.95:
            # now and then something is near, or the scanner is partly blind
            ranges = (rng.choice([0.15, 0.3, 2.0]) + 2.0 * rng.random(RAYS)).astype(np.float32)
            if rng.random() < 0.1:
                ranges[rng.random(RAYS) < 0.5] = rng.choice([np.nan, np.inf, -np.inf])
            scan = LaserSample(
                rig.now_ns, 'base_link', 0.0, 2 * math.pi / RAYS, 0.05, 25.0, ranges
            )
            controller.take_scan(scan, *now)
        if rng.random() < 0.95:
            controller.take_odometry(self.make.odometry(rig.now_ns, *self.oracle.value), *now)
        if rng.random() < 0.3:
            positions, velocities = 3 * rng.random((2, 2)) - 1.5, 2 * rng.random((2, 2)) - 1.0
            controller.take_people(self.make.people(rig.now_ns, positions, velocities), *now)
        self.sequence += 1
        if rng.random() < 0.01:
            self.sequence = 0
        controller.take_heartbeat(
            'navigation_policy', self.sequence, controller.epoch, rig.steady_s
        )

    def press(self, pressed):
        rig = self.rig
        decision = rig.controller.take_stop_signal('button', pressed, rig.now_ns, rig.steady_s)
        self.oracle.judge(decision, rig.steady_s, may_rise=False)

    def reset(self):
        rig = self.rig
        self.press(False)
        epoch = rig.controller.epoch
        if rig.reset().epoch != epoch:
            assert self.oracle.value == (0.0, 0.0)
            self.permitted_ns = rig.now_ns

    def propose(self):
        rng, rig, before = self.rng, self.rig, self.oracle.value
        v, w = rng.choice([-9.0, -0.5, 0.0, 0.3, 0.5, 9.0]), rng.choice([-9.0, 0.0, 0.4, 9.0])
        stamp, frame = rig.now_ns, 'base_link'
        fault = rng.integers(24)
        if fault == 0:
            v = rng.choice([np.nan, np.inf, -np.inf, 1e300])
        elif fault == 1:
            w = rng.choice([np.nan, np.inf, -np.inf, -1e300])
        elif fault == 2:
            stamp += round(rng.choice([-10.0, -0.6, -0.1, 0.5, 10.0]) * NANO)
        elif fault == 3:
            frame = 'map'
        latched = rig.controller.latch.latched
        proposal = TwistSample.planar(stamp, frame, v, w)
        decision = rig.controller.take_proposal(proposal, rig.now_ns, rig.steady_s)
        sound = math.isfinite(v) and math.isfinite(w) and frame == 'base_link'
        fresh = stamp > self.permitted_ns and not latched
        self.oracle.judge(decision, rig.steady_s, may_rise=sound and fresh)
        if sound and rig.controller.people.response == 'slow':
            for old, new, asked in zip(before, self.oracle.value, (v, w), strict=True):
                assert min(old, asked, 0.0) - EPS <= new <= max(old, asked, 0.0) + EPS
        self.moved += self.oracle.value != (0.0, 0.0)


@pytest.fixture(scope='session')
def play(bench, make):
    """Start a run."""

    def start(seed, response, **changes):
        rig = bench(
            people__enabled=True,
            people__response=response,
            stop__require_neutral=False,
            zones__names=['near'],
            zones__near__radius=0.3,
            heartbeat__nodes=['navigation_policy'],
            **changes,
        )
        return Play(rig, make, seed)

    return start


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), response=st.sampled_from(RESPONSES))
def test_s9_no_short_sequence_of_events_breaks_a_limit(play, seed, response):
    play(seed, response).run(60)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_s20_with_barriers_no_short_sequence_of_events_breaks_a_limit(play, seed):
    play(seed, 'steer', cbf__enabled=True).run(60)


@pytest.mark.parametrize('response', RESPONSES)
def test_s9_no_long_sequence_of_events_breaks_a_limit(play, response):
    run = play(11, response).run(SOME // len(RESPONSES))
    counters = run.rig.controller.counters.snapshot()
    # a run in which the robot stood, or met few faults, would prove nothing
    assert run.moved > SOME // len(RESPONSES) // 10
    assert len(counters) > 20, counters


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize('response', RESPONSES)
def test_s9_a_million_events_break_no_limit(play, response):
    play(23, response).run(MANY // len(RESPONSES))
