"""Whether something stays beyond a bound for too long, by the stamps of what was measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NANO = 1_000_000_000


class Persistence:
    """Follows n things that may be beyond for a time.

    What stays beyond trips again each time that the time has passed once more.
    """

    def __init__(self, size: int, time: float) -> None:
        """Watch things.

        Args:
            size: how many.
            time: how long each may be beyond [s]; 0 trips at once.
        """
        self._time_ns = round(time * NANO)
        self._since = np.full(size, -1, dtype=np.int64)
        self._any = False

    @property
    def beyond(self) -> NDArray[np.bool_]:
        """Which (n,) were beyond by the newest measurement."""
        return self._since >= 0

    def look(self, beyond: NDArray[np.bool_], stamp_ns: int) -> NDArray[np.intp]:
        """Take a measurement.

        Args:
            beyond: (n,).
            stamp_ns: of the measurement, at least 0.

        Returns:
            Indices of those that have been beyond for too long now.
        """
        if not beyond.any():
            self.forget()
            return np.empty(0, dtype=np.intp)
        self._any = True
        since = np.where(beyond, np.where(self._since >= 0, self._since, stamp_ns), -1)
        over = np.flatnonzero(beyond & (stamp_ns - since >= self._time_ns))
        since[over] = stamp_ns
        self._since = since
        return over

    def forget(self) -> None:
        """Nothing is beyond."""
        if self._any:
            self._since[:] = -1
            self._any = False
