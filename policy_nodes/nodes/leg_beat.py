"""Which measurements a loop of 50 Hz answers, by their stamps."""

from policy_nodes.nodes.translate import NANO

PERIOD_NS = NANO // 50
EARLY_NS = NANO // 1000  # a measurement by so much before its turn is answered all the same


class LegBeat:
    """Turns come at whole multiples of the period, however often measurements come.

    So they fall together with scans and odometry of a simulator that measures on the same grid.
    """

    def __init__(self) -> None:
        """Answer the first measurement."""
        self._due_ns = -1

    def turn(self, at_ns: int) -> bool:
        """Say whether a measurement with this stamp is to be answered; each is asked for once."""
        late = at_ns - self._due_ns
        # after time jumped back all is news
        if -NANO < late + EARLY_NS < 0:
            return False
        if -EARLY_NS <= late < PERIOD_NS and self._due_ns >= 0:
            self._due_ns += PERIOD_NS
        else:
            # the first one, or one after turns were missed
            self._due_ns = (at_ns // PERIOD_NS + 1) * PERIOD_NS
        return True
