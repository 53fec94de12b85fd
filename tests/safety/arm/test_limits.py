"""S8, S9, S15: position, velocity, acceleration and jerk of every joint, and the profiled stop."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.safety.arm_follower import JointFollower, JointMotion, Stop
from policy_nodes.safety.arm_limits import JointLimits

EPS = 1e-6
LIMITS = JointLimits.of(
    ['a', 'b', 'c'],
    lower=[-2.0, 0.1, -3.0],
    upper=[2.0, 1.5, -0.5],
    velocity=[2.0, 0.5, 3.0],
    acceleration=[10.0, 2.0, 30.0],
    jerk=[1000.0, 20.0, 300.0],
)
MIDDLE = 0.5 * (LIMITS.lower + LIMITS.upper)


def follower_at(position):
    follower = JointFollower(LIMITS)
    follower.seed(np.array(position, dtype=np.float64))
    return follower


def moving_target(position, velocity=0.0, acceleration=0.0):
    ones = np.ones(3)
    return JointMotion(ones * position, ones * velocity, ones * acceleration)


def take(follower, step, dt):
    """Commit a step and check it against the one before it."""
    before = follower.motion
    follower.commit(step)
    after = follower.motion
    assert (after.position >= LIMITS.lower - EPS).all()
    assert (after.position <= LIMITS.upper + EPS).all()
    assert (np.abs(after.velocity) <= LIMITS.velocity + EPS).all()
    assert (np.abs(after.acceleration) <= LIMITS.acceleration + EPS).all()
    assert (np.abs(after.position - before.position) <= LIMITS.velocity * dt + EPS).all()
    assert (np.abs(after.velocity - before.velocity) <= LIMITS.acceleration * dt + EPS).all()
    assert (np.abs(after.acceleration - before.acceleration) <= LIMITS.jerk * dt + EPS).all()


@pytest.mark.parametrize('side', [-1.0, 1.0])
@pytest.mark.parametrize('dt', [0.001, 0.01, 0.05])
def test_s8_a_ramp_into_each_bound_at_full_speed_never_goes_beyond(side, dt):
    follower = follower_at(MIDDLE)
    bound = LIMITS.upper if side > 0 else LIMITS.lower
    goal = follower.motion.position.copy()
    for _ in range(int(8.0 / dt)):
        goal = goal + side * LIMITS.velocity * dt
        target = JointMotion(goal, side * LIMITS.velocity, np.zeros(3))
        take(follower, follower.step_to(target, dt), dt)
    assert follower.motion.position == pytest.approx(bound, abs=1e-6)
    assert follower.motion.velocity == pytest.approx(np.zeros(3), abs=1e-6)


def test_s8_speed_shrinks_near_a_bound_so_that_the_joint_can_still_stop():
    follower = follower_at(MIDDLE)
    dt, seen = 0.005, []
    for _ in range(800):
        take(follower, follower.step_to(moving_target(9.0, 9.0), dt), dt)
        room = LIMITS.upper - follower.motion.position
        seen.append((room.copy(), follower.motion.velocity.copy()))
    for room, velocity in seen:
        assert (velocity**2 / (2.0 * LIMITS.acceleration) <= room + EPS).all()
    assert max(velocity[0] for _, velocity in seen) == pytest.approx(LIMITS.velocity[0])


@pytest.mark.parametrize('dt', [0.001, 0.004, 0.02])
def test_s9_alternating_steps_of_the_target_keep_acceleration_and_jerk(dt):
    follower = follower_at(MIDDLE)
    for tick in range(600):
        sign = 1.0 if tick // 7 % 2 else -1.0
        target = JointMotion(
            MIDDLE + sign * 5.0, sign * 10 * LIMITS.velocity, sign * 10 * LIMITS.acceleration
        )
        take(follower, follower.step_to(target, dt), dt)


def test_s9_a_target_within_all_limits_is_reached_exactly_and_then_followed():
    follower = follower_at(MIDDLE)
    dt, worst = 0.004, 0.0
    for tick in range(1500):
        time = tick * dt
        swing = 0.2 * np.sin(1.2 * time)
        target = JointMotion(
            MIDDLE + swing,
            np.full(3, 0.24 * np.cos(1.2 * time)),
            np.full(3, -0.288 * np.sin(1.2 * time)),
        )
        take(follower, follower.step_to(target, dt), dt)
        if time > 2.0:
            worst = max(worst, np.abs(follower.motion.position - target.position).max())
    assert worst < 1e-9


def test_s9_a_target_that_begins_to_move_is_caught_without_a_run_up():
    follower = follower_at(MIDDLE)
    dt = 0.004
    for tick in range(1, 400):
        target = JointMotion(MIDDLE + 0.3 * tick * dt, np.full(3, 0.3), np.zeros(3))
        take(follower, follower.step_to(target, dt), dt)
        assert (follower.motion.velocity >= 0).all()
    assert follower.motion.position == pytest.approx(target.position, abs=1e-9)


def test_s15_the_stop_keeps_the_limits_and_ends_in_exact_rest():
    follower = follower_at(MIDDLE)
    dt = 0.003
    for _ in range(60):
        take(follower, follower.step_to(moving_target(1.4, 1.0), dt), dt)
    assert np.abs(follower.motion.velocity).max() > 0.5
    bound = follower.standing().stop.duration
    for _ in range(int(bound / dt) + 2):
        take(follower, follower.braked(dt), dt)
    assert follower.motion.resting
    place = follower.motion.position
    take(follower, follower.braked(1.0), 1.0)
    assert (follower.motion.position == place).all()


def test_s15_a_stop_may_be_left_on_the_way_and_taken_again():
    follower = follower_at(MIDDLE)
    rng = np.random.default_rng(3)
    for _ in range(2000):
        dt = float(rng.choice([0.001, 0.004, 0.01]))
        target = moving_target(rng.uniform(-4, 4), rng.uniform(-4, 4), rng.uniform(-9, 9))
        brake = rng.random() < 0.5
        take(follower, follower.braked(dt) if brake else follower.step_to(target, dt), dt)


@pytest.mark.parametrize('bad', [np.nan, np.inf, -np.inf])
def test_a_target_that_is_not_finite_makes_the_joints_brake(bad):
    follower = follower_at(MIDDLE)
    for _ in range(300):
        take(follower, follower.step_to(moving_target(bad, bad), 0.004), 0.004)
    assert np.isfinite(follower.motion.position).all()
    take(follower, follower.braked(5.0), 5.0)
    assert follower.motion.resting


def test_a_joint_that_stands_outside_of_its_limits_may_only_move_inward():
    follower = follower_at([2.2, 0.5, -1.0])
    dt = 0.004
    for _ in range(100):
        follower.commit(follower.step_to(moving_target(9.0, 1.0), dt))
        assert follower.motion.position[0] <= 2.2 + EPS
    seen = []
    for _ in range(200):
        follower.commit(follower.step_to(moving_target(1.0), dt))
        seen.append(follower.motion.position[0])
    assert all(np.diff(seen) <= EPS)
    for _ in range(300):
        follower.commit(follower.step_to(moving_target(9.0, 1.0), dt))
    assert follower.motion.position[0] == pytest.approx(2.0, abs=1e-6)


@settings(max_examples=200, deadline=None)
@given(
    velocity=st.floats(-1, 1),
    acceleration=st.floats(-1, 1),
    position=st.floats(-1, 1),
)
def test_the_extent_of_a_stop_is_what_its_samples_span(velocity, acceleration, position):
    start = JointMotion(
        np.full(3, position), velocity * LIMITS.velocity, acceleration * LIMITS.acceleration
    )
    stop = Stop(start, LIMITS)
    low, high = stop.extent
    times = np.linspace(0.0, stop.duration, 400)
    spanned = np.array([stop.at(time).position for time in times])
    assert (spanned >= low - EPS).all()
    assert (spanned <= high + EPS).all()
    assert spanned.min(0) == pytest.approx(low, abs=1e-3)
    assert spanned.max(0) == pytest.approx(high, abs=1e-3)


@settings(max_examples=100, deadline=None)
@given(speed=st.floats(0, 1))
def test_the_braking_distance_is_no_shorter_than_the_stop(speed):
    start = JointMotion(np.zeros(3), speed * LIMITS.velocity, np.zeros(3))
    end = Stop(start, LIMITS).at(100.0).position
    assert (end <= LIMITS.braking_distance(start.velocity) + EPS).all()


@pytest.mark.parametrize(
    ('changes', 'word'),
    [
        ({'lower': [3.0, 0.1, -3.0]}, 'lower is not below upper for a'),
        ({'velocity': [1.0, 0.0, 1.0]}, 'velocity of b'),
        ({'jerk': [1.0, 1.0, np.inf]}, 'jerk of c'),
        ({'acceleration': [1.0]}, 'acceleration has shape'),
    ],
)
def test_limits_that_make_no_sense_are_refused_by_name(changes, word):
    values = {
        name: getattr(LIMITS, name)
        for name in ('lower', 'upper', 'velocity', 'acceleration', 'jerk')
    }
    with pytest.raises(ValueError, match=word):
        JointLimits.of(LIMITS.names, **(values | changes))
