"""Matchers that pick launched processes by what they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...actions import ExecuteLocal


def matches_pid(pid: int) -> Callable[[ExecuteLocal], bool]:
    """Return a matcher of the process with this id."""
    return _matches_details(lambda details: details.get('pid') == pid)


def matches_name(name: str) -> Callable[[ExecuteLocal], bool]:
    """Return a matcher of the process with this unique name, such as `talker-1`."""
    return _matches_details(lambda details: details['name'] == name)


def matches_executable(executable: str) -> Callable[[ExecuteLocal], bool]:
    """Return a matcher of the processes whose program's path ends so."""
    return _matches_details(lambda details: details['cmd'][0].endswith(executable))


def _matches_details(check: Callable[[dict[str, Any]], bool]) -> Callable[[ExecuteLocal], bool]:
    def matcher(action: ExecuteLocal) -> bool:
        return action.process_details is not None and check(action.process_details)

    return matcher
