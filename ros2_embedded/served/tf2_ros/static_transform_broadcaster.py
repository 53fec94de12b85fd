"""Sends transforms that do not change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from geometry_msgs.msg import TransformStamped
from rclpy.qos import DurabilityPolicy, QoSProfile
from tf2_msgs.msg import TFMessage
from tf2_ros.transform_broadcaster import as_list

if TYPE_CHECKING:
    from rclpy.node import Node


class StaticTransformBroadcaster:
    """Publishes on /tf_static, where late listeners get all that was sent."""

    def __init__(self, node: Node, qos: QoSProfile | int | None = None) -> None:
        """Make the publisher; keep last 1, transient local, where qos is None."""
        if qos is None:
            qos = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
        self.pub_tf = node.create_publisher(TFMessage, '/tf_static', qos)
        self.net_message = TFMessage()

    def sendTransform(  # noqa: N802  (tf2_ros's name)
        self, transform: TransformStamped | Iterable[TransformStamped]
    ) -> None:
        """Send one transform or several, together with those sent before.

        A transform of a frame that was sent before replaces it; the real one keeps the first.
        """
        known = {each.child_frame_id: each for each in self.net_message.transforms}
        known.update({each.child_frame_id: each for each in as_list(transform)})
        self.net_message.transforms = list(known.values())
        self.pub_tf.publish(self.net_message)
