"""For any sequence of chunks, states, faults and time steps no limit of an arm is broken.

A seeded generator plays policy, sensors, operators and clocks, all of them at their worst; an
oracle that knows only the limits and the times judges what goes out.
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.contract.samples import ActionChunkSample, DistanceSample, JointStateSample
from policy_nodes.safety.ladder import Level

SOME, MANY = 100_000, 1_000_000
NANO = 1_000_000_000
EPS = 1e-6
LONGEST = 0.05  # tick.max_step of the file
STEPS = np.array([0.0, 0.0005, 0.001, 0.004, 0.004, 0.004, 0.004, 0.0099, 0.03, 0.08])
NEAR = np.array([0.1, 0.3, 2.0, 2.0, 2.0, np.inf, np.nan])
NAMES = tuple(f'panda_joint{number}' for number in range(1, 8))


class Oracle:
    """Knows the limits of the file and what went out."""

    def __init__(self, values, box):
        def read(word):
            return np.array([values[f'limits.{name}.{word}'] for name in NAMES])

        self.lower, self.upper = read('lower'), read('upper')
        self.velocity, self.acceleration = read('velocity'), read('acceleration')
        self.jerk = read('jerk')
        self.box = box
        self.last = None
        self.since = -math.inf
        self.depth = -math.inf

    def judge(self, decision, steady_s, *, depth):
        joints = decision.command
        if joints is None:
            return
        values = (joints.position, joints.velocity, joints.acceleration)
        assert all(np.isfinite(value).all() for value in values)
        assert (joints.position >= self.lower - EPS).all()
        assert (joints.position <= self.upper + EPS).all()
        assert (np.abs(joints.velocity) <= self.velocity + EPS).all()
        assert (np.abs(joints.acceleration) <= self.acceleration + EPS).all()
        if self.last is not None:
            dt = min(max(steady_s - self.since, 0.0), LONGEST)
            for now, before, rate in (
                (joints.position, self.last.position, self.velocity),
                (joints.velocity, self.last.velocity, self.acceleration),
                (joints.acceleration, self.last.acceleration, self.jerk),
            ):
                assert (np.abs(now - before) <= rate * dt + EPS).all()
        if decision.level is Level.STOPPED:
            assert not joints.velocity.any()
        if self.box:
            # outside of the box the tool only comes back
            assert depth >= min(0.005, self.depth) - 1e-6
            self.depth = depth
        self.last, self.since = joints, steady_s

    def begin_again(self, position):
        """Take the place to which a reset seeds the command."""
        self.last = None
        self.depth = -math.inf
        assert (position >= self.lower).all()


class Play:
    """One run; every choice comes from one seeded generator."""

    def __init__(self, rig, make, seed, *, space):
        self.controller, self.rng = rig.controller, np.random.default_rng(seed)
        self.home = make.home
        self.now_ns, self.steady_s = 100 * NANO, 7.0
        self.oracle = Oracle(make.values, space)
        self.space = space
        self.sent = make.home.copy()
        self.speed = np.zeros(7)
        self.sequence = 0
        self.admitted = False
        self.moved = 0
        self.ticks = 0
        self.controller.activate(self.now_ns, self.steady_s)

    def run(self, steps):
        for _ in range(steps):
            self.step()
        return self

    def step(self):
        rng, controller = self.rng, self.controller
        dt = float(STEPS[rng.integers(len(STEPS))])
        self.steady_s += dt
        self.now_ns += round(dt * NANO)
        event = rng.integers(4000)
        if event == 0:
            self.now_ns += round(rng.choice([-10.0, 10.0]) * NANO)
        if rng.random() < 0.97:
            self.sense()
        if event in (1, 2, 3):
            controller.take_stop_signal('button', event != 3, self.now_ns, self.steady_s)
        if event == 4:
            controller.take_rivals(['other'], self.now_ns, self.steady_s)
        if event < 20 or (controller.latch.latched and event < 600):
            self.reset()
        if event % 8 == 0 or (controller.plan.empty and event % 2):
            self.propose()
        decision = controller.tick(self.now_ns, self.steady_s)
        self.ticks += 1
        depth = 0.0
        if self.space and decision.command is not None:
            figures = controller.guard.figures(decision.command.position[None])
            depth = float(figures['workspace'][0])
        self.oracle.judge(decision, self.steady_s, depth=depth)
        if decision.command is not None:
            went = decision.command.position != self.sent
            if went.any():
                assert self.admitted
            self.sent, self.speed = decision.command.position, decision.command.velocity
            self.moved += bool(went.any())

    def sense(self):
        rng = self.rng
        position, velocity = self.sent + rng.normal(0.0, 1e-3, 7), self.speed.copy()
        fault = rng.integers(600)
        if fault == 0:
            position = position + 0.2
        elif fault == 1:
            velocity[3] = rng.choice([np.nan, np.inf])
        elif fault == 2:
            position = position[:5]
        state = JointStateSample(self.now_ns, NAMES, position, velocity)
        self.controller.take_state(state, self.now_ns, self.steady_s)
        if rng.random() < 0.3:
            near = float(NEAR[rng.integers(len(NEAR))])
            sample = DistanceSample(self.now_ns, near)
            self.controller.take_distance(sample, self.now_ns, self.steady_s)

    def reset(self):
        controller = self.controller
        controller.take_stop_signal('button', False, self.now_ns, self.steady_s)
        controller.take_rivals([], self.now_ns, self.steady_s)
        self.speed = np.zeros(7)
        epoch = controller.epoch
        # what is measured now is where a reset begins
        self.now_ns += 1
        position = np.clip(self.sent, self.oracle.lower, self.oracle.upper)
        state = JointStateSample(self.now_ns, NAMES, position, np.zeros(7))
        controller.take_state(state, self.now_ns, self.steady_s)
        if controller.reset('play', self.now_ns, self.steady_s).epoch != epoch:
            assert not controller.follower.motion.velocity.any()
            self.admitted = False
            self.oracle.begin_again(controller.follower.motion.position)

    def propose(self):
        rng = self.rng
        rows = int(rng.choice([1, 2, 8, 25]))
        wild = rng.choice([0.0, 0.05, 1.0, 4.0])
        away = rng.choice([-1.0, 1.0], 7) * wild * rng.random(7)
        if rng.random() < 0.2:
            away = self.home - self.sent
        values = self.sent + np.linspace(0.0, 1.0, rows)[:, None] * away
        values = values + rng.choice([0.0, 0.0, 1e-3, 0.02]) * rng.normal(size=values.shape)
        stamp, sequence, epoch = self.now_ns, self.sequence, self.controller.epoch
        names, dt = NAMES, float(rng.choice([0.01, 0.04, 0.1]))
        fault = rng.integers(60)
        if fault == 0:
            values[rng.integers(rows), 2] = rng.choice([np.nan, np.inf, 1e300, -1e300])
        elif fault == 1:
            stamp += round(rng.choice([-10.0, -1.0, -0.1, 0.5, 10.0]) * NANO)
        elif fault == 2:
            sequence -= 1
        elif fault == 3:
            epoch += rng.choice([-1, 1])
        elif fault == 4:
            names = NAMES[::-1]
        elif fault == 5:
            dt = float(rng.choice([0.0, np.nan, 9.0]))
        self.sequence += 1
        chunk = ActionChunkSample(stamp, int(epoch), sequence, 'position', names, dt, rows, values)
        if self.controller.take_chunk(chunk, self.now_ns, self.steady_s) is None:
            self.admitted = True


@pytest.fixture(scope='session')
def play(bench, panda, make):
    """Start a run, with all that space and shape forbid or with the joints alone."""

    def start(seed, *, space):
        changes = {'stop__require_neutral': False, 'distance__enabled': True}
        rig = panda(**changes) if space else bench(**changes)
        return Play(rig, make, seed, space=space)

    return start


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), space=st.booleans())
def test_s9_no_short_sequence_of_events_breaks_a_limit(play, seed, space):
    play(seed, space=space).run(150)


@pytest.mark.parametrize(('space', 'share'), [(False, 0.9), (True, 0.1)])
def test_s9_no_long_sequence_of_events_breaks_a_limit(play, space, share):
    run = play(11, space=space).run(int(SOME * share))
    counters = run.controller.counters.snapshot()
    # a run in which the arm stood, or met few faults, would prove nothing
    assert run.moved > run.ticks // 10, run.moved
    assert len(counters) > 15, counters


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize('space', [False, True])
def test_s9_a_million_events_break_no_limit(play, space):
    play(23, space=space).run(MANY // 2)
