"""Which of several inputs counts: the live one of highest priority; and what holds it back.

An input is live while its proposals arrive, whatever they say: who takes the control and then
sends nonsense gets a stop, not the input below. A lock holds back every input of lower priority
while it is set, and while it is silent if it has to report; one with a time-out begins set.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from policy_nodes.safety.finding import Finding
from policy_nodes.safety.reasons import Reason


@dataclass(frozen=True)
class Input:
    """Something that proposes.

    Attributes:
        name: unique.
        priority: 0 to 255; the higher one counts.
        timeout: it counts for this long after a proposal [s].
    """

    name: str
    priority: int
    timeout: float


@dataclass(frozen=True)
class Lock:
    """Something that holds inputs back.

    Attributes:
        name: unique.
        priority: 0 to 255; inputs of lower priority are held back.
        timeout: silence after which it counts as set [s]; 0 lets it be silent.
    """

    name: str
    priority: int
    timeout: float


class Arbitration:
    """Follows arrivals on the steady clock; it knows names and times and nothing of proposals.

    Attributes:
        chosen: name of the input that counts; the last one that did while none does.
    """

    def __init__(self, inputs: Iterable[Input], locks: Iterable[Lock] = ()) -> None:
        """Begin with no input live.

        Args:
            inputs: all of them; the first counts until another takes over.
            locks: all of them.
        """
        self._inputs = {each.name: each for each in inputs}
        self._locks = {each.name: each for each in locks}
        self._arrived = dict.fromkeys(self._inputs, -math.inf)
        self._heard = dict.fromkeys(self._locks, -math.inf)
        self._set = dict.fromkeys(self._locks, False)
        self.chosen = next(iter(self._inputs))

    def arrive(self, name: str, steady_s: float) -> None:
        """Note that an input proposed something.

        Raises:
            KeyError: an unknown input.
        """
        if name not in self._inputs:
            raise KeyError(f'unknown input {name!r}; known: {", ".join(self._inputs)}')
        self._arrived[name] = steady_s

    def report(self, lock: str, is_set: bool, steady_s: float) -> None:
        """Take a report of a lock.

        Raises:
            KeyError: an unknown lock.
        """
        if lock not in self._locks:
            raise KeyError(f'unknown lock {lock!r}; known: {", ".join(self._locks)}')
        self._set[lock], self._heard[lock] = is_set, steady_s

    def choose(self, steady_s: float) -> str | None:
        """Choose the input that counts from now on: the live one of highest priority.

        Locks do not choose: what they hold back, they hold back with everything below it.

        Returns:
            The name of the one that counted before, if another one takes over.
        """
        live = [each for each in self._inputs.values() if self.is_live(each.name, steady_s)]
        if not live:
            return None
        before, self.chosen = self.chosen, max(live, key=lambda each: each.priority).name
        return before if before != self.chosen else None

    def is_live(self, name: str, steady_s: float) -> bool:
        """Whether an input proposed something lately."""
        return steady_s - self._arrived[name] <= self._inputs[name].timeout

    def held(self, steady_s: float) -> list[Finding]:
        """Name the locks that hold back the input that counts."""
        priority = self._inputs[self.chosen].priority
        findings = []
        for lock, words in self._engaged(steady_s):
            if lock.priority > priority:
                reason = Reason.LOCK_SILENT if words else Reason.INPUT_LOCKED
                held = f'It holds back {self.chosen}. {words}'
                findings.append(Finding(reason, lock.name, held.strip()))
        return findings

    def forget(self) -> None:
        """Take no input as live; locks stay as they are."""
        self._arrived = dict.fromkeys(self._inputs, -math.inf)

    def _engaged(self, steady_s: float) -> list[tuple[Lock, str]]:
        """Locks that hold, and for those that are silent for how long, in words."""
        engaged = []
        for lock in self._locks.values():
            silent = steady_s - self._heard[lock.name]
            if lock.timeout > 0 and silent > lock.timeout:
                since = f'for {silent:.2f} s' if math.isfinite(silent) else 'since the start'
                engaged.append((lock, f'Silent {since}, allowed {lock.timeout:g} s.'))
            elif self._set[lock.name]:
                engaged.append((lock, ''))
        return engaged
