"""Waits for one message."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from rclpy.impl.signal_handling import waiting
from rclpy.qos import QoSProfile
from rclpy.utilities import timeout_sec_to_nsec

from ros2_embedded.transport.waitset import WaitSet

if TYPE_CHECKING:
    from rclpy.node import Node


def wait_for_message(
    msg_type: type,
    node: Node,
    topic: str,
    *,
    qos_profile: QoSProfile | int = 1,
    time_to_wait: float = -1,
) -> tuple[bool, Any]:
    """Wait for the next message of a topic; the node need not spin.

    Args:
        msg_type: class of the message.
        node: node that subscribes for this while.
        topic: name.
        qos_profile: quality of service, or the depth of the default one.
        time_to_wait: at most so long [s]; negative for ever.

    Returns:
        True and the message; False and None when time is up or the context ends.
    """
    if node.context.handle is None:
        raise RuntimeError('Cannot create Waitset without a context.handle')
    subscription = node.create_subscription(
        msg_type, topic, lambda _: None, qos_profile=qos_profile
    )
    waitset = WaitSet()
    node.context.handle.wake_on_shutdown(waitset)
    try:
        condition = subscription.handle.reader.condition
        waitset.attach([condition])
        limit = timeout_sec_to_nsec(time_to_wait)
        end = time.monotonic_ns() + limit
        while node.context.ok():
            taken = subscription.handle.take(raw=False)
            if taken is not None:
                return True, taken[0]
            left = None if limit < 0 else end - time.monotonic_ns()
            if left is not None and left <= 0:
                break
            waiting(lambda left=left: waitset.wait(left))
        return False, None
    finally:
        waitset.close()
        # An executor that spins the node must not wait for it any more.
        node.destroy_subscription(subscription)
