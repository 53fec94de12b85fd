"""How often each reason set in."""

from __future__ import annotations

from collections.abc import Iterable

from policy_nodes.safety.reasons import Reason


class InterventionCounters:
    """Counts onsets: a reason that stays from one decision to the next counts once."""

    def __init__(self) -> None:
        self._counts: dict[Reason, int] = {}
        self._present: frozenset[Reason] = frozenset()
        self._snapshot: dict[str, int] = {}

    def note(self, reasons: Iterable[Reason]) -> None:
        """Take the reasons of one decision."""
        now = frozenset(reasons)
        begun = now - self._present
        self._present = now
        if not begun:
            return
        for reason in begun:
            self._counts[reason] = self._counts.get(reason, 0) + 1
        ordered = sorted(self._counts, key=lambda reason: reason.strength)
        self._snapshot = {reason.code: self._counts[reason] for reason in ordered}

    def snapshot(self) -> dict[str, int]:
        """Counts since start by code, in order of strength; reasons never met are left out."""
        return dict(self._snapshot)
