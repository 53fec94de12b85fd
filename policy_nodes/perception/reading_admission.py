"""Which readings of a sensor can be used together with the odometry."""

from collections.abc import Callable

from policy_nodes.contract.samples import BaseSample
from policy_nodes.perception.input_faults import Fault, base_fault
from policy_nodes.perception.refusals import Refusals
from policy_nodes.perception.stamp_order import Order, StampOrder


class ReadingAdmission:
    """Admits readings that are sound, come in order, and have odometry near them.

    Attributes:
        order: of the stamps.
    """

    def __init__(
        self,
        what: str,
        refusals: Refusals,
        *,
        stamp_tolerance: float,
        base_tolerance: float,
        odom_frame: str,
        base_frame: str,
    ) -> None:
        """Begin without a reading.

        Args:
            what: name of a reading.
            refusals: notes why a reading cannot be used.
            stamp_tolerance: a stamp that lies back by more is a clock that went back [s].
            base_tolerance: greatest time between odometry and reading [s].
            odom_frame: frame that the pose of the odometry must be in.
            base_frame: frame that the twist of the odometry must be in.
        """
        self.order = StampOrder(stamp_tolerance)
        self._what = what
        self._refusals = refusals
        self._odom_frame = odom_frame
        self._base_frame = base_frame
        self._base_tolerance = base_tolerance

    def admits(
        self, stamp_ns: int, fault: Fault | None, base: BaseSample, forget: Callable[[], None]
    ) -> bool:
        """Whether a reading can be used; notes why not.

        Args:
            stamp_ns: of the reading.
            fault: what is wrong with the reading itself; None if it is sound.
            base: odometry near it.
            forget: called when the clock went back.
        """
        fault = fault or base_fault(
            base,
            stamp_ns,
            odom_frame=self._odom_frame,
            base_frame=self._base_frame,
            max_gap=self._base_tolerance,
        )
        if fault is not None:
            self._refusals.note(fault.reason, f'{fault.sentence}; {self._what} dropped')
            return False
        order = self.order.judge(stamp_ns, self._what, self._refusals)
        if order is Order.WENT_BACK:
            forget()
        return order in (Order.NEW, Order.WENT_BACK)
