"""A robot that is a point: it follows velocity commands with a lag."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from policy_nodes.policies.course_navigator import CourseNavigator, Steering

PERIOD = 0.02


def run(
    navigator: CourseNavigator,
    *,
    pose: tuple[float, float, float] = (0.5, -0.35, 0.0),
    lag: float = 0.2,
    period: float = PERIOD,
    longest: float = 40.0,
) -> Iterator[tuple[float, np.ndarray, Steering]]:
    """Yield time [s], pose (3,) and command until nobody wants more."""
    at, twist = np.array(pose), np.zeros(3)
    for tick in range(round(longest / period)):
        asked = navigator.act(*at)
        yield tick * period, at.copy(), asked
        twist += (np.array([asked.vx, asked.vy, asked.wz]) - twist) * (1 - math.exp(-period / lag))
        c, s = math.cos(at[2]), math.sin(at[2])
        move = (c * twist[0] - s * twist[1], s * twist[0] + c * twist[1], twist[2])
        at += np.array(move) * period
