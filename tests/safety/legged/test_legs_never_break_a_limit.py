"""For any sequence of proposals, states, faults and time steps no limit of the legs is broken.

A seeded generator plays policy, sensors, operators and clocks, all of them at their worst; an
oracle that knows only the limits, the measurements and the times judges what goes out.
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.contract.samples import (
    BodyHeightSample,
    FootContactsSample,
    ImuSample,
    LegCommandSample,
    LegJointsSample,
    LegTemperaturesSample,
)
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.legged_motion import LegMode

SOME, MANY = 100_000, 1_000_000
NANO = 1_000_000_000
SPEED, TORQUE, MAX_KP, MAX_KD, MAX_STEP = 20.0, 18.0, 50.0, 2.0, 0.05
FRESH = 0.1
EPS = 1e-6
STEPS = np.array([0.0, 0.001, 0.01, 0.02, 0.02, 0.02, 0.02, 0.021, 0.04, 0.3])
CHANCES = np.array([0.0] + [0.014] + [0.986 / 8] * 8)
# share of random numbers below which each event of a step happens
EVENTS = {
    'jump': 0.0003,
    'press': 0.0005,
    'rival': 0.0003,
    'fall': 0.0005,
    'lurch': 0.001,
    'heat': 0.0003,
    'load': 0.0006,
    'air': 0.0003,
    'gap': 0.002,
}


class Oracle:
    """Knows what went out, what was measured and when; nothing of the controller."""

    def __init__(self, make):
        self.names = make.names
        self.lower = np.array(make.parameters['joints.position_min'])
        self.upper = np.array(make.parameters['joints.position_max'])
        self.before = None
        self.mode = LegMode.DAMPING
        self.at = None
        self.measured = None
        self.stiff = 0

    def measure(self, sample, taken, now_ns, steady_s):
        if taken:
            self.measured = (sample, steady_s)

    def judge(self, decision, now_ns, steady_s):
        at, self.at = self.at, (now_ns, steady_s)
        command = decision.command
        if command is None:
            assert self.before is None
            return
        position, kp, kd = command.position, command.kp, command.kd
        assert command.names == self.names
        assert all(len(values) == 12 for values in (position, kp, kd))
        assert np.isfinite(position + kp + kd).all()
        assert (position >= self.lower).all()
        assert (position <= self.upper).all()
        assert kp.min() >= 0.0
        assert kp.max() <= MAX_KP
        # never without torque: it always damps, by at least what the torque leaves
        assert kd.min() > 0.0
        assert kd.max() <= MAX_KD
        state = self.state(now_ns, steady_s)
        if state is not None:
            asked = kp * (position - state.position) - kd * state.velocity
            assert np.abs(asked).max() <= TORQUE * (1 + EPS)
        limp = not kp.any()
        if not limp:
            self.stiff += 1
            self.judge_speed(position, state, at, now_ns, steady_s)
        if decision.level is Level.STOPPED or decision.mode is LegMode.DAMPING:
            assert limp
        self.before, self.mode = command, decision.mode

    def judge_speed(self, position, state, at, now_ns, steady_s):
        if self.mode is LegMode.DAMPING:
            # from damping it begins where the legs are; without a measurement it may not begin
            assert state is not None
            start = np.clip(state.position, self.lower, self.upper)
        else:
            start = self.before.position
        went = (now_ns - at[0]) / NANO
        dt = min(went if went > 0 else max(steady_s - at[1], 0.0), MAX_STEP)
        assert np.abs(position - start).max() <= SPEED * dt + EPS

    def state(self, now_ns, steady_s):
        """The newest measurement, while it may be relied on."""
        if self.measured is None:
            return None
        sample, arrival = self.measured
        if steady_s - arrival > FRESH or (now_ns - sample.stamp_ns) / NANO > FRESH:
            return None
        return sample


class Play:
    """One run; every choice comes from one seeded generator."""

    def __init__(self, rig, make, seed):
        self.controller, self.make = rig.controller, make
        self.rng = np.random.default_rng(seed)
        self.now_ns, self.steady_s = 100 * NANO, 7.0
        self.oracle = Oracle(make)
        self.position = make.sit + 0.0
        self.permitted_ns = math.inf
        self.followed = 0
        self.since = {}
        self.controller.activate(*self.now)

    @property
    def now(self):
        return self.now_ns, self.steady_s

    def run(self, steps):
        for _ in range(steps):
            self.step()
        return self

    def step(self):
        rng = self.rng
        chance = rng.random(24)
        dt = float(STEPS[np.searchsorted(np.cumsum(CHANCES), chance[0], side='right') % 10])
        self.steady_s += dt
        if chance[1] > 0.005:
            self.now_ns += round(dt * NANO)
        self.happen(chance[2:11])
        self.sense(dt, chance[11:18])
        if self.controller.latch.latched and chance[18] < 0.05:
            self.reset()
        if 'gap' not in self.since:
            self.propose(chance[19:])
        was = self.controller.mode
        decision = self.controller.tick(*self.now)
        self.oracle.judge(decision, *self.now)
        if was is LegMode.DAMPING and decision.mode is not LegMode.DAMPING:
            # legs rise only for proposals that were stamped after the last reset
            assert not decision.latched
            assert self.controller.proposals.stream.stamp_ns > self.permitted_ns
        self.followed += decision.level <= Level.LIMITED

    def happen(self, chance):
        """Begin events; each lasts for about a second."""
        for event, at in list(self.since.items()):
            if self.steady_s - at > 1.0:
                del self.since[event]
                if event == 'press':
                    self.judge(self.controller.take_stop_signal('button', False, *self.now))
                elif event == 'rival':
                    self.judge(self.controller.take_rivals([], *self.now))
        for (event, share), number in zip(EVENTS.items(), chance, strict=True):
            if number >= share or event in self.since:
                continue
            if event == 'jump':
                self.now_ns += round(self.rng.choice([-10.0, 10.0]) * NANO)
                # no stamp from before can be compared with the clock any more
                self.oracle.measured = None
                continue
            self.since[event] = self.steady_s
            if event == 'press':
                self.judge(self.controller.take_stop_signal('button', True, *self.now))
            elif event == 'rival':
                self.judge(self.controller.take_rivals(['rival'], *self.now))

    def judge(self, decision):
        if decision is not None:
            self.oracle.judge(decision, *self.now)

    def sense(self, dt, chance):
        make, controller, now, stamp = self.make, self.controller, self.now, self.now_ns
        rng, since = self.rng, self.since
        if chance[0] < 0.97:
            roll = 1.3 if 'fall' in since else 0.75 if 'lurch' in since else 0.4 * chance[6] - 0.2
            half = 0.5 * roll
            attitude = np.array([math.sin(half), 0.0, 0.0, math.cos(half)])
            if chance[0] < 0.003:
                attitude = attitude * np.nan
            imu = ImuSample(stamp, 'base_link', attitude, np.zeros(3), np.array([0.0, 0.0, 9.8]))
            controller.take_imu(imu, *now)
        if chance[1] < 0.97:
            self.measure(dt, chance[1], rng)
        if chance[2] < 0.3:
            touching = np.full(4, 'air' not in since)
            controller.take_contacts(FootContactsSample(stamp, make.feet, touching), *now)
        if chance[3] < 0.3:
            controller.take_height(BodyHeightSample(stamp, 0.2 + 0.1 * chance[4]), *now)
        if chance[4] < 0.1:
            heat = np.full(12, 90.0 if 'heat' in since else 40.0)
            controller.take_temperatures(LegTemperaturesSample(stamp, make.names, heat), *now)

    def measure(self, dt, chance, rng):
        command, before = self.oracle.before, self.position
        position = before
        if command is not None:
            follow = (1.0 - math.exp(-dt / 0.03)) * (command.kp > 0)
            position = before + follow * (command.position - before)
        self.position = position
        noise = rng.random((2, 12)) - 0.5
        velocity = (position - before) / max(dt, 1e-2) + 0.2 * noise[0]
        measured = position + 0.05 * noise[1]
        if chance < 0.004:
            measured[3] = rng.choice([np.nan, np.inf, 1e300])
        elif chance < 0.01:
            # somebody kicks a leg, or an encoder slips
            velocity = velocity + rng.choice([-60.0, -20.0, 20.0, 60.0])
            measured = measured + rng.choice([-1.5, 0.0, 1.5])
        effort = np.full(12, 15.0 if 'load' in self.since else 2.0)
        sample = LegJointsSample(self.now_ns, self.make.names, measured, velocity, effort)
        self.oracle.measure(sample, self.controller.take_joints(sample, *self.now), *self.now)

    def reset(self):
        epoch = self.controller.epoch
        if self.controller.reset('play', *self.now).epoch != epoch:
            assert self.oracle.mode is LegMode.DAMPING
            self.permitted_ns = self.now_ns

    def propose(self, chance):
        rng, names, stamp = self.rng, self.make.names, self.now_ns
        wild = rng.random((3, 12)) - 0.5
        size = (0.3, 0.3, 0.3, 3.0, 20.0)[int(5 * chance[0])]
        position = self.make.stand + size * wild[0]
        kp, kd = 30.0 + 80.0 * wild[1] * (chance[1] < 0.2), 0.7 + 4.0 * wild[2] * (chance[1] < 0.2)
        if chance[2] < 0.01:
            values = (position, kp, kd)[rng.integers(3)]
            values[rng.integers(12)] = rng.choice([np.nan, np.inf, -np.inf, 1e300, -1e308, 1e-310])
        elif chance[2] < 0.015:
            stamp += round(rng.choice([-10.0, -0.6, -0.01, 0.5, 10.0]) * NANO)
        elif chance[2] < 0.017:
            names = names[::-1]
        elif chance[2] < 0.019:
            position = position[:7]
        self.controller.take_proposal(LegCommandSample(stamp, names, position, kp, kd), *self.now)


@pytest.fixture(scope='session')
def leg_play(legs, leg_make):
    """Start a run."""

    def start(seed):
        rig = legs(
            stand__duration=0.3,
            blend__duration=0.2,
            sit__duration=0.2,
            sit__settle=0.05,
            stand__tolerance=0.6,
            joints__tracking_error=1.5,
            joints__runaway_velocity=70.0,
            joints__position_tolerance=1.0,
            hold__time=0.15,
        )
        return Play(rig, leg_make, seed)

    return start


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_s9_no_short_sequence_of_events_breaks_a_limit_of_the_legs(leg_play, seed):
    leg_play(seed).run(80)


@pytest.mark.parametrize('seed', [11, 12])
def test_s9_no_long_sequence_of_events_breaks_a_limit_of_the_legs(leg_play, seed):
    run = leg_play(seed).run(SOME // 2)
    counters = run.controller.counters.snapshot()
    # a run in which the robot lay, or met few faults, would prove nothing
    assert run.followed > SOME // 2 // 5, (run.followed, counters)
    assert run.oracle.stiff > SOME // 2 // 4
    assert run.controller.epoch > 50
    assert len(counters) > 25, counters


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize('seed', [21, 22])
def test_s9_a_million_events_break_no_limit_of_the_legs(leg_play, seed):
    leg_play(seed).run(MANY // 2)
