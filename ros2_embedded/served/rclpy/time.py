"""Points in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rclpy.clock_type import ClockType
from rclpy.constants import S_TO_NS
from rclpy.duration import Duration

if TYPE_CHECKING:
    from builtin_interfaces.msg import Time as TimeMsg


class Time:
    """A point in time of one kind of clock; only times of one kind can be compared."""

    def __init__(
        self,
        *,
        seconds: float = 0,
        nanoseconds: int = 0,
        clock_type: ClockType = ClockType.SYSTEM_TIME,
    ) -> None:
        """Add seconds and nanoseconds since the clock's zero up.

        Raises:
            TypeError: the clock type is none.
            ValueError: seconds or nanoseconds are negative.
            OverflowError: the sum does not fit into 63 bits.
        """
        if not isinstance(clock_type, ClockType):
            raise TypeError('Clock type must be a ClockType enum')
        if seconds < 0:
            raise ValueError('Seconds value must not be negative')
        if nanoseconds < 0:
            raise ValueError('Nanoseconds value must not be negative')
        total = int(seconds * S_TO_NS) + int(nanoseconds)
        if total >= 2**63:
            raise OverflowError('Total nanoseconds value is too large to store in C time point.')
        self._nanoseconds = total
        self._clock_type = clock_type

    @property
    def nanoseconds(self) -> int:
        """Time since the clock's zero [ns]."""
        return self._nanoseconds

    @property
    def clock_type(self) -> ClockType:
        """The kind of clock that it was read from."""
        return self._clock_type

    def seconds_nanoseconds(self) -> tuple[int, int]:
        """Return whole seconds, and the nanoseconds that are left."""
        return divmod(self._nanoseconds, S_TO_NS)

    def __repr__(self) -> str:
        return f'Time(nanoseconds={self._nanoseconds}, clock_type={self._clock_type.name})'

    def __add__(self, other: Duration) -> Time:
        if not isinstance(other, Duration):
            return NotImplemented
        total = self._nanoseconds + other.nanoseconds
        if total < 0:
            raise ValueError('Addition leads to negative time.')
        if total >= 2**63:
            raise OverflowError('Addition leads to overflow in C storage.')
        return Time(nanoseconds=total, clock_type=self._clock_type)

    __radd__ = __add__

    def __sub__(self, other: Time | Duration) -> Time | Duration:
        if isinstance(other, Time):
            if self._clock_type != other._clock_type:
                raise TypeError("Can't subtract times with different clock types")
            return Duration(nanoseconds=self._nanoseconds - other._nanoseconds)
        if not isinstance(other, Duration):
            return NotImplemented
        total = self._nanoseconds - other.nanoseconds
        if total < 0:
            raise ValueError('Subtraction leads to negative time.')
        return Time(nanoseconds=total, clock_type=self._clock_type)

    def _comparable(self, other: Time) -> int:
        if self._clock_type != other._clock_type:
            raise TypeError("Can't compare times with different clock types")
        return other._nanoseconds

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Time):
            return self._nanoseconds == self._comparable(other)
        return NotImplemented

    __hash__ = None

    def __lt__(self, other: Time) -> bool:
        if isinstance(other, Time):
            return self._nanoseconds < self._comparable(other)
        return NotImplemented

    def __le__(self, other: Time) -> bool:
        if isinstance(other, Time):
            return self._nanoseconds <= self._comparable(other)
        return NotImplemented

    def __gt__(self, other: Time) -> bool:
        if isinstance(other, Time):
            return self._nanoseconds > self._comparable(other)
        return NotImplemented

    def __ge__(self, other: Time) -> bool:
        if isinstance(other, Time):
            return self._nanoseconds >= self._comparable(other)
        return NotImplemented

    def to_msg(self) -> TimeMsg:
        """Return the message of the same time."""
        from builtin_interfaces.msg import Time as TimeMsg

        seconds, nanoseconds = self.seconds_nanoseconds()
        return TimeMsg(sec=seconds, nanosec=nanoseconds)

    @classmethod
    def from_msg(cls, msg: TimeMsg, clock_type: ClockType = ClockType.ROS_TIME) -> Time:
        """Return the time that a message says.

        Raises:
            TypeError: it is no builtin_interfaces/msg/Time.
        """
        from builtin_interfaces.msg import Time as TimeMsg

        if not isinstance(msg, TimeMsg):
            raise TypeError('Must pass a builtin_interfaces.msg.Time object')
        return cls(seconds=msg.sec, nanoseconds=msg.nanosec, clock_type=clock_type)
