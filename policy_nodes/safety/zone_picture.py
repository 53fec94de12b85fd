"""What a base controller looks at just now, as shapes to draw."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from policy_nodes.safety.approach import Approach
from policy_nodes.safety.arcs import arc_positions
from policy_nodes.safety.decision import Decision
from policy_nodes.safety.people_in_base import people_in_base
from policy_nodes.safety.reasons import Reason

if TYPE_CHECKING:
    from policy_nodes.safety.base_controller import BaseSafetyController

Floats = NDArray[np.float64]

CLEAR, SLOW, STOP = 'clear', 'slow', 'stop'
ARC_STEPS = 20


@dataclass(frozen=True)
class DrawnZone:
    """One zone.

    Attributes:
        name: of the zone.
        state: clear; slow or stop by its model, where something stands in it.
        outline: x, y of its corners in the base frame [m].
    """

    name: str
    state: str
    outline: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Picture:
    """All of it in the base frame; equal pictures look alike.

    Attributes:
        zones: in the order of the parameters.
        arc: x, y [m] along which the base is led, as far as it needs to brake; empty at rest.
        arc_state: whether what lies on it slows or stops the base.
        arc_radius: half the width that the base sweeps [m].
        people: x, y, distance that is kept from the middle [m] of each person.
        words: level, and the strongest reason where there is one.
    """

    zones: tuple[DrawnZone, ...]
    arc: tuple[tuple[float, float], ...]
    arc_state: str
    arc_radius: float
    people: tuple[tuple[float, float, float], ...]
    words: str


def picture_of(controller: BaseSafetyController, now_ns: int, steady_s: float) -> Picture:
    """Draw what a controller looks at; it changes nothing in it."""
    guards, decision = controller.guard.guards.values(), controller.last
    approach = next(iter(guards)).approach
    return Picture(
        zones=_zones(controller),
        arc=_arc(decision, approach),
        arc_state=_arc_state(decision),
        arc_radius=0.0 if approach is None else approach.radius + approach.side_margin,
        people=_people(controller, now_ns, steady_s),
        words=_words(controller, decision),
    )


def _zones(controller: BaseSafetyController) -> tuple[DrawnZone, ...]:
    drawn = []
    for same in zip(*(guard.zones for guard in controller.guard.guards.values()), strict=True):
        zone = same[0]
        acting = STOP if zone.model == 'stop' else SLOW
        state = acting if any(each.holds_something for each in same) else CLEAR
        outline = tuple((float(x), float(y)) for x, y in zone.area.outline())
        drawn.append(DrawnZone(zone.name, state, outline))
    return tuple(drawn)


def _arc(decision: Decision | None, approach: Approach | None) -> tuple[tuple[float, float], ...]:
    if decision is None or approach is None:
        return ()
    # where it is held, what it would do
    for values in (decision.proposed, decision.sent):
        v, w = float(values[0]), float(values[1])
        if math.isfinite(v) and math.isfinite(w) and v:
            times = np.linspace(0.0, approach.needed(v) / abs(v), ARC_STEPS)
            return tuple(
                (round(float(x), 2), round(float(y), 2)) for x, y in arc_positions(v, w, times)
            )
    return ()


def _arc_state(decision: Decision | None) -> str:
    found = {finding.reason for finding in decision.findings} if decision is not None else set()
    if Reason.APPROACH_STOP in found:
        return STOP
    return SLOW if Reason.APPROACH_SLOW in found else CLEAR


def _people(
    controller: BaseSafetyController, now_ns: int, steady_s: float
) -> tuple[tuple[float, float, float], ...]:
    streams = controller.streams
    people = streams.usable_people(now_ns, steady_s)
    if controller.people is None or people is None or streams.base is None:
        return ()
    around = people_in_base(people, streams.base, now_ns)
    kept = around.radii + controller.people.clearance
    rows = zip(around.positions, kept, strict=True)
    return tuple((round(float(x), 2), round(float(y), 2), float(r)) for (x, y), r in rows)


def _words(controller: BaseSafetyController, decision: Decision | None) -> str:
    level = controller.level.name.capitalize()
    if decision is None or not decision.findings:
        return level
    strongest = decision.findings[0]
    return f'{level}: {strongest.reason.code} ({strongest.source})'
