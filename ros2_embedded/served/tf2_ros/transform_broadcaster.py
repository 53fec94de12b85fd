"""Sends transforms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from geometry_msgs.msg import TransformStamped
from rclpy.qos import QoSProfile
from tf2_msgs.msg import TFMessage

if TYPE_CHECKING:
    from rclpy.node import Node


class TransformBroadcaster:
    """Publishes on /tf."""

    def __init__(self, node: Node, qos: QoSProfile | int | None = None) -> None:
        """Make the publisher; keep last 100 where qos is None."""
        self.pub_tf = node.create_publisher(
            TFMessage, '/tf', QoSProfile(depth=100) if qos is None else qos
        )

    def sendTransform(  # noqa: N802  (tf2_ros's name)
        self, transform: TransformStamped | Iterable[TransformStamped]
    ) -> None:
        """Send one transform or several."""
        self.pub_tf.publish(TFMessage(transforms=as_list(transform)))


def as_list(
    transform: TransformStamped | Iterable[TransformStamped],
) -> list[TransformStamped]:
    """Return one transform or several as a list."""
    return [transform] if isinstance(transform, TransformStamped) else list(transform)
