"""Plain values of the files of a run, checked as they are read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


class RunError(Exception):
    """A run whose files cannot be understood; the sentence says which and why."""


def mapping(values: Any, where: str) -> Mapping[str, Any]:
    """Read a mapping; a RunError says where there is none."""
    if not isinstance(values, dict):
        raise RunError(f'{where}: a mapping is needed, not {type(values).__name__}')
    return values


def number(section: Mapping[str, Any], name: str, where: str) -> float:
    """Read a finite number; a RunError says where there is none."""
    value = section.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RunError(f'{where}: {name} has to be a number, not {value!r}')
    return float(value)


def optional(section: Mapping[str, Any], name: str, where: str) -> float | None:
    """Read a finite number or None."""
    return None if section.get(name) is None else number(section, name, where)


def whole(section: Mapping[str, Any], name: str, where: str) -> int:
    """Read a whole number from 0; a RunError says where there is none."""
    value = section.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise RunError(f'{where}: {name} has to be a whole number, not {value!r}')
    return value


def text(section: Mapping[str, Any], name: str, where: str) -> str:
    """Read a text; a RunError says where there is none."""
    value = section.get(name)
    if not isinstance(value, str):
        raise RunError(f'{where}: {name} has to be a text, not {value!r}')
    return value


def outcome(section: Mapping[str, Any], known: Mapping[int, str], where: str) -> str:
    """Read how an episode ended; a RunError lists the known ones."""
    value: Any = section.get('outcome')
    if value not in known.values():
        names = ', '.join(known.values())
        raise RunError(f'{where}: there is no outcome {value!r}; known: {names}')
    return str(value)
