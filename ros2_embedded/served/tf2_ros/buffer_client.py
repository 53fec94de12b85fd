"""Asks a buffer in another node."""

from __future__ import annotations

import threading
import time as system_time
from typing import TYPE_CHECKING, Any

from geometry_msgs.msg import TransformStamped
from rclpy.action import ActionClient
from rclpy.duration import Duration
from tf2_msgs.action import LookupTransform
from tf2_msgs.msg import TF2Error
from tf2_py import (
    ConnectivityException,
    ExtrapolationException,
    InvalidArgumentException,
    LookupException,
    TimeoutException,
    TransformException,
)
from tf2_py.buffer_core import nanoseconds_of
from tf2_ros.buffer_interface import BufferInterface

if TYPE_CHECKING:
    from rclpy.node import Node
    from rclpy.task import Future

_EXCEPTIONS = {
    TF2Error.LOOKUP_ERROR: LookupException,
    TF2Error.CONNECTIVITY_ERROR: ConnectivityException,
    TF2Error.EXTRAPOLATION_ERROR: ExtrapolationException,
    TF2Error.INVALID_ARGUMENT_ERROR: InvalidArgumentException,
    TF2Error.TIMEOUT_ERROR: TimeoutException,
}


class BufferClient(BufferInterface):
    """Looks transforms up by the action of a buffer server, such as Nav2's or tf2_ros's own.

    Another thread must spin the node while a lookup waits.
    """

    def __init__(
        self,
        node: Node,
        ns: str,
        check_frequency: float = 10.0,
        timeout_padding: Duration | float | None = None,
    ) -> None:
        """Make a client.

        Args:
            node: node that asks.
            ns: name of the server's action.
            check_frequency: taken and not used: answers are waited for, not looked for.
            timeout_padding: how much longer than its time-out a lookup waits for an answer;
                2 s where it is None, a number is in seconds.
        """
        super().__init__()
        self.node = node
        self.action_client = ActionClient(node, LookupTransform, action_name=ns)
        self.check_frequency = check_frequency
        if not isinstance(timeout_padding, Duration):
            timeout_padding = Duration(seconds=2.0 if timeout_padding is None else timeout_padding)
        self.timeout_padding = timeout_padding

    def lookup_transform(
        self, target_frame: str, source_frame: str, time: Any, timeout: Duration | None = None
    ) -> TransformStamped:
        """Return the pose of the source frame in the target frame.

        Args:
            target_frame: frame to express it in.
            source_frame: frame to express.
            time: when; zero for the latest time possible.
            timeout: how long the server waits for it.

        Raises:
            TransformException: what the server's buffer raises; `TimeoutException` where it does
                not answer.
            TypeError: `time` is no time.
        """
        goal = LookupTransform.Goal(target_frame=target_frame, source_frame=source_frame)
        _fill(goal.source_time, nanoseconds_of(time, 'time'))
        return self._ask(goal, timeout)

    def lookup_transform_full(
        self,
        target_frame: str,
        target_time: Any,
        source_frame: str,
        source_time: Any,
        fixed_frame: str,
        timeout: Duration | None = None,
    ) -> TransformStamped:
        """Return the transform from a frame at a time to another at another time."""
        goal = LookupTransform.Goal(
            target_frame=target_frame,
            source_frame=source_frame,
            fixed_frame=fixed_frame,
            advanced=True,
        )
        _fill(goal.source_time, nanoseconds_of(source_time, 'time'))
        _fill(goal.target_time, nanoseconds_of(target_time, 'time'))
        return self._ask(goal, timeout)

    def can_transform(
        self, target_frame: str, source_frame: str, time: Any, timeout: Duration | None = None
    ) -> bool:
        """Return whether a lookup succeeds."""
        try:
            self.lookup_transform(target_frame, source_frame, time, timeout)
        except TransformException:
            return False
        return True

    def can_transform_full(
        self,
        target_frame: str,
        target_time: Any,
        source_frame: str,
        source_time: Any,
        fixed_frame: str,
        timeout: Duration | None = None,
    ) -> bool:
        """Return whether a full lookup succeeds."""
        try:
            self.lookup_transform_full(
                target_frame, target_time, source_frame, source_time, fixed_frame, timeout
            )
        except TransformException:
            return False
        return True

    def destroy(self) -> None:
        """Leave the graph."""
        self.action_client.destroy()

    def _ask(self, goal: LookupTransform.Goal, timeout: Duration | None) -> TransformStamped:
        if not self.action_client.server_is_ready():
            raise TimeoutException('The BufferServer is not ready.')
        waits = 0 if timeout is None else timeout.nanoseconds
        _fill(goal.timeout, waits)
        end = system_time.monotonic() + (waits + self.timeout_padding.nanoseconds) / 1e9
        # A server may answer at the very end of its time, and at once where there is none.
        end = max(end, system_time.monotonic() + 1.0)
        handle = _await(self.action_client.send_goal_async(goal), end)
        if not handle.accepted:
            raise TimeoutException('The BufferServer did not accept the lookup.')
        return _transform(_await(handle.get_result_async(), end).result)


def _fill(message: Any, nanoseconds: int) -> None:
    message.sec, message.nanosec = divmod(nanoseconds, 10**9)


def _await(future: Future, end: float) -> Any:
    """Return the result of a future that another thread completes, until a time [s, monotonic]."""
    done = threading.Event()
    future.add_done_callback(lambda _: done.set())
    if not done.wait(max(end - system_time.monotonic(), 0.0)):
        raise TimeoutException(
            'The BufferServer did not answer in time: it hangs, or no other thread spins the node '
            'of this client.'
        )
    return future.result()


def _transform(result: LookupTransform.Result) -> TransformStamped:
    error = result.error
    if error.error != TF2Error.NO_ERROR:
        raise _EXCEPTIONS.get(error.error, TransformException)(error.error_string)
    return result.transform
