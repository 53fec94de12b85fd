"""The degradation ladder: how much of a proposal still reaches the actuators."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """Rungs from free to latched; the numbers are those of policy_stack/SafetyState."""

    NORMAL = 0
    LIMITED = 1
    HOLD = 2
    STOPPING = 3
    STOPPED = 4


# Normal and Limited are one moving rung: the second says that the command goes out reduced, and
# every command speaks for itself. Hold leads back by itself, a latched stop never does.
AUTOMATIC: frozenset[tuple[Level, Level]] = frozenset(
    {(lower, higher) for lower in Level for higher in Level if higher >= lower}
    | {
        (Level.LIMITED, Level.NORMAL),
        (Level.HOLD, Level.NORMAL),
        (Level.HOLD, Level.LIMITED),
    }
)


class Ladder:
    """Holds the rung of a controller and refuses transitions that need a person.

    A controller begins on the last rung: latched until the first reset.
    """

    def __init__(self, level: Level = Level.STOPPED) -> None:
        self.level = level

    def move(self, wanted: Level) -> Level:
        """Go to the wanted rung if that may happen by itself; stay otherwise.

        Returns:
            The rung after the call.
        """
        if (self.level, wanted) in AUTOMATIC:
            self.level = wanted
        return self.level

    def permit(self) -> bool:
        """Leave Stopped for Hold, as an explicit reset does; other rungs stay.

        Returns:
            Whether the ladder stood on Stopped.
        """
        if self.level is not Level.STOPPED:
            return False
        self.level = Level.HOLD
        return True
