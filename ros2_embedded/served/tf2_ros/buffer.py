"""A buffer that waits for transforms."""

from __future__ import annotations

import threading
import time as system_time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from geometry_msgs.msg import TransformStamped
from rclpy.clock import Clock, JumpThreshold, TimeJump
from rclpy.duration import Duration
from rclpy.logging import get_logger
from rclpy.task import Future
from tf2_msgs.srv import FrameGraph
from tf2_py import BufferCore, TransformException
from tf2_ros.buffer_interface import BufferInterface

if TYPE_CHECKING:
    from rclpy.node import Node

Lookup = Callable[[], TransformStamped]
Check = Callable[[], tuple[int, str]]


class Buffer(BufferCore, BufferInterface):
    """Stores transforms, and lets others wait for them.

    A wait with a time-out needs the listener to run in another thread, such as that of a
    MultiThreadedExecutor or of `TransformListener(..., spin_thread=True)`.
    """

    def __init__(self, cache_time: Duration | None = None, node: Node | None = None) -> None:
        """Make an empty buffer.

        Args:
            cache_time: how long transforms are kept; 10 s where it is None.
            node: offers the service tf2_frames, and its clock clears the buffer when it jumps
                back.
        """
        BufferCore.__init__(self, cache_time)
        BufferInterface.__init__(self)
        self._news = threading.Condition(threading.RLock())
        self._waiting: list[tuple[Future, Check, Lookup]] = []
        self.clock = Clock() if node is None else node.get_clock()
        if node is not None:
            self.srv = node.create_service(FrameGraph, 'tf2_frames', self._answer_frames)
        threshold = JumpThreshold(
            min_forward=None, min_backward=Duration(seconds=-1), on_clock_change=True
        )
        self.jump_handle = self.clock.create_jump_callback(
            threshold, post_callback=self.time_jump_callback
        )

    def _answer_frames(self, _: Any, response: Any) -> Any:
        response.frame_yaml = self.all_frames_as_yaml()
        return response

    def time_jump_callback(self, time_jump: TimeJump) -> None:
        """Forget what the clock has not seen yet."""
        get_logger('tf2_buffer').warning('Detected jump back in time. Clearing tf buffer.')
        self.clear()

    def set_transform(self, transform: TransformStamped, authority: str) -> None:
        """Store a transform, and tell those who wait; see BufferCore."""
        super().set_transform(transform, authority)
        self._tell()

    def set_transform_static(self, transform: TransformStamped, authority: str) -> None:
        """Store a static transform, and tell those who wait; see BufferCore."""
        super().set_transform_static(transform, authority)
        self._tell()

    def _tell(self) -> None:
        with self._news:
            self._news.notify_all()
            waiting, self._waiting = self._waiting, []
        for future, check, lookup in waiting:
            if not self._finish(future, check, lookup) and not future.cancelled():
                with self._news:
                    self._waiting.append((future, check, lookup))

    @staticmethod
    def _finish(future: Future, check: Check, lookup: Lookup) -> bool:
        """Give a future its transform, where that is there now."""
        if not check()[0]:
            return False
        try:
            future.set_result(lookup())
        except TransformException as error:
            future.set_exception(error)
        return True

    def _wait(self, check: Check, timeout: Duration | None) -> tuple[int, str]:
        """Wait until a check succeeds, at most for a time."""
        found = check()
        if timeout is None or timeout.nanoseconds <= 0:
            return found
        end = system_time.monotonic() + timeout.nanoseconds / 1e9
        with self._news:
            while not (found := check())[0]:
                left = end - system_time.monotonic()
                if left <= 0:
                    break
                self._news.wait(left)
        return found

    def lookup_transform(
        self, target_frame: str, source_frame: str, time: Any, timeout: Duration | None = None
    ) -> TransformStamped:
        """Return the pose of the source frame in the target frame.

        Args:
            target_frame: frame to express it in.
            source_frame: frame to express.
            time: when; zero for the latest time possible.
            timeout: how long to wait for it.

        Raises:
            LookupException, ConnectivityException, ExtrapolationException,
            InvalidArgumentException: see BufferCore.
        """
        self._wait(lambda: self.can_transform_core(target_frame, source_frame, time), timeout)
        return self.lookup_transform_core(target_frame, source_frame, time)

    async def lookup_transform_async(
        self, target_frame: str, source_frame: str, time: Any
    ) -> TransformStamped:
        """Wait for a transform and return it."""
        return await self.wait_for_transform_async(target_frame, source_frame, time)

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
        where = (target_frame, target_time, source_frame, source_time, fixed_frame)
        self._wait(lambda: self.can_transform_full_core(*where), timeout)
        return self.lookup_transform_full_core(*where)

    async def lookup_transform_full_async(
        self,
        target_frame: str,
        target_time: Any,
        source_frame: str,
        source_time: Any,
        fixed_frame: str,
    ) -> TransformStamped:
        """Wait for a transform between two times and return it."""
        return await self.wait_for_transform_full_async(
            target_frame, target_time, source_frame, source_time, fixed_frame
        )

    def can_transform(
        self,
        target_frame: str,
        source_frame: str,
        time: Any,
        timeout: Duration | None = None,
        return_debug_tuple: bool = False,
    ) -> int | tuple[int, str]:
        """Return whether a lookup would succeed, with the reason if asked for."""
        found = self._wait(
            lambda: self.can_transform_core(target_frame, source_frame, time), timeout
        )
        return found if return_debug_tuple else found[0]

    def can_transform_full(
        self,
        target_frame: str,
        target_time: Any,
        source_frame: str,
        source_time: Any,
        fixed_frame: str,
        timeout: Duration | None = None,
        return_debug_tuple: bool = False,
    ) -> int | tuple[int, str]:
        """Return whether a full lookup would succeed, with the reason if asked for."""
        where = (target_frame, target_time, source_frame, source_time, fixed_frame)
        found = self._wait(lambda: self.can_transform_full_core(*where), timeout)
        return found if return_debug_tuple else found[0]

    def wait_for_transform_async(self, target_frame: str, source_frame: str, time: Any) -> Future:
        """Return a future that gets the transform when it is there."""
        return self._future(
            lambda: self.can_transform_core(target_frame, source_frame, time),
            lambda: self.lookup_transform_core(target_frame, source_frame, time),
        )

    def wait_for_transform_full_async(
        self,
        target_frame: str,
        target_time: Any,
        source_frame: str,
        source_time: Any,
        fixed_frame: str,
    ) -> Future:
        """Return a future that gets the transform between two times when it is there."""
        where = (target_frame, target_time, source_frame, source_time, fixed_frame)
        return self._future(
            lambda: self.can_transform_full_core(*where),
            lambda: self.lookup_transform_full_core(*where),
        )

    def _future(self, check: Check, lookup: Lookup) -> Future:
        future: Future = Future()
        with self._news:
            if not self._finish(future, check, lookup):
                self._waiting.append((future, check, lookup))
        return future
