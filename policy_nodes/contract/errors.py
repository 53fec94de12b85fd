"""The one error of this package: what was wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches


class ContractError(ValueError):
    """A contract, checkpoint or robot description that must not be used.

    Attributes:
        problem: what is wrong.
        remedy: what the user can do about it.
        path: place inside the file, for example ``observations.scan.clip``; may be empty.
        file: file or folder that it was read from; empty where none was.
    """

    def __init__(self, problem: str, *, remedy: str, path: str = '', file: str = '') -> None:
        self.problem = problem
        self.remedy = remedy
        self.path = path
        self.file = file
        super().__init__(problem, remedy, path, file)

    def __str__(self) -> str:
        """Give one sentence: file, place, problem, remedy."""
        place = ': '.join(part for part in (self.file, self.path, self.problem) if part)
        return f'{place}; {self.remedy}'

    def inside(self, place: str) -> ContractError:
        """Return the same error seen from one level further out."""
        path = f'{place}.{self.path}' if self.path else place
        return ContractError(self.problem, remedy=self.remedy, path=path, file=self.file)

    def in_file(self, file: object) -> ContractError:
        """Return the same error with the file it came from; a file already named stays."""
        return ContractError(
            self.problem, remedy=self.remedy, path=self.path, file=self.file or str(file)
        )


@contextmanager
def inside(place: str) -> Iterator[None]:
    """Put a level in front of the path of every ContractError raised within."""
    try:
        yield
    except ContractError as error:
        raise error.inside(place) from error.__cause__


@contextmanager
def in_file(file: object) -> Iterator[None]:
    """Name the file of every ContractError raised within."""
    try:
        yield
    except ContractError as error:
        raise error.in_file(file) from error.__cause__


def suggest(unknown: str, known: Iterable[str]) -> str:
    """Write a remedy for an unknown name: the nearest known one, then all of them."""
    names = list(known)
    if not names:
        return 'none are known here, remove it'
    close = get_close_matches(unknown, names, n=1, cutoff=0.6)
    listing = 'known are ' + ', '.join(names)
    return f'did you mean {close[0]!r}? {listing}' if close else listing
