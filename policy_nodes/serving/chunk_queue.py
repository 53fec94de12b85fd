"""Rows of a chunk of actions that are still to be sent, and which answers may add to them.

How late an answer is counts in rows that the robot was sent meanwhile, not in seconds: a robot
that stood still for want of rows has not moved on, one that drove on has.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class ChunkQueue:
    """The newest admitted chunk, played row by row.

    Attributes:
        consumed: rows taken since the beginning; it never decreases.
        cut: rows dropped from the heads of late answers.
        refused: answers of which nothing was left.
    """

    def __init__(self) -> None:
        """Begin without rows."""
        self.consumed = self.cut = self.refused = 0
        self._newest = -1
        self._rows: deque[Floats] = deque()

    def __len__(self) -> int:
        """Rows that are left."""
        return len(self._rows)

    def clear(self) -> None:
        """Drop what is left; answers to earlier questions can still be admitted by count."""
        self._rows.clear()

    def admit(self, rows: Floats, sequence: int, asked_at: int) -> bool:
        """Replace what is left by a newer answer, less the rows that its time has passed.

        Args:
            rows: (rows, n), the first for the moment of the question.
            sequence: of the question.
            asked_at: `consumed` at that moment.

        Returns:
            Whether rows were admitted: not those of an older question than before, and none
            where more rows were sent meanwhile than the answer has.
        """
        late = self.consumed - asked_at
        if sequence <= self._newest or late >= len(rows):
            self.refused += 1
            return False
        self._newest = sequence
        self.cut += late
        self._rows = deque(rows[late:])
        return True

    def take(self) -> Floats | None:
        """Take the next row (n,); None where there is none."""
        if not self._rows:
            return None
        self.consumed += 1
        return self._rows.popleft()
