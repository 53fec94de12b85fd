"""Typed reading of one mapping of a yaml file.

A section hands out values by name and type, remembers which names were asked for, and in the end
refuses whatever nobody asked for: a misspelt key is an error, never a silent default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from policy_nodes.contract.errors import ContractError, inside, suggest

T = TypeVar('T')


class Section:
    """One mapping with text keys, read key by key.

    Args:
        values: the mapping as yaml gave it.
        what: what the mapping describes, for the sentence of a refusal.
    """

    def __init__(self, values: object, what: str) -> None:
        if not isinstance(values, dict):
            raise ContractError(
                f'{what} has to be a mapping, not {_kind(values)}',
                remedy='write it as lines of `key: value`',
            )
        self._values: dict[str, Any] = values
        self._what = what
        self._asked: list[str] = []

    def text(self, key: str, default: str | None = None) -> str:
        """Read a text."""
        value = self._get(key, default)
        if not isinstance(value, str):
            raise _mistyped(key, value, 'text', 'put it in quotes if text is meant')
        if not value.isprintable():
            # Texts of a foreign file reach the terminal, where control characters do things.
            raise ContractError(
                f'{value!r} has characters that cannot be printed',
                remedy='write one line of plain text',
                path=key,
            )
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """Read a number; the range is the caller's affair."""
        return _number(key, self._get(key, default))

    def optional_number(self, key: str) -> float | None:
        """Read a number that may be absent or null."""
        return self._optional(key, self.number)

    def integer(self, key: str, default: int | None = None) -> int:
        """Read a whole number."""
        return _integer(key, self._get(key, default))

    def optional_integer(self, key: str) -> int | None:
        """Read a whole number that may be absent or null."""
        return self._optional(key, self.integer)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Read a list of texts; a single text counts as a list of one."""
        value = self._get(key, default)
        items = [value] if isinstance(value, str) else _items(key, value)
        for item in items:
            if not isinstance(item, str):
                raise _mistyped(key, item, 'text', 'put every entry in quotes')
        return tuple(items)

    def numbers(self, key: str, default: tuple[float, ...] | None = None) -> tuple[float, ...]:
        """Read a list of numbers; a single number counts as a list of one."""
        value = self._get(key, default)
        items = _items(key, value) if isinstance(value, list | tuple) else [value]
        return tuple(_number(key, item) for item in items)

    def rows(self, key: str) -> tuple[tuple[float, ...], ...]:
        """Read a list of lists of numbers; a plain list of numbers counts as one row."""
        value = self._get(key, ())
        items = _items(key, value)
        if items and not any(isinstance(item, list) for item in items):
            items = [items]
        return tuple(tuple(_number(key, n) for n in _items(key, item)) for item in items)

    def shape(self, key: str) -> tuple[int | None, ...]:
        """Read a shape; ``any`` stands for a size that varies and becomes None."""
        items = _items(key, self._get(key, None))
        return tuple(None if item == 'any' else _integer(key, item) for item in items)

    def section(self, key: str, what: str) -> Section:
        """Read a mapping."""
        value = self._get(key, None)
        with inside(key):
            return Section(value, what)

    def optional_section(self, key: str, what: str) -> Section | None:
        """Read a mapping that may be absent or null."""
        return self._optional(key, lambda name: self.section(name, what))

    def entries(self, key: str, what: str) -> Iterator[tuple[str, Section]]:
        """Walk a mapping of names to mappings, in the order of the file; absent is empty."""
        named = self.optional_section(key, key)
        for name, values in (named._values if named else {}).items():
            with inside(key), inside(name):
                section = Section(values, what)
            yield name, section

    def by_name(
        self, key: str, names: tuple[str, ...], what: str
    ) -> tuple[tuple[float, ...], ...]:
        """Read numbers for each of the names, from a mapping, in the order of the names."""
        if not names:
            self._asked.append(key)
            return ()
        named = self.section(key, what)
        with inside(key):
            values = tuple(named.numbers(name) for name in names)
            named.close()
        return values

    def plain(self, key: str) -> dict[str, Any]:
        """Read a mapping of plain values as it stands; absent is empty."""
        named = self.optional_section(key, key)
        return named._values if named else {}

    def close(self) -> None:
        """Refuse the keys that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                raise ContractError(
                    f'{self._what} has no key {key!r}', remedy=suggest(key, self._asked), path=key
                )

    def _get(self, key: str, default: object) -> Any:
        if key not in self._asked:
            self._asked.append(key)
        value = self._values.get(key)
        if value is None:
            value = default
        if value is None:
            raise ContractError(
                f'{self._what} needs this key and has none', remedy=f'add `{key}:`', path=key
            )
        return value

    def _optional(self, key: str, read: Callable[[str], T]) -> T | None:
        if self._values.get(key) is None:
            self._asked.append(key)
            return None
        return read(key)


def _items(key: str, value: object) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise _mistyped(key, value, 'a list', 'write it as [first, second]')
    return list(value)


def _number(key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        remedy = 'write a number'
        if isinstance(value, str) and 'e' in value.lower():
            remedy = 'write a number; yaml takes 1e-3 for text, write 1.0e-3'
        raise _mistyped(key, value, 'a number', remedy)
    try:
        return float(value)
    except OverflowError:
        raise _mistyped(key, value, 'a number that fits a float', 'write a smaller one') from None


def _integer(key: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _mistyped(key, value, 'a whole number', 'write it without a point')
    return value


def _mistyped(key: str, value: object, wanted: str, remedy: str) -> ContractError:
    return ContractError(f'it has to be {wanted}, not {_kind(value)}', remedy=remedy, path=key)


def _kind(value: object) -> str:
    if value is None:
        return 'empty'
    if isinstance(value, dict):
        return 'a mapping'
    if isinstance(value, list | tuple):
        return 'a list'
    shown = str(value)
    shown = shown if len(shown) <= 40 else shown[:40] + '...'
    return f'the {"text" if isinstance(value, str) else type(value).__name__} {shown!r}'
