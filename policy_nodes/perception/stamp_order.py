"""Whether stamps come in order, and how to tell a late sample from a clock that went back."""

import enum

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

    def judge(self, stamp_ns: int) -> Order:
        """Compare a stamp with the newest one, without taking it."""
        if self.newest_ns is None or stamp_ns > self.newest_ns:
            return Order.NEW
        if stamp_ns == self.newest_ns:
            return Order.DUPLICATE
        back = (self.newest_ns - stamp_ns) / NANO
        return Order.LATE if back <= self.tolerance else Order.WENT_BACK

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
