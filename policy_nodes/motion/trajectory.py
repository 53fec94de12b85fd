"""When an arm is where on its way: every joint within velocity, acceleration and jerk.

A way is a row of smooth curves, each from rest to rest. Along each curve the arm goes by one
jerk-limited profile of the way's own parameter (ruckig: Berscheid and Kroeger, Jerk-limited
Real-time Trajectory Generation with Arbitrary Target States, RSS 2021), slow enough for the
joint that has least room anywhere on the curve. One curve may begin before the one before it
has ended: motions then add up, and the corner between them is rounded without a stop.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from ruckig import InputParameter, Result, Ruckig
from ruckig import Trajectory as Profile
from scipy.interpolate import CubicSpline

from policy_nodes.motion.limits import MotionLimits

Floats = NDArray[np.float64]

SAMPLES = 5  # looks at a span of a curve
BEND = 0.5  # share of acceleration and of jerk that bends may take
USED = 0.999  # share of the limits, for rounding
NOTHING = 1e-9  # [rad]


class TimedCurve:
    """A curve through configurations, from rest to rest.

    Attributes:
        first: (n,) configuration [rad].
        last: (n,) configuration [rad].
        duration: [s].
    """

    def __init__(self, points: Floats, limits: MotionLimits) -> None:
        """Lay a natural cubic spline through points (k, n), k > 1, and time it.

        Raises:
            ValueError: a point is not finite.
        """
        if not np.isfinite(points).all():
            raise ValueError('a way holds a configuration that is not finite')
        self.first, self.last = points[0].copy(), points[-1].copy()
        self.duration = 0.0
        self._profile: Profile | None = None
        if np.abs(points - points[0]).max() < NOTHING:
            return
        self._curve = CubicSpline(np.linspace(0.0, 1.0, len(points)), points, bc_type='natural')
        speed, gain, jerk = _rates(self._curve, limits)
        wanted = InputParameter(1)
        wanted.current_position, wanted.target_position = [0.0], [1.0]
        wanted.max_velocity, wanted.max_acceleration = [speed], [gain]
        wanted.max_jerk = [jerk]
        profile = Profile(1)
        result = Ruckig(1).calculate(wanted, profile)
        if result not in (Result.Working, Result.Finished):
            raise ValueError(f'no profile for a way with rates {speed:g}, {gain:g}, {jerk:g}')
        self._profile, self.duration = profile, float(profile.duration)

    def positions(self, times: Floats) -> Floats:
        """Configurations (k, n) at times (k,) [s] from its beginning."""
        if self._profile is None:
            return np.repeat(self.first[None], len(times), axis=0)
        bounded = np.clip(times, 0.0, self.duration)
        shares = np.array([self._profile.at_time(float(time))[0][0] for time in bounded])
        along: Floats = self._curve(shares)
        return along


class Trajectory:
    """Curves one after the other.

    Attributes:
        curves: in their order.
        begins: (curves,) when each begins [s].
        duration: [s].
        start: (n,) [rad].
        goal: (n,) [rad].
    """

    def __init__(
        self,
        curves: Sequence[TimedCurve],
        overlaps: Sequence[float] | None = None,
    ) -> None:
        """Put curves in a row; one ends where the next begins.

        Args:
            curves: at least one.
            overlaps: for each corner between two, how long before the end of one the next begins
                [s]; None for never.
        """
        self.curves = tuple(curves)
        durations = np.array([curve.duration for curve in curves])
        early = np.zeros(len(curves) - 1) if overlaps is None else np.array(overlaps)
        self.begins = np.concatenate([[0.0], np.cumsum(durations[:-1] - early)])
        self.duration = float((self.begins + durations).max())
        self.start, self.goal = curves[0].first.copy(), curves[-1].last.copy()

    @staticmethod
    def through(ways: Sequence[Floats], limits: MotionLimits) -> Trajectory:
        """Time ways, with rest between them.

        Args:
            ways: configurations (k, n) of each curve, k > 1.
            limits: of the joints.

        Raises:
            ValueError: a configuration is not finite.
        """
        return Trajectory([TimedCurve(way, limits) for way in ways])

    def positions(self, times: Floats) -> Floats:
        """Configurations (k, n) at times (k,) [s]; before the start and after the end at rest."""
        times = np.asarray(times, dtype=np.float64)
        found = np.repeat(self.start[None], len(times), axis=0)
        for curve, begin in zip(self.curves, self.begins, strict=True):
            under_way = times > begin
            found[under_way] += curve.positions(times[under_way] - begin) - curve.first
        return found


def _rates(curve: CubicSpline, limits: MotionLimits) -> tuple[float, float, float]:
    """Greatest speed, acceleration and jerk of a curve's parameter that all limits permit.

    With u the parameter: q' = c' u', q'' = c'' u'^2 + c' u'', and
    q''' = c''' u'^3 + 3 c'' u' u'' + c' u'''.
    """
    knots = curve.x
    places = np.linspace(knots[:-1], knots[1:], SAMPLES)  # (samples, spans)
    slope = np.abs(curve(places, 1)).max(axis=0) + 1e-12
    # second derivatives of cubics are greatest at their ends, third ones constant
    bend = np.abs(curve(places[[0, -1]], 2)).max(axis=0)
    third = np.abs(curve(0.5 * (knots[:-1] + knots[1:]), 3))
    most, gains, jerks = (
        USED * limits.velocity,
        USED * limits.acceleration,
        USED * limits.jerk,
    )
    with np.errstate(divide='ignore', over='ignore'):
        bending = np.sqrt(BEND * gains / bend).min()
    speed = min(float((most / slope).min()), float(bending))
    gain = float(((gains - bend * speed**2) / slope).min())
    taken = third * speed**3 + 3.0 * bend * speed * gain
    slower = float(np.cbrt(min(1.0, 1.0 / max(1e-12, float((taken / (BEND * jerks)).max())))))
    speed, gain, taken = speed * slower, gain * slower**2, taken * slower**3
    return speed, gain, float(((jerks - taken) / slope).min())
