"""Whether a stream of stamped samples is alive: by stamp, and by arrival on a steady clock.

Both are needed. A delayed or replayed sample arrives now with an old stamp; a frozen clock gives
every sample a young stamp while nothing new arrives.
"""

from __future__ import annotations

from typing import NamedTuple

from policy_nodes.safety.finding import Finding
from policy_nodes.safety.reasons import Reason

NANO = 1_000_000_000


class FreshnessReasons(NamedTuple):
    """Codes by which a stream names its faults."""

    missing: Reason
    old: Reason
    silent: Reason


OF_PROPOSALS = FreshnessReasons(
    Reason.PROPOSAL_MISSING, Reason.PROPOSAL_OLD, Reason.PROPOSAL_SILENT
)
OF_SOURCES = FreshnessReasons(Reason.SOURCE_MISSING, Reason.SOURCE_OLD, Reason.SOURCE_SILENT)


class Freshness:
    """Follows the stamps and arrivals of one stream."""

    def __init__(
        self,
        source: str,
        *,
        max_age: float = 0.5,
        timeout: float = 0.5,
        future_tolerance: float = 0.25,
        reasons: FreshnessReasons = OF_SOURCES,
    ) -> None:
        """Watch the stream of a source.

        Args:
            source: name in findings.
            max_age: greatest age of the newest stamp on the node clock [s].
            timeout: greatest time since the last news on the steady clock [s].
            future_tolerance: stamps may be ahead of the node clock by this [s].
            reasons: codes of its findings.
        """
        self.source = source
        self.max_age = max_age
        self.timeout = timeout
        self.future_tolerance = future_tolerance
        self.reasons = reasons
        self.stamp_ns: int | None = None
        self._arrival = 0.0
        self._refused = 0
        self._damage = ''

    def is_future(self, stamp_ns: int, now_ns: int) -> bool:
        """Whether a stamp lies ahead of now by more than the tolerance."""
        return stamp_ns - now_ns > self.future_tolerance * NANO

    def is_news(self, stamp_ns: int) -> bool:
        """Whether a stamp is later than the newest one: a repeated stamp is no sign of life."""
        return self.stamp_ns is None or stamp_ns > self.stamp_ns

    def accept(self, stamp_ns: int, steady_s: float) -> None:
        """Take a usable sample as sign of life."""
        self.stamp_ns = stamp_ns
        self._arrival = steady_s
        self._refused, self._damage = 0, ''

    def refuse(self, damage: str) -> None:
        """Note that a sample could not be used, for the words of a later finding."""
        self._refused += 1
        self._damage = damage

    def offer(self, stamp_ns: int, now_ns: int, steady_s: float) -> bool:
        """Take a sample if its stamp is neither ahead of now nor old news.

        Returns:
            Whether it was taken.
        """
        if self.is_future(stamp_ns, now_ns):
            ahead = (stamp_ns - now_ns) / NANO
            self.refuse(f'stamped {ahead:.3g} s ahead of now')
            return False
        if self.stamp_ns is not None and stamp_ns <= self.stamp_ns:
            behind = (self.stamp_ns - stamp_ns) / NANO
            self.refuse(f'stamped {behind:.3g} s before the newest, or equal')
            return False
        self.accept(stamp_ns, steady_s)
        return True

    def age(self, now_ns: int) -> float:
        """Age of the newest stamp [s], at least 0; infinite if there is none."""
        if self.stamp_ns is None:
            return float('inf')
        return max(0, now_ns - self.stamp_ns) / NANO

    def lost(self, now_ns: int, steady_s: float) -> Finding | None:
        """Say why the stream cannot be relied on now; None if it can."""
        refusals = f' {self._refused} samples refused, the last: {self._damage}.'
        detail = refusals if self._refused else ''
        if self.stamp_ns is None:
            return Finding(self.reasons.missing, self.source, detail.strip())
        silent = steady_s - self._arrival
        if silent > self.timeout:
            words = f'No news for {silent:.2f} s, allowed {self.timeout:g} s.{detail}'
            return Finding(self.reasons.silent, self.source, words)
        age = self.age(now_ns)
        if age > self.max_age:
            words = f'Stamp {age:.2f} s ago, allowed {self.max_age:g} s.{detail}'
            return Finding(self.reasons.old, self.source, words)
        return None

    def forget(self) -> None:
        """Rely on nothing received so far."""
        self.stamp_ns = None
        self._refused, self._damage = 0, ''
