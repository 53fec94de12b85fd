"""Times of inference in constant memory: a histogram whose steps are 2 % wide."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

_STEP = math.log(1.02)
_LEAST = 1e-4  # [ms]; what is shorter counts as that long


class Latencies:
    """Counts times [ms].

    Attributes:
        count: how many.
        missed: how many were longer than the deadline.
        longest: of them [ms].
    """

    def __init__(self, deadline_ms: float = math.inf) -> None:
        """Count nothing yet.

        Args:
            deadline_ms: a longer time is a miss.
        """
        self.count = self.missed = 0
        self.longest = 0.0
        self._deadline = deadline_ms
        self._bins: Counter[int] = Counter()

    def add(self, taken_ms: float) -> None:
        """Count a time."""
        self.count += 1
        self.missed += taken_ms > self._deadline
        self.longest = max(self.longest, taken_ms)
        self._bins[round(math.log(max(taken_ms, _LEAST)) / _STEP)] += 1

    def merge(self, values: dict[str, Any]) -> None:
        """Add what another histogram wrote with `to_mapping`."""
        self.count += values['count']
        self.missed += values['missed']
        self.longest = max(self.longest, values['max'] or 0.0)
        self._bins.update({int(step): many for step, many in values['bins'].items()})

    def quantile(self, share: float) -> float | None:
        """Time that this share of all times does not exceed [ms], within 1 %; None without any."""
        left = share * self.count
        for step in sorted(self._bins):
            left -= self._bins[step]
            if left <= 1e-9:
                return min(math.exp(step * _STEP), self.longest)
        return None

    def to_mapping(self) -> dict[str, Any]:
        """Write as plain values."""
        return {
            'count': self.count,
            'p50': self.quantile(0.5),
            'p99': self.quantile(0.99),
            'max': self.longest if self.count else None,
            'missed': self.missed,
            'deadline': self._deadline if math.isfinite(self._deadline) else None,
            'bins': {str(step): self._bins[step] for step in sorted(self._bins)},
        }
