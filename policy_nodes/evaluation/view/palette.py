"""Colours and words of the scene."""

from __future__ import annotations

from policy_nodes.safety.ladder import Level

Colour = tuple[int, int, int, int]

OBSTACLE: Colour = (140, 145, 153, 255)
GOAL: Colour = (240, 190, 60, 255)
PATH: Colour = (80, 110, 220, 255)
SCAN: Colour = (230, 90, 90, 255)
DETECTION: Colour = (0, 170, 190, 255)
TRUTH: Colour = (90, 200, 120, 255)
ATTENTION: Colour = (200, 110, 230, 255)
UNKNOWN: Colour = (150, 150, 150, 255)
TRIAD: tuple[Colour, ...] = ((230, 60, 60, 255), (70, 190, 90, 255), (70, 120, 255, 255))

# by state of policy_stack/TrackedPerson: tentative, confirmed, occluded
TRACKED: tuple[Colour, ...] = ((150, 150, 150, 140), (70, 140, 255, 230), (70, 140, 255, 90))

# severity of a log line and colour
LEVELS: dict[Level, tuple[str, Colour]] = {
    Level.NORMAL: ('INFO', (90, 200, 120, 255)),
    Level.LIMITED: ('WARN', (240, 200, 60, 255)),
    Level.HOLD: ('WARN', (240, 140, 50, 255)),
    Level.STOPPING: ('ERROR', (230, 80, 60, 255)),
    Level.STOPPED: ('ERROR', (200, 40, 40, 255)),
}

MEASURED: Colour = (150, 150, 150, 255)
PROPOSED: Colour = (240, 190, 60, 255)
SENT: Colour = (70, 140, 255, 255)


def level_of(number: int) -> tuple[str, str, Colour]:
    """Name, severity and colour of a level."""
    if number not in LEVELS:
        return f'level {number}', 'ERROR', UNKNOWN
    level = Level(number)
    severity, colour = LEVELS[level]
    return level.name, severity, colour
