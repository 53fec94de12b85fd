"""Severity levels of loggers, by name; a logger without one has its parent's."""

from __future__ import annotations

import threading

UNSET, DEBUG, INFO, WARN, ERROR, FATAL = 0, 10, 20, 30, 40, 50
NAMES = {UNSET: 'UNSET', DEBUG: 'DEBUG', INFO: 'INFO', WARN: 'WARN', ERROR: 'ERROR',
         FATAL: 'FATAL'}  # fmt: skip
SEPARATOR = '.'

_lock = threading.Lock()
_levels: dict[str, int] = {'': INFO}
_effective: dict[str, int] = {}


def severity_from_text(text: str) -> int | None:
    """Return the number of a level's name, in any case; None for no level."""
    return {name: number for number, name in NAMES.items()}.get(text.upper())


def set_level(name: str, level: int) -> None:
    """Set the level of a logger, of the root for ''; UNSET gives it its parent's again."""
    with _lock:
        if level == UNSET and name:
            _levels.pop(name, None)
        else:
            _levels[name] = level
        _effective.clear()


def level_of(name: str) -> int:
    """Return the level that was set for a logger, UNSET where none was."""
    return _levels.get(name, UNSET)


def effective_level(name: str) -> int:
    """Return the level that counts for a logger: its own, or that of the nearest parent."""
    found = _effective.get(name)
    if found is not None:
        return found
    with _lock:
        parent = name
        while parent and _levels.get(parent, UNSET) == UNSET:
            parent = parent.rpartition(SEPARATOR)[0]
        found = _effective[name] = _levels.get(parent) or _levels['']
        return found


def reset() -> None:
    """Forget all levels."""
    with _lock:
        _levels.clear()
        _levels[''] = INFO
        _effective.clear()
