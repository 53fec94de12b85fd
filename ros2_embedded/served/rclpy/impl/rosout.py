"""A node's publisher on /rosout."""

from __future__ import annotations

import contextlib

from rcl_interfaces.msg import Log
from rclpy.duration import Duration
from rclpy.impl.logging_output import add_rosout, remove_rosout
from rclpy.impl.node_handle import NodeHandle
from rclpy.impl.topic_handles import PublisherHandle
from rclpy.qos import DurabilityPolicy, QoSProfile

ROSOUT_QOS = QoSProfile(
    depth=1000, durability=DurabilityPolicy.TRANSIENT_LOCAL, lifespan=Duration(seconds=10)
)


class RosoutPublisher:
    """Sends what the node's logger writes."""

    def __init__(self, node: NodeHandle) -> None:
        self._name = node.logger_name
        self._publisher = PublisherHandle(node, '/rosout', Log._TYPE_SUPPORT, ROSOUT_QOS)
        self._publish = self._send
        add_rosout(self._name, self._publish)

    def _send(
        self, stamp: int, level: int, name: str, message: str, file: str, function: str, line: int
    ) -> None:
        log = Log(level=level, name=name, msg=message, file=file, function=function, line=line)
        log.stamp.sec, log.stamp.nanosec = divmod(stamp, 10**9)
        # Logging goes on to the console after the context or the node has ended.
        with contextlib.suppress(RuntimeError), self._publisher:
            self._publisher.publish(log)

    def destroy(self) -> None:
        """Stop sending."""
        remove_rosout(self._name, self._publish)
        self._publisher.destroy_when_not_in_use()
