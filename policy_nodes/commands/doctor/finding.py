"""What a check has found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum


class Status(str, Enum):
    """How good a finding is; FAILED means that what follows does not work."""

    OK = 'ok'
    WARNING = 'warning'
    FAILED = 'failed'


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        name: what was looked at.
        status: how good it is.
        found: what was found, for people.
        remedy: what to do about it; empty where nothing has to be done.
    """

    name: str
    status: Status
    found: str
    remedy: str = ''


Check = Callable[[], Iterable[Finding]]


def ok(name: str, found: str) -> Finding:
    """Nothing has to be done."""
    return Finding(name, Status.OK, found)


def warning(name: str, found: str, remedy: str) -> Finding:
    """Something is slower, less certain or left out; `make run` works."""
    return Finding(name, Status.WARNING, found, remedy)


def failed(name: str, found: str, remedy: str) -> Finding:
    """`make run` does not work."""
    return Finding(name, Status.FAILED, found, remedy)


def worst(findings: Iterable[Finding]) -> Status:
    """Return the worst status; OK where there are none."""
    order = list(Status)
    return max((each.status for each in findings), key=order.index, default=Status.OK)
