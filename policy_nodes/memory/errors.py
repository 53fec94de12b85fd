"""The one error of this package: what was wrong, and what to do."""

from __future__ import annotations


class MemoryBankError(ValueError):
    """Something that the memory bank does not take or cannot give.

    Attributes:
        problem: what is wrong, and where.
        remedy: what the user can do about it.
    """

    def __init__(self, problem: str, *, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(f'{problem}; {remedy}')
