"""The sensors of a robot by name, and which of them cannot be relied on just now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from policy_nodes.safety.finding import Finding
from policy_nodes.safety.freshness import Freshness


class Bounds(Protocol):
    """How old the newest sample of a sensor may be."""

    @property
    def max_age(self) -> float:
        """Greatest age by stamp [s]."""

    @property
    def timeout(self) -> float:
        """Greatest silence on the steady clock [s]."""


class Sources:
    """Judges the streams of all sensors; the required ones have to be fresh.

    Attributes:
        required: names, in the order of findings.
    """

    def __init__(self, bounds: Mapping[str, Bounds], future_tolerance: float) -> None:
        """Watch sensors.

        Args:
            bounds: by name.
            future_tolerance: by which stamps may be ahead of the node clock [s].
        """
        self._streams = {
            name: Freshness(
                name,
                max_age=each.max_age,
                timeout=each.timeout,
                future_tolerance=future_tolerance,
            )
            for name, each in bounds.items()
        }
        self.required: list[str] = []

    def __getitem__(self, name: str) -> Freshness:
        """The stream of one sensor."""
        return self._streams[name]

    def offer(self, name: str, stamp_ns: int, damage: str, now_ns: int, steady_s: float) -> bool:
        """Take a sample unless it is damaged; returns whether it is sound and news."""
        stream = self._streams[name]
        if damage:
            stream.refuse(damage)
            return False
        return stream.offer(stamp_ns, now_ns, steady_s)

    def lost(self, now_ns: int, steady_s: float) -> list[Finding]:
        """Say which required sensors cannot be relied on."""
        found = (self._streams[name].lost(now_ns, steady_s) for name in self.required)
        return [finding for finding in found if finding is not None]

    def forget(self) -> None:
        """Rely on no stamp received so far."""
        for stream in self._streams.values():
            stream.forget()
