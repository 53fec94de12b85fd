"""Follows a target with the joints of an arm, and never without a way to stop.

With every state it takes it keeps the stop from there: the trajectory to rest that keeps
acceleration and jerk. A new state is offered together with its own stop, so whoever checks it
(position limits here, space and shape in `arm_guard`) sees where the arm would come to rest. If
it is refused, the stop that was checked before is followed instead; so nothing has to be computed,
and nothing can fail, in the moment of braking. Trajectories: ruckig (Berscheid and Kroeger,
Jerk-limited Real-time Trajectory Generation with Arbitrary Target States, RSS 2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from ruckig import (
    ControlInterface,
    InputParameter,
    Result,
    Ruckig,
    RuckigError,
    Synchronization,
    Trajectory,
)

from policy_nodes.safety.arm_limits import JointLimits

Floats = NDArray[np.float64]

EPS = 1e-9
FRAME = 0.98  # greatest speed of a frame that moves with a target, as a share of the limit


@dataclass(frozen=True)
class JointMotion:
    """Position, velocity and acceleration of the joints at one time, each (n,)."""

    position: Floats
    velocity: Floats
    acceleration: Floats

    @classmethod
    def at_rest(cls, position: Floats) -> JointMotion:
        """Stand at a position (n,)."""
        still = np.zeros_like(position)
        return cls(position.copy(), still, still)

    def where(self, chosen: NDArray[np.bool_], other: JointMotion) -> JointMotion:
        """Take the chosen (n,) joints from another motion."""
        return JointMotion(
            np.where(chosen, other.position, self.position),
            np.where(chosen, other.velocity, self.velocity),
            np.where(chosen, other.acceleration, self.acceleration),
        )

    @property
    def resting(self) -> bool:
        """Whether nothing moves."""
        return not (self.velocity.any() or self.acceleration.any())


class Stop:
    """The trajectory to rest from one motion."""

    def __init__(self, start: JointMotion, limits: JointLimits) -> None:
        """Plan it.

        Raises:
            RuntimeError: the motion is not finite.
        """
        rest = JointMotion.at_rest(start.position)
        wanted = _question(start, limits, -limits.velocity, limits.velocity, rest)
        wanted.control_interface = ControlInterface.Velocity
        trajectory = _plan(wanted)
        if trajectory is None:
            raise RuntimeError(f'no stop from {start}; the state of the follower is damaged')
        self._trajectory = trajectory
        self._start = start
        self._jerk = limits.jerk
        self.duration: float = trajectory.duration

    def at(self, time: float) -> JointMotion:
        """The motion after a time [s]; exact rest from the end on."""
        position, velocity, acceleration = self._trajectory.at_time(min(time, self.duration))
        if time >= self.duration:
            return JointMotion.at_rest(np.array(position))
        return JointMotion(np.array(position), np.array(velocity), np.array(acceleration))

    def positions(self, times: Floats) -> Floats:
        """Positions (k, n) after times (k,) [s], none of them after the end."""
        return np.array([self._trajectory.at_time(time)[0] for time in times])

    @cached_property
    def extent(self) -> tuple[Floats, Floats]:
        """Least and greatest position of each joint on the way (n,), (n,)."""
        start, end = self._start, self.at(self.duration).position
        turned = _turning_point(start, self._jerk)
        places = np.stack((start.position, end, turned))
        return places.min(axis=0), places.max(axis=0)


def _turning_point(start: JointMotion, jerk: Floats) -> Floats:
    """Where a joint (n,) turns round on the way to rest; its start if it does not.

    It does where its acceleration carries it across zero speed before it can be taken back. (The
    extrema that ruckig reports for this kind of trajectory were found to be wrong.)
    """
    carried = start.velocity + 0.5 * start.acceleration * np.abs(start.acceleration) / jerk
    way = np.sign(carried)
    speed, gain = way * start.velocity, way * start.acceleration
    turns = speed < 0
    if not turns.any():
        return start.position
    root = np.sqrt(np.maximum(gain**2 + 2.0 * jerk * speed, 0.0))
    time = np.where(turns, (gain - root) / jerk, 0.0)
    return start.position + way * time * (speed + time * (gain / 2.0 - time * jerk / 6.0))


@dataclass(frozen=True)
class Step:
    """A state that may be taken next.

    Attributes:
        motion: the state.
        stop: a stop that leads through it.
        spent: time on that stop at which the state lies [s]; 0 if the stop begins there.
        held: (n,) joints that brake because their limit is near.
    """

    motion: JointMotion
    stop: Stop
    spent: float
    held: NDArray[np.bool_]

    def ahead(self, samples: int) -> Floats:
        """Positions (samples, n) on the way from this state to rest, both included."""
        end = self.stop.duration
        times = np.linspace(min(self.spent, end), end, samples)
        return self.stop.positions(times)


class JointFollower:
    """Holds the commanded motion of n joints."""

    def __init__(self, limits: JointLimits) -> None:
        """Stand in the middle of the limits until seeded."""
        self.limits = limits
        self._none = np.zeros(len(limits.names), dtype=bool)
        self.seed(0.5 * (limits.lower + limits.upper))

    def seed(self, position: Floats) -> None:
        """Stand at a position (n,), as measured.

        A joint that stands outside its limits may stay there or move inward, never further out.
        """
        self._lower = np.minimum(self.limits.lower, position)
        self._upper = np.maximum(self.limits.upper, position)
        motion = JointMotion.at_rest(position)
        self.commit(Step(motion, Stop(motion, self.limits), 0.0, self._none))

    def commit(self, step: Step) -> None:
        """Take a step that was offered."""
        self.motion, self._stop, self._spent = step.motion, step.stop, step.spent
        low, high = step.stop.extent
        self._lower = np.maximum(self._lower, np.minimum(self.limits.lower, low))
        self._upper = np.minimum(self._upper, np.maximum(self.limits.upper, high))

    def standing(self) -> Step:
        """The state as it is, with its stop."""
        return Step(self.motion, self._stop, self._spent, self._none)

    def braked(self, dt: float) -> Step:
        """Offer the state after braking for dt [s]; it was checked before."""
        spent = self._spent + max(dt, 0.0)
        return Step(self._stop.at(spent), self._stop, spent, self._none)

    def step_to(self, target: JointMotion, dt: float, share: float = 1.0) -> Step:
        """Offer the state after dt [s] > 0 on the way to a target that moves.

        Args:
            target: where to be after dt; what no limit permits is brought inside.
            dt: time of the step [s].
            share: of the velocity limits that may be used, above 0.
        """
        braked = self.braked(dt)
        motion = self._toward(target, dt, share, braked.motion)
        stop = Stop(motion, self.limits)
        low, high = stop.extent
        far = (low < self._lower - EPS) | (high > self._upper + EPS)
        if far.any():
            motion = motion.where(far, braked.motion)
            stop = Stop(motion, self.limits)
        return Step(motion, stop, 0.0, far)

    def _toward(
        self, target: JointMotion, dt: float, share: float, braked: JointMotion
    ) -> JointMotion:
        """The motion after dt; joints for which no way is found brake."""
        most = self.limits.velocity * share
        aim = self._attainable(target, most)
        now = self.motion
        way = _plan(_question(now, self.limits, -most, most, aim))
        if way is not None:
            there = np.array(way.independent_min_durations) <= dt
            if there.all():
                return aim
        else:
            there = self._none
        # Who cannot be there in time catches up in a frame that moves with the target. Aimed at
        # its place of now with its speed of now a joint would first take a run-up, backward.
        frame = np.clip(aim.velocity, -FRAME * most, FRAME * most)
        start = JointMotion(
            now.position - aim.position + frame * dt, now.velocity - frame, now.acceleration
        )
        rest = JointMotion(np.zeros_like(frame), np.zeros_like(frame), aim.acceleration)
        way = _plan(_question(start, self.limits, -most - frame, most - frame, rest))
        if way is None:
            return braked.where(there, aim)
        position, velocity, acceleration = (np.array(values) for values in way.at_time(dt))
        early = np.array(way.independent_min_durations) <= dt
        met = JointMotion(position, velocity, acceleration).where(early, rest)
        moved = JointMotion(met.position + aim.position, met.velocity + frame, met.acceleration)
        return moved.where(there, aim)

    def _attainable(self, target: JointMotion, most: Floats) -> JointMotion:
        """Bring a target inside of the limits, and to rest where it could not stop in them."""
        limits = self.limits
        position = np.clip(target.position, self._lower, self._upper)
        velocity = np.clip(target.velocity, -most, most)
        acceleration = np.clip(target.acceleration, -limits.acceleration, limits.acceleration)
        # speed that is gained while the acceleration is taken back
        gained = 0.5 * acceleration**2 / limits.jerk
        acceleration = np.where(np.abs(velocity) + gained > most, 0.0, acceleration)
        way = limits.braking_distance(np.abs(velocity) + gained)
        close = np.where(velocity > 0, self._upper - position, position - self._lower) < way
        rest = close | (position != target.position)
        return JointMotion(
            position, np.where(rest, 0.0, velocity), np.where(rest, 0.0, acceleration)
        )


def _question(
    start: JointMotion, limits: JointLimits, slowest: Floats, fastest: Floats, aim: JointMotion
) -> InputParameter:
    wanted = InputParameter(len(limits.names))
    wanted.synchronization = Synchronization.No
    wanted.min_velocity = slowest
    wanted.max_velocity = fastest
    wanted.max_acceleration = limits.acceleration
    wanted.max_jerk = limits.jerk
    wanted.current_position = start.position
    wanted.current_velocity = start.velocity
    wanted.current_acceleration = start.acceleration
    wanted.target_position = aim.position
    wanted.target_velocity = aim.velocity
    wanted.target_acceleration = aim.acceleration
    return wanted


def _plan(wanted: InputParameter) -> Trajectory | None:
    trajectory = Trajectory(wanted.degrees_of_freedom)
    try:
        result = Ruckig(wanted.degrees_of_freedom).calculate(wanted, trajectory)
    except RuckigError:
        return None
    return trajectory if result in (Result.Working, Result.Finished) else None
