"""A filter by control barrier functions: the least change of a command that keeps all barriers.

A command may lower a barrier only as fast as the base can still stop before it: dh/dt + alpha(h)
must be at least a margin, where alpha is the speed that can be braked away within h. It may slow
and steer, never drive faster or the other way than proposed. Whatever goes wrong - no command
keeps the barriers, the solver fails, dawdles or answers nonsense, or its answer does not hold
when it is driven out - ends in a stop, never in the proposed command.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_nodes.safety.barriers import Around, nearest_by_sector, people_around, points_around
from policy_nodes.safety.cbf_solver import nearest_within
from policy_nodes.safety.finding import Finding
from policy_nodes.safety.people_in_base import PeopleInBase
from policy_nodes.safety.reasons import Reason
from policy_nodes.safety.scan_points import ScanPoints

Floats = NDArray[np.float64]
Solver = Callable[[Floats, Floats, Floats], 'Floats | None']

EPS = 1e-6  # [m] and [m/s]; rounding in heights and rates
UNCHANGED = 1e-9


class Filtered(NamedTuple):
    """What barriers leave of a command.

    Attributes:
        values: (2,) v [m/s], w [rad/s]; None asks for a stop.
        finding: why it is changed or stopped; None if it is not.
    """

    values: Floats | None
    finding: Finding | None


class CbfFilter:
    """Filters commands of a base that drives and turns."""

    def __init__(
        self,
        *,
        radius: float = 0.18,
        clearance: float = 0.05,
        people_clearance: float = 0.2,
        lead: float = 0.05,
        deceleration: float = 0.9,
        reaction_time: float = 0.1,
        margin: float = 0.01,
        yaw_weight: float = 0.3,
        sectors: int = 36,
        budget: float = 0.05,
        solver: Solver = nearest_within,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Set up the filter.

        Args:
            radius: of the base [m].
            clearance: free distance to what the scan sees [m].
            people_clearance: free distance to tracked people [m].
            lead: centre of the disc before the centre of the base [m].
            deceleration: that the base reaches for certain [m/s^2].
            reaction_time: that a command stands before a better one has effect [s].
            margin: by which rates must be better than just enough [m/s].
            yaw_weight: change of speed that weighs as much as one of yaw rate [m/rad].
            sectors: of which each gives its nearest scan point.
            budget: time that the solver may take [s].
            solver: wanted (2,), normals (n, 2), bounds (n,) to the point (2,) that is nearest
                and keeps normals @ point >= bounds, or None.
            clock: for the budget [s].
        """
        self.lead = lead
        self.deceleration = deceleration
        self.reaction_time = reaction_time
        self.margin = margin
        self.sectors = sectors
        self.budget = budget
        self.solver = solver
        self.clock = clock
        self._metric = np.array([1.0, yaw_weight])
        self._reach = radius + lead + clearance
        self._reach_of_people = radius + lead + people_clearance

    def filter(
        self,
        values: Floats,
        low: Floats,
        high: Floats,
        points: ScanPoints,
        *,
        scan_age: float = 0.0,
        people: PeopleInBase | None = None,
    ) -> Filtered:
        """Change a command as little as keeps all barriers.

        Args:
            values: (2,) v [m/s], w [rad/s] within low and high.
            low: (2,) least values that can be commanded now.
            high: (2,) greatest values that can be commanded now.
            points: of the newest scan.
            scan_age: its age when the command is sent [s].
            people: who walks around, or None where nobody knows.
        """
        if values[0] == 0:
            # turning on the spot moves no part of a round body nearer to anything
            return Filtered(values, None)
        lead = math.copysign(self.lead, values[0])
        box = _no_faster(values, low, high)
        everything, rows = self._around(points, people, box, scan_age)
        normals, bounds, hurt = self._rows(rows, lead, scan_age)
        if (hurt & (normals @ values < bounds - EPS)).any():
            return Filtered(None, Finding(Reason.CBF_VIOLATED, 'barriers', _nearest(rows, lead)))
        began = self.clock()
        try:
            found = self.solver(
                values * self._metric,
                np.concatenate((normals, np.eye(2), -np.eye(2))) / self._metric,
                np.concatenate((bounds, box[0], -box[1])),
            )
        except Exception as error:  # whatever a solver raises is a reason to stop
            return Filtered(None, Finding(Reason.CBF_FAILED, 'barriers', f'{error!r}.'))
        taken = self.clock() - began
        if not taken <= self.budget:
            words = f'{1e3 * taken:.1f} ms, allowed {1e3 * self.budget:g} ms.'
            return Filtered(None, Finding(Reason.CBF_LATE, 'barriers', words))
        if found is None:
            words = f'{len(rows.reach)} barriers, {_nearest(rows, lead)}'
            return Filtered(None, Finding(Reason.CBF_INFEASIBLE, 'barriers', words))
        if np.shape(found) != (2,) or not np.isfinite(found).all():
            return Filtered(None, Finding(Reason.CBF_FAILED, 'barriers', f'It said {found}.'))
        return self._checked(values, found / self._metric, box, everything, lead)

    def holds(
        self, values: Floats, points: ScanPoints, *, people: PeopleInBase | None = None
    ) -> Finding | None:
        """Drive a command out; returns the finding if a barrier does not hold."""
        if values[0] == 0:
            return None
        lead = math.copysign(self.lead, values[0])
        everything, _ = self._around(points, people, (values, values), 0.0)
        return self._post_check(values, everything, lead)

    def _around(
        self,
        points: ScanPoints,
        people: PeopleInBase | None,
        box: tuple[Floats, Floats],
        scan_age: float,
    ) -> tuple[Around, Around]:
        """Everything that may count within a box of commands, and what of it makes a row."""
        fastest = np.abs(np.stack(box)).max(axis=0)
        # nothing farther than the way to brake from this can bind a row
        speed = float(fastest[0] + fastest[1] * self.lead) + self.margin
        reaction = self.reaction_time + scan_age
        stopping = speed * reaction + speed * speed / (2.0 * self.deceleration)
        within = self._reach + self.lead + stopping
        seen = points_around(points, self._reach, within)
        rows = seen.pick(nearest_by_sector(seen, self.sectors))
        if people is None or not len(people.radii):
            return seen, rows
        walking = people_around(people, self._reach_of_people)
        return _joined(seen, walking), _joined(rows, walking)

    def _rows(
        self, rows: Around, lead: float, scan_age: float
    ) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Normals (n, 2) and bounds (n,) of the rows, and (n,) which barriers are broken now."""
        heights = rows.heights(lead)
        normals, drift = rows.rates(lead)
        lost = self.deceleration * (self.reaction_time + scan_age)
        room = np.maximum(heights, 0.0)
        alpha = np.sqrt(lost * lost + 2.0 * self.deceleration * room) - lost
        return normals, self.margin - alpha - drift, heights < 0

    def _checked(
        self, values: Floats, found: Floats, box: tuple[Floats, Floats], all_: Around, lead: float
    ) -> Filtered:
        if (found < box[0] - EPS).any() or (found > box[1] + EPS).any():
            words = f'It left the limits: {found[0]:.3g} m/s, {found[1]:.3g} rad/s.'
            return Filtered(None, Finding(Reason.CBF_FAILED, 'barriers', words))
        changed = bool((np.abs(found - values) > UNCHANGED).any())
        chosen = np.clip(found, *box) if changed else values
        broken = self._post_check(chosen, all_, lead)
        if broken is not None:
            return Filtered(None, broken)
        if not changed:
            return Filtered(values, None)
        words = f'{values[0]:.2f} m/s, {values[1]:.2f} rad/s proposed.'
        return Filtered(chosen, Finding(Reason.CBF_CHANGED, 'barriers', words))

    def _post_check(self, values: Floats, around: Around, lead: float) -> Finding | None:
        v, w = float(values[0]), float(values[1])
        after = around.heights_after(v, w, self.reaction_time, lead)
        # what is too near already may be left
        short = np.minimum(around.heights(lead), 0.0) - after
        if not (short > EPS).any():
            return None
        words = f'{100 * float(short.max()):.1f} cm short.'
        return Finding(Reason.CBF_POST_CHECK, 'barriers', words)


def _no_faster(values: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Bounds within which speed neither grows nor changes its sign."""
    v = float(values[0])
    return (
        np.array([min(v, max(low[0], 0.0)), low[1]]),
        np.array([max(v, min(high[0], 0.0)), high[1]]),
    )


def _joined(first: Around, second: Around) -> Around:
    return Around(
        np.concatenate((first.positions, second.positions)),
        np.concatenate((first.velocities, second.velocities)),
        np.concatenate((first.reach, second.reach)),
    )


def _nearest(rows: Around, lead: float) -> str:
    return f'{rows.heights(lead).min():.2f} m left.' if len(rows.reach) else 'none near.'
