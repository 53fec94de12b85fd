"""Leads a legged robot from waypoint to waypoint by velocity commands.

The paper's state machine over waypoints; how it steers between them is our own: along the line to
the active waypoint, with braking before corners.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from policy_nodes.policies.waypoints import Behaviour, Waypoint

_WIDE = 3.0  # tolerances beside a waypoint, within which going past it counts as passing it
_SHORT = 1e-3  # ways are points below [m]


class Progress(Enum):
    """What the navigator does."""

    GOING = 'going'
    TURNING = 'turning'
    ARRIVED = 'arrived'


@dataclass(frozen=True)
class Steering:
    """What the navigator asks for.

    Attributes:
        vx: forward, in the frame of the base [m/s].
        vy: to the left [m/s].
        wz: counter-clockwise [rad/s].
        behaviour: name of the way of walking.
        waypoint: number of the active one, from 0.
        progress: towards it.
    """

    vx: float
    vy: float
    wz: float
    behaviour: str
    waypoint: int
    progress: Progress


class CourseNavigator:
    """Goes through waypoints in order, and stays at the last."""

    def __init__(
        self,
        waypoints: Sequence[Waypoint],
        *,
        line_gain: float = 2.5,
        heading_gain: float = 4.0,
        braking: float = 2.5,
        corner_speed: float = 0.5,
    ) -> None:
        """Begin at the first waypoint.

        Args:
            waypoints: in order.
            line_gain: speed back to the line for a distance from it [1/s].
            heading_gain: yaw rate for an error of the heading [1/s].
            braking: before corners and stops [m/s^2].
            corner_speed: that every corner may be taken with [m/s].

        Raises:
            ValueError: there are no waypoints.
        """
        if not waypoints:
            raise ValueError('a navigator needs one waypoint at least')
        self.waypoints = tuple(waypoints)
        self.line_gain, self.heading_gain = line_gain, heading_gain
        self.braking, self.corner_speed = braking, corner_speed
        self.reset()

    def reset(self) -> None:
        """Begin again, from wherever the robot is then."""
        self._active = 0
        self._from: tuple[float, float] | None = None

    def act(self, x: float, y: float, yaw: float) -> Steering:
        """Choose the command.

        Args:
            x: of the base, in the frame of the course [m].
            y: of the base [m].
            yaw: of the base [rad].
        """
        if self._from is None:
            self._from = (x, y)
        while self._active < len(self.waypoints) - 1 and self._reached(x, y, yaw):
            self._from = (self._target.x, self._target.y)
            self._active += 1
        target = self._target
        error = _wrap(target.heading - yaw)
        near = math.dist((x, y), (target.x, target.y)) <= target.tolerance
        progress = Progress.GOING
        if near:
            last = self._active == len(self.waypoints) - 1
            turned = abs(error) <= target.turned
            progress = Progress.ARRIVED if last and turned else Progress.TURNING
        vx, vy = self._velocity(x, y, yaw)
        limit = target.behaviour.turn
        wz = min(max(self.heading_gain * error, -limit), limit)
        return Steering(vx, vy, wz, target.behaviour.name, self._active, progress)

    @property
    def _target(self) -> Waypoint:
        return self.waypoints[self._active]

    def _reached(self, x: float, y: float, yaw: float) -> bool:
        target = self._target
        if abs(_wrap(target.heading - yaw)) > target.turned:
            return False
        away = math.dist((x, y), (target.x, target.y))
        if away <= target.tolerance:
            return True
        ahead, beside = self._along(x, y)
        return ahead < 0 and abs(beside) <= _WIDE * target.tolerance

    def _along(self, x: float, y: float) -> tuple[float, float]:
        """Way that is left along the line to the target, and how far left of the line [m]."""
        ex, ey = self._direction()
        dx, dy = self._target.x - x, self._target.y - y
        return dx * ex + dy * ey, ey * dx - ex * dy

    def _direction(self) -> tuple[float, float]:
        """Of the line to the target; zero where it is none."""
        assert self._from is not None
        return _towards(self._from, (self._target.x, self._target.y))

    def _velocity(self, x: float, y: float, yaw: float) -> tuple[float, float]:
        """Velocity in the frame of the base, within what the behaviour can do."""
        target = self._target
        ex, ey = self._direction()
        ahead, beside = self._along(x, y)
        stops = self._exit_speed() == 0.0 and ahead < target.tolerance
        if (ex, ey) == (0.0, 0.0) or stops or ahead < 0:
            # straight to it, back again if it was missed
            vx, vy = self.line_gain * (target.x - x), self.line_gain * (target.y - y)
        else:
            left = max(ahead - target.tolerance, 0.0)
            speed = math.sqrt(self._exit_speed() ** 2 + 2.0 * self.braking * left)
            back = -self.line_gain * beside
            speed = min(speed, target.speed)
            vx, vy = speed * ex - back * ey, speed * ey + back * ex
        speed = math.hypot(vx, vy)
        if speed > target.speed:
            vx, vy = vx * target.speed / speed, vy * target.speed / speed
        cosine, sine = math.cos(yaw), math.sin(yaw)
        return _limited(cosine * vx + sine * vy, cosine * vy - sine * vx, target.behaviour)

    def _exit_speed(self) -> float:
        """Speed along the line with which the target may be passed [m/s]."""
        if self._active == len(self.waypoints) - 1 or self._target.turned < math.pi:
            return 0.0
        after = self.waypoints[self._active + 1]
        ex, ey = self._direction()
        nx, ny = _towards((self._target.x, self._target.y), (after.x, after.y))
        straight = max(ex * nx + ey * ny, 0.0)
        return max(self.corner_speed, straight * min(self._target.speed, after.speed))


def _towards(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    length = math.dist(start, end)
    if length < _SHORT:
        return 0.0, 0.0
    return (end[0] - start[0]) / length, (end[1] - start[1]) / length


def _limited(vx: float, vy: float, behaviour: Behaviour) -> tuple[float, float]:
    """Shorten a velocity to what can be done, in the same direction where that is possible."""
    share = 1.0
    for speed, limit in (
        (abs(vx), behaviour.forward if vx > 0 else behaviour.backward),
        (abs(vy), behaviour.sideways),
    ):
        if speed > limit > 0:
            share = min(share, limit / speed)
    vx, vy = share * vx, share * vy
    return min(max(vx, -behaviour.backward), behaviour.forward), min(
        max(vy, -behaviour.sideways), behaviour.sideways
    )


def _wrap(angle: float) -> float:
    return (angle + math.pi) % math.tau - math.pi
