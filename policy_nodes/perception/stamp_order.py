"""Whether stamps come in order, and how to tell a late sample from a clock that went back."""

import enum

from policy_nodes.perception.refusals import Refusals

NANO = 1_000_000_000


class Order(enum.Enum):
    """How a stamp follows the newest one."""

    NEW = 'new'
    DUPLICATE = 'duplicate'
    LATE = 'late'
    WENT_BACK = 'went back'


class StampOrder:
    """Judges the stamps of one stream.

    Attributes:
        newest_ns: newest stamp taken so far, None before the first.
    """

    def __init__(self, tolerance: float) -> None:
        """Begin without a stamp.

        Args:
            tolerance: a stamp that lies back by more is a clock that went back, not a late
                sample [s].
        """
        self.tolerance = tolerance
        self.newest_ns: int | None = None

    def judge(self, stamp_ns: int, what: str, refusals: Refusals) -> Order:
        """Compare a stamp with the newest one, without taking it.

        Args:
            stamp_ns: of the sample.
            what: name of the sample.
            refusals: notes every order but a new one.
        """
        if self.newest_ns is None or stamp_ns > self.newest_ns:
            return Order.NEW
        words = f'{what} stamped {stamp_ns} ns, the one before {self.newest_ns} ns'
        if stamp_ns == self.newest_ns:
            refusals.note('duplicate_stamp', f'{words}; {what} dropped')
            return Order.DUPLICATE
        if self.newest_ns - stamp_ns <= self.tolerance * NANO:
            refusals.note('late_stamp', f'{words}; {what} dropped')
            return Order.LATE
        refusals.note('clock_went_back', f'{words}: the clock went back; all is forgotten')
        return Order.WENT_BACK

    def take(self, stamp_ns: int) -> float:
        """Make a stamp the newest one.

        Returns:
            Time since the stamp before [s]; 0 for the first.
        """
        before, self.newest_ns = self.newest_ns, stamp_ns
        return 0.0 if before is None else (stamp_ns - before) / NANO

    def reset(self) -> None:
        """Forget the newest stamp."""
        self.newest_ns = None
