"""S9 and S11: velocity, acceleration and jerk by measured time; direction kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.safety.ladder import Level
from policy_nodes.safety.limits import AxisLimits, RateLimiter

EPS = 1e-9


def limits_of(axes=2, jerk=20.0):
    return AxisLimits.of(
        [f'axis_{i}' for i in range(axes)],
        lower=[-0.5] * axes,
        upper=[0.6] * axes,
        acceleration=[0.9] * axes,
        deceleration=[1.2] * axes,
        jerk=[jerk] * axes,
    )


def breaks(limits, before, rise, after, dt):
    """Judge one step by the definitions, without the limiter: words, or nothing.

    Falling speed takes |change| / deceleration, rising speed |change| / acceleration; what both
    take together must fit into the step. Rising may not set in faster than jerk allows.
    """
    for axis, (a, b) in enumerate(zip(before, after, strict=True)):
        if not limits.lower[axis] - EPS <= b <= limits.upper[axis] + EPS:
            return f'axis {axis}: velocity {b}'
        turns = a * b < 0
        falls = abs(a) if turns else max(abs(a) - abs(b), 0.0)
        rises = abs(b) if turns else max(abs(b) - abs(a), 0.0)
        needs = falls / limits.deceleration[axis] + rises / limits.acceleration[axis]
        if needs > dt + 1e-6:
            return f'axis {axis}: {a} to {b} needs {needs} s, has {dt} s'
        begun = 0.0 if turns else rise[axis]
        if rises / dt > begun + limits.jerk[axis] * dt + 1e-6:
            return f'axis {axis}: acceleration {rises / dt} after {begun}'
    return ''


def rise_of(before, after, dt):
    gained = np.where(before * after >= 0, np.abs(after) - np.abs(before), np.abs(after))
    return np.maximum(gained, 0.0) / dt


class TestLimits:
    def test_nothing_is_changed_within_the_limits(self):
        limiter = RateLimiter(limits_of())
        step = limiter.step(np.array([0.05, -0.03]), 0.1)
        assert step.values.tolist() == [0.05, -0.03]
        assert step.findings == ()

    def test_s11_an_over_limit_diagonal_keeps_its_direction(self):
        limiter = RateLimiter(limits_of())
        values = limiter.limit_velocity(np.array([1.2, 0.6])).values
        assert values.tolist() == pytest.approx([0.6, 0.3])

    def test_s11_the_start_keeps_the_curvature_of_the_path(self):
        limiter = RateLimiter(limits_of(jerk=1e6))
        values = limiter.step(np.array([0.5, 0.25]), 0.1).values
        assert values[0] == pytest.approx(0.09)
        assert values[1] == pytest.approx(0.045)

    def test_s11_a_huge_finite_proposal_is_scaled_and_not_spoiled(self):
        limiter = RateLimiter(limits_of())
        values = limiter.limit_velocity(np.array([1e308, -1e308])).values
        assert np.isfinite(values).all()
        assert values.tolist() == pytest.approx([0.5, -0.5])

    def test_an_axis_that_may_not_go_back_does_not_hold_the_other_up(self):
        limits = AxisLimits.of(
            ['v', 'w'],
            lower=[0.0, -1.0],
            upper=[0.5, 1.0],
            acceleration=[1, 5],
            deceleration=[1, 5],
            jerk=[99, 99],
        )
        values = RateLimiter(limits).limit_velocity(np.array([-0.3, 0.8])).values
        assert values.tolist() == [0.0, 0.8]

    def test_s9_a_step_command_is_followed_no_faster_than_acceleration_and_jerk_allow(self):
        limits = limits_of(axes=1, jerk=5.0)
        limiter = RateLimiter(limits)
        speeds = [0.0]
        for _ in range(20):
            step = limiter.step(np.array([0.6]), 0.1)
            limiter.commit(step.values, 0.1)
            speeds.append(float(step.values[0]))
        gains = np.diff(speeds)
        assert gains[0] == pytest.approx(0.05)
        assert gains.max() == pytest.approx(0.09)
        assert speeds[-1] == pytest.approx(0.6)

    def test_s9_braking_is_never_delayed_by_jerk(self):
        limiter = RateLimiter(limits_of(axes=1, jerk=0.5))
        limiter.values = np.array([0.5])
        assert limiter.step(np.array([0.0]), 0.1).values[0] == pytest.approx(0.38)

    def test_s9_which_limit_binds_is_said_and_on_which_axis(self):
        limiter = RateLimiter(limits_of(jerk=1.0))
        codes = {
            (f.reason.code, f.source) for f in limiter.step(np.array([0.9, 0.0]), 0.1).findings
        }
        assert codes == {('velocity_limit', 'axis_0'), ('jerk_limit', 'axis_0')}
        limiter.values = np.array([0.5, 0.0])
        codes = {f.reason.code for f in limiter.step(np.array([0.0, 0.0]), 0.1).findings}
        assert codes == {'acceleration_limit'}

    @pytest.mark.parametrize(
        ('name', 'value'),
        [
            ('upper', np.nan),
            ('upper', np.inf),
            ('upper', -0.1),
            ('lower', 0.1),
            ('acceleration', 0.0),
            ('deceleration', -1.0),
            ('jerk', np.inf),
        ],
    )
    def test_limits_that_make_no_sense_are_refused_with_their_axis(self, name, value):
        given_limits = {
            'lower': [-1.0, -1.0],
            'upper': [1.0, 1.0],
            'acceleration': [1.0, 1.0],
            'deceleration': [1.0, 1.0],
            'jerk': [1.0, 1.0],
        }
        given_limits[name] = [1.0 if name != 'lower' else -1.0, value]
        with pytest.raises(ValueError, match=f'{name} of w'):
            AxisLimits.of(['v', 'w'], **given_limits)


speeds = st.floats(-2.0, 2.0, allow_nan=False)
waits = st.floats(1e-4, 0.5)


class TestProperties:
    @settings(max_examples=300, deadline=None)
    @given(st.lists(st.tuples(speeds, speeds, waits), min_size=1, max_size=30))
    def test_s9_no_sequence_of_targets_and_time_steps_breaks_a_limit(self, sequence):
        limits = limits_of()
        limiter = RateLimiter(limits)
        before, rise = np.zeros(2), np.zeros(2)
        for v, w, dt in sequence:
            values = limiter.step(np.array([v, w]), dt).values
            assert breaks(limits, before, rise, values, dt) == ''
            limiter.commit(values, dt)
            before, rise = values, rise_of(before, values, dt)

    @settings(max_examples=300, deadline=None)
    @given(st.lists(st.tuples(speeds, speeds, waits), min_size=1, max_size=30))
    def test_s11_the_output_never_overshoots_between_the_last_value_and_the_target(self, sequence):
        limiter = RateLimiter(limits_of())
        for v, w, dt in sequence:
            target = limiter.limit_velocity(np.array([v, w])).values
            before = limiter.values
            values = limiter.step(target, dt).values
            # shrinking by one ratio may lower an axis that the target alone would keep
            low = np.minimum(np.minimum(before, target), 0.0) - EPS
            high = np.maximum(np.maximum(before, target), 0.0) + EPS
            assert (low <= values).all()
            assert (values <= high).all()
            limiter.commit(values, dt)

    @pytest.mark.parametrize('axes', [1, 7, 12])
    def test_s9_no_long_run_of_random_targets_breaks_a_limit(self, axes):
        """Alternating extremes, jittered time steps and long runs, for a base, an arm, legs."""
        rng = np.random.default_rng(axes)
        limits = limits_of(axes)
        limiter = RateLimiter(limits)
        before, rise = np.zeros(axes), np.zeros(axes)
        for _ in range(20_000 // axes):
            kind = rng.integers(3)
            target = rng.uniform(-1.5, 1.5, axes) if kind else rng.choice([-9.0, 9.0], axes)
            dt = float(rng.choice([1e-3, 0.02, 0.1, 0.11, 0.4]))
            values = limiter.step(target, dt).values
            assert breaks(limits, before, rise, values, dt) == ''
            limiter.commit(values, dt)
            before, rise = values, rise_of(before, values, dt)


class TestInTheController:
    def test_s9_a_time_step_that_is_not_positive_is_refused(self, bench):
        rig = bench().start()
        rig.drive(0.2)
        decision = rig.propose(0.5)
        assert decision.reasons == ('proposal_repeated',)
        assert decision.level is Level.HOLD

    def test_s9_a_time_step_of_five_seconds_is_treated_as_stale(self, bench):
        rig = bench().start()
        rig.drive(0.2)
        decision = rig.tick(0.5, dt=5.0)
        assert 'proposal_gap' in decision.reasons
        assert decision.level >= Level.HOLD
        assert rig.sent()[0] < 0.2

    def test_s9_alternating_full_speed_is_followed_within_acceleration(self, bench):
        rig = bench().start()
        for step in range(60):
            rig.tick(0.5 if step % 2 else -0.5, 1.0 if step % 2 else -1.0)
        for (t0, v0, w0), (t1, v1, w1) in zip(rig.commands, rig.commands[1:], strict=False):
            assert abs(v1 - v0) <= 1.0 * (t1 - t0) + EPS
            assert abs(w1 - w0) <= 5.0 * (t1 - t0) + EPS

    def test_s11_a_limited_twist_keeps_its_curvature_and_says_so(self, bench):
        rig = bench().start()
        rig.tick(1.0, 0.5)
        decision = rig.tick(1.0, 0.5)
        v, w = rig.sent()
        assert w / v == pytest.approx(0.5)
        assert decision.level is Level.LIMITED
        assert set(decision.reasons) == {'velocity_limit', 'acceleration_limit'}
        assert decision.scale == pytest.approx(v / 1.0)
