"""Conditions that stay met once they were, in order where the order counts."""

from __future__ import annotations

from collections.abc import Sequence


class Latches:
    """A row of named conditions."""

    def __init__(self, names: Sequence[str], *, ordered: bool = False) -> None:
        """Begin with none met.

        Args:
            names: of the conditions.
            ordered: one counts only once all before it are met.
        """
        self._met = dict.fromkeys(names, False)
        self._ordered = ordered

    def see(self, **conditions: bool) -> None:
        """Note which conditions hold now; those left out do not.

        Raises:
            ValueError: a condition is not of this row.
        """
        unknown = [name for name in conditions if name not in self._met]
        if unknown:
            raise ValueError(f'no condition {unknown[0]!r}; there are {", ".join(self._met)}')
        for name in self._met:
            self._met[name] = self._met[name] or conditions.get(name, False)
            if self._ordered and not self._met[name]:
                return

    def __getitem__(self, name: str) -> bool:
        return self._met[name]

    @property
    def all(self) -> bool:
        """Whether each was met."""
        return all(self._met.values())
