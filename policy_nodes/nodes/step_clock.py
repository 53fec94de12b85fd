"""When a simulator in lockstep may take its next step."""


class StepClock:
    """Keeps the pace of wall time and waits for answers, but never for ever."""

    def __init__(self, period: float, grace: float) -> None:
        """Set the pace.

        Args:
            period: wall time of a step [s].
            grace: how long to wait for the answer to a step beyond that [s]; 0 does not wait.
        """
        self.period, self.grace = period, grace
        self._due = float('inf')
        self._behind = False

    def begin(self, now: float) -> None:
        """Start to count at wall time now [s]."""
        self._due = now + self.period
        self._behind = False

    def due(self, now: float, answered: bool) -> bool:
        """Say whether to step at wall time now [s], and count the step if so.

        After one answer stayed away, the next steps wait no longer than a period: time slows
        down once, not at every step.
        """
        if now < self._due:
            return False
        if not answered and self.grace > 0 and not self._behind and now < self._due + self.grace:
            return False
        self._behind = not answered
        self._due = max(self._due + self.period, now + self.period - self.grace)
        return True
