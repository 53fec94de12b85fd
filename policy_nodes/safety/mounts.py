"""Whether the places of sensors are known: without its place a sample says nothing."""

from __future__ import annotations

from collections.abc import Mapping

from policy_nodes.safety.finding import Finding
from policy_nodes.safety.mount import Mount
from policy_nodes.safety.reasons import Reason

NANO = 1_000_000_000


class Mounts:
    """Judges the transform that belongs to each sample.

    A sensor without one counts as lost from that sample on, until the next one that has it:
    nothing is guessed, and no older transform is used instead.
    """

    def __init__(self, base_frame: str, frames: Mapping[str, str], max_age: float) -> None:
        """Watch sensors.

        Args:
            base_frame: that samples are moved into.
            frames: of the sensors whose place has to be given, by name; the others need none.
            max_age: greatest time between the stamps of a sample and of its transform, where the
                mount moves [s].
        """
        self.base_frame = base_frame
        self.frames = dict(frames)
        self.max_age = max_age
        self._lost: dict[str, Finding] = {}

    def damage(self, name: str, stamp_ns: int, mount: Mount | None) -> str:
        """Say why a sample cannot be placed, in words; empty if it can."""
        if name not in self.frames:
            return ''
        words = self._words(stamp_ns, mount)
        if words:
            between = f'from {self.frames[name]!r} to {self.base_frame!r}'
            words = f'No transform {between}{words}.'
            self._lost[name] = Finding(Reason.TRANSFORM_LOST, name, words)
        else:
            self._lost.pop(name, None)
        return words.removesuffix('.')

    def lost(self) -> list[Finding]:
        """Say which sensors have no place just now."""
        return list(self._lost.values())

    def forget(self) -> None:
        """Rely on no sample received so far; the next ones tell."""
        self._lost.clear()

    def _words(self, stamp_ns: int, mount: Mount | None) -> str:
        if mount is None:
            return ' is known'
        if mount.stamp_ns is None:
            return ''
        apart = abs(stamp_ns - mount.stamp_ns) / NANO
        if apart <= self.max_age:
            return ''
        return f' of that time: the nearest is {apart:.2f} s off, allowed {self.max_age:g} s'
