"""How many steps of a simulation are due by the wall clock."""


class RealTimePace:
    """Keeps the pace of wall time as long as the machine can; else time goes slower."""

    def __init__(
        self, step: float, speed: float = 1.0, most: float = 0.1, early: float = 0.0
    ) -> None:
        """Set the pace.

        Args:
            step: simulated time of a step [s].
            speed: simulated over wall time.
            most: simulated time to catch up with at once [s]; what is beyond is given up.
            early: simulated time by which a step may be taken before it is due [s]: whoever asks
                once a step and half of one early misses none by a moment.
        """
        self.step, self.speed, self.most = step, speed, most
        self._seen: float | None = None
        self._owed = early

    def due(self, now: float) -> int:
        """Whole steps that are due at steady wall time now [s]; they count as taken."""
        if self._seen is not None:
            self._owed += (now - self._seen) * self.speed
        self._seen = now
        self._owed = min(self._owed, self.most)
        steps = int(self._owed / self.step + 1e-6)
        self._owed -= steps * self.step
        return steps
