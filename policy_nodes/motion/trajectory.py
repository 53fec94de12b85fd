"""When an arm is where on its way: every joint within velocity, acceleration and jerk.

A way is a row of smooth curves with rest between them. Along each curve the arm goes by one
jerk-limited profile of the way's own parameter (ruckig: Berscheid and Kroeger, Jerk-limited
Real-time Trajectory Generation with Arbitrary Target States, RSS 2021), slow enough for the
joint that has least room anywhere on the curve.
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
        duration: [s].
    """

    def __init__(self, points: Floats, limits: MotionLimits) -> None:
        """Lay a natural cubic spline through points (k, n), k > 1, and time it.

        Raises:
            ValueError: a point is not finite.
        """
        if not np.isfinite(points).all():
            raise ValueError('a way holds a configuration that is not finite')
        self._first = points[0].copy()
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
            return np.repeat(self._first[None], len(times), axis=0)
        bounded = np.clip(times, 0.0, self.duration)
        shares = np.array([self._profile.at_time(float(time))[0][0] for time in bounded])
        along: Floats = self._curve(shares)
        return along


class Trajectory:
    """Curves one after the other.

    Attributes:
        duration: [s].
        start: (n,) [rad].
        goal: (n,) [rad].
    """

    def __init__(self, ways: Sequence[Floats], limits: MotionLimits) -> None:
        """Time them.

        Args:
            ways: configurations (k, n) of each curve; one ends where the next begins.
            limits: of the joints.
        """
        self.start, self.goal = ways[0][0].copy(), ways[-1][-1].copy()
        self._curves = [TimedCurve(way, limits) for way in ways]
        self._ends = np.cumsum([curve.duration for curve in self._curves])
        self.duration = float(self._ends[-1])

    def positions(self, times: Floats) -> Floats:
        """Configurations (k, n) at times (k,) [s]; before the start and after the end at rest."""
        times = np.asarray(times, dtype=np.float64)
        found = np.empty((len(times), len(self.start)))
        number = np.minimum(np.searchsorted(self._ends, times), len(self._curves) - 1)
        for index, curve in enumerate(self._curves):
            chosen = number == index
            begin = self._ends[index] - curve.duration
            found[chosen] = curve.positions(times[chosen] - begin)
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
    with np.errstate(divide='ignore'):
        bending = np.sqrt(BEND * gains / bend).min()
    speed = min(float((most / slope).min()), float(bending))
    gain = float(((gains - bend * speed**2) / slope).min())
    taken = third * speed**3 + 3.0 * bend * speed * gain
    slower = float(np.cbrt(min(1.0, 1.0 / max(1e-12, float((taken / (BEND * jerks)).max())))))
    speed, gain, taken = speed * slower, gain * slower**2, taken * slower**3
    return speed, gain, float(((jerks - taken) / slope).min())
