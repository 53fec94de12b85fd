"""When a simulator in lockstep may take its next step."""


class StepClock:
    """Keeps the pace of wall time and waits for answers, but never for ever."""

    def __init__(self, period: float, grace: float, patience: float = 0.1) -> None:
        """Set the pace.

        Args:
            period: wall time of a step [s].
            grace: how long to wait for the answer to a step beyond that [s]; 0 does not wait.
            patience: once an answer stayed away, the least wall time that each further step
                leaves for its own answer [s]. It has to be more than an answer takes, or a
                simulation faster than that would never hear an answer in time again.
        """
        self.period, self.grace, self.patience = period, grace, patience
        self._due = self._stepped = float('inf')
        self._behind = False

    def begin(self, now: float) -> None:
        """Start to count at wall time now [s]."""
        self._due, self._stepped = now + self.period, now
        self._behind = False

    def due(self, now: float, answered: bool) -> bool:
        """Say whether to step at wall time now [s], and count the step if so.

        After one answer stayed away, the next steps wait no longer than the patience: time slows
        down once, not at every step.
        """
        if now < self._due:
            return False
        if not answered and self.grace > 0:
            # a pace that cannot be held leaves the due time far behind; the wait for an answer
            # begins with the step that is to be answered all the same
            asked = max(self._due, self._stepped)
            if now < (self._stepped + self.patience if self._behind else asked + self.grace):
                return False
        self._behind = not answered
        catch_up = max(self.period, self.grace)
        self._due = max(self._due + self.period, now + self.period - catch_up)
        self._stepped = now
        return True
