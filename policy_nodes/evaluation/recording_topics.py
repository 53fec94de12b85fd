"""What a recorder keeps, as its parameter `topics` lists it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

LATCHED_MARK, THINNED_MARK = 'latched', 'every'


@dataclass
class Kept:
    """A topic that is recorded.

    Attributes:
        name: resolved.
        type_name: of its messages.
        latched: kept for late subscribers.
        apart: of its messages some are left out, so that they are so far apart [s].
        last: when one was kept, on the steady clock [s].
    """

    name: str
    type_name: str
    latched: bool
    apart: float
    last: float = -math.inf


def read_topics(lines: Iterable[str], resolve: Callable[[str], str]) -> list[Kept]:
    """Read lines such as ``scan sensor_msgs/msg/LaserScan every 0.5``; empty ones are left out.

    Args:
        lines: name, type and marks.
        resolve: gives the full name of a topic.

    Raises:
        ValueError: naming the line.
    """
    found = []
    for line in filter(None, lines):
        try:
            name, type_name, *marks = line.split()
            latched, apart = read_marks(marks)
            found.append(Kept(resolve(name), type_name, latched, apart))
        except ValueError as error:
            raise ValueError(f'{line!r} cannot be recorded: {error}') from error
    return found


def read_marks(marks: Sequence[str]) -> tuple[bool, float]:
    """Read what stands behind name and type: latched, and seconds between messages.

    Raises:
        ValueError: something else.
    """
    match list(marks):
        case []:
            return False, 0.0
        case ['latched']:
            return True, 0.0
        case ['every', seconds] if 0.0 < float(seconds) < math.inf:
            return False, float(seconds)
    raise ValueError(f'{" ".join(marks)!r} is neither "{LATCHED_MARK}" nor "{THINNED_MARK} 0.5"')
