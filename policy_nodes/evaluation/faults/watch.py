"""What the safety controller said and sent, by steady time of arrival."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from policy_nodes.safety.ladder import Level
from policy_nodes.safety.reasons import Reason

# codes that stop a base, although it may still turn in place away from what is near
STOPPING = frozenset({Reason.ZONE_STOP.code, Reason.APPROACH_STOP.code})
KEPT = 20_000  # messages; a campaign looks back for seconds only


class Said(NamedTuple):
    """One SafetyState.

    Attributes:
        at: steady time of arrival [s].
        level: rung of the ladder.
        reasons: codes, strongest first.
        latched: only a reset leads out.
        asked: proposals came without a gap up to then.
    """

    at: float
    level: Level
    reasons: tuple[str, ...]
    latched: bool
    asked: bool = True

    @property
    def stopped(self) -> bool:
        """Whether the robot is to stand, but for a turn that leads away from what is near."""
        return self.level >= Level.HOLD or any(code in STOPPING for code in self.reasons)


class Sent(NamedTuple):
    """One command.

    Attributes:
        at: steady time of arrival [s].
        moves: whether it makes the robot move.
        excess: by which share of a limit it goes beyond it, at most 0 within all limits.
    """

    at: float
    moves: bool
    excess: float


class Watch:
    """Keeps the newest states and commands."""

    def __init__(self) -> None:
        """Nothing was heard yet."""
        self.changed = threading.Condition()
        self.states: deque[Said] = deque(maxlen=KEPT)
        self.commands: deque[Sent] = deque(maxlen=KEPT)

    def say(self, message: Any, asked: bool) -> None:
        """Take a SafetyState, and whether proposals flow."""
        level, reasons = Level(message.level), tuple(message.reasons)
        said = Said(time.monotonic(), level, reasons, message.latched, asked)
        with self.changed:
            self.states.append(said)
            self.changed.notify_all()

    def send(self, sent: Sent) -> None:
        """Take a command."""
        with self.changed:
            self.commands.append(sent)
            self.changed.notify_all()

    def until(self, found: Callable[[], Any], timeout: float) -> Any:
        """Wait for something; returns what was found, or a false value when time is up."""
        end = time.monotonic() + timeout
        with self.changed:
            while not (result := found()):
                left = end - time.monotonic()
                if left <= 0:
                    return result
                self.changed.wait(min(left, 0.05))
            return result

    def states_since(self, at: float) -> list[Said]:
        """States that came after a time, in order."""
        with self.changed:
            return _since(self.states, at)

    def commands_since(self, at: float) -> list[Sent]:
        """Commands that came after a time, in order."""
        with self.changed:
            return _since(self.commands, at)

    @property
    def state(self) -> Said | None:
        """The newest state."""
        return self.states[-1] if self.states else None

    def moved_since(self, at: float) -> bool:
        """Whether a command made the robot move after a time."""
        return any(sent.moves for sent in self.commands_since(at))

    def rests(self) -> bool:
        """Whether the newest command keeps the robot where it is."""
        return not self.commands or not self.commands[-1].moves


def _since(kept: deque[Any], at: float) -> list[Any]:
    found = []
    for each in reversed(kept):
        if each.at <= at:
            break
        found.append(each)
    return found[::-1]
