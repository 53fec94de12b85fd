"""What a safety controller decided over time, as sums: it never needs more memory."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from policy_nodes.safety.decision import Decision
from policy_nodes.safety.ladder import Level


class SafetyTally:
    """Counts the time on each level and under each reason; a decision holds until the next one."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self._since = 0.0
        self._level = Level.STOPPED
        self._reasons: frozenset[str] = frozenset()
        self._levels: defaultdict[str, float] = defaultdict(float)
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._onsets: Counter[str] = Counter()
        self._last: dict[str, str] = {}
        self._permitted = False
        self._latched_at: float | None = None

    def decide(self, time: float, decision: Decision[Any]) -> None:
        """Note a decision at a time [s]."""
        self._hold(time)
        reasons = frozenset(decision.reasons)
        self._onsets.update(reasons - self._reasons)
        self._level, self._reasons = decision.level, reasons
        for each in decision.findings:
            self._last[each.reason.code] = (
                f'{each.source}: {each.detail}' if each.detail else each.source
            )
        if not decision.latched:
            self._permitted = True
        elif self._permitted and self._latched_at is None:
            self._latched_at = time

    def finish(self, end: float) -> dict[str, Any]:
        """Write everything up to an end [s] as plain values."""
        self._hold(end)
        length = max(sum(self._levels.values()), 1e-9)
        return {
            'seconds': sum(self._levels.values()),
            'levels': {
                level.name.lower(): self._levels[level.name.lower()] / length for level in Level
            },
            'reasons': {
                code: {
                    'onsets': self._onsets[code],
                    'seconds': seconds,
                    'last': self._last.get(code, ''),
                }
                for code, seconds in sorted(self._seconds.items(), key=lambda it: (-it[1], it[0]))
            },
            'latched_at_s': self._latched_at,
        }

    def _hold(self, until: float) -> None:
        length = max(until - self._since, 0.0)
        self._levels[self._level.name.lower()] += length
        for code in self._reasons:
            self._seconds[code] += length
        self._since = max(until, self._since)
