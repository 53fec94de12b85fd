"""Lengths of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rclpy.constants import S_TO_NS

if TYPE_CHECKING:
    from builtin_interfaces.msg import Duration as DurationMsg


class Duration:
    """A length of time with a resolution of 1 ns, from -292 to 292 years."""

    def __init__(self, *, seconds: float = 0, nanoseconds: int = 0) -> None:
        """Add seconds and nanoseconds up.

        Raises:
            OverflowError: the sum does not fit into 64 bits.
        """
        total = int(seconds * S_TO_NS) + int(nanoseconds)
        if not -(2**63) <= total < 2**63:
            raise OverflowError('Total nanoseconds value is too large to store in C duration.')
        self._nanoseconds = total

    @property
    def nanoseconds(self) -> int:
        """The whole length [ns]."""
        return self._nanoseconds

    def __repr__(self) -> str:
        return f'Duration(nanoseconds={self._nanoseconds})'

    def __str__(self) -> str:
        if self._nanoseconds == 2**63 - 1:
            return 'Infinite'
        return f'{self._nanoseconds} nanoseconds'

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Duration):
            return self._nanoseconds == other._nanoseconds
        return NotImplemented

    __hash__ = None

    def __lt__(self, other: Duration) -> bool:
        if isinstance(other, Duration):
            return self._nanoseconds < other._nanoseconds
        return NotImplemented

    def __le__(self, other: Duration) -> bool:
        if isinstance(other, Duration):
            return self._nanoseconds <= other._nanoseconds
        return NotImplemented

    def __gt__(self, other: Duration) -> bool:
        if isinstance(other, Duration):
            return self._nanoseconds > other._nanoseconds
        return NotImplemented

    def __ge__(self, other: Duration) -> bool:
        if isinstance(other, Duration):
            return self._nanoseconds >= other._nanoseconds
        return NotImplemented

    def to_msg(self) -> DurationMsg:
        """Return the message of the same length."""
        from builtin_interfaces.msg import Duration as DurationMsg

        seconds, nanoseconds = divmod(self._nanoseconds, S_TO_NS)
        return DurationMsg(sec=seconds, nanosec=nanoseconds)

    @classmethod
    def from_msg(cls, msg: DurationMsg) -> Duration:
        """Return the length that a message says.

        Raises:
            TypeError: it is no builtin_interfaces/msg/Duration.
        """
        from builtin_interfaces.msg import Duration as DurationMsg

        if not isinstance(msg, DurationMsg):
            raise TypeError('Must pass a builtin_interfaces.msg.Duration object')
        return cls(seconds=msg.sec, nanoseconds=msg.nanosec)


Infinite = Duration(nanoseconds=2**63 - 1)
