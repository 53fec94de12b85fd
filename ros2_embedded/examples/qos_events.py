"""Shows what a subscription is told: a deadline that is missed, and qualities that do not fit."""

from __future__ import annotations

import rclpy
from rclpy.duration import Duration
from rclpy.event_handler import (
    PublisherEventCallbacks,
    QoSOfferedIncompatibleQoSInfo,
    QoSRequestedDeadlineMissedInfo,
    QoSRequestedIncompatibleQoSInfo,
    SubscriptionEventCallbacks,
)
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.qos import QoSPolicyKind, QoSProfile, ReliabilityPolicy
from std_msgs.msg import String

IN_TIME = QoSProfile(depth=10, deadline=Duration(seconds=0.3))
MESSAGES = 5


class Watcher(Node):
    """Publishes a few messages in time, then falls silent."""

    def __init__(self) -> None:
        super().__init__('watcher')
        self.heartbeat = self.create_publisher(String, 'heartbeat', IN_TIME)
        self.heard = self.create_subscription(
            String,
            'heartbeat',
            lambda message: self.get_logger().info(f'heard {message.data}'),
            IN_TIME,
            event_callbacks=SubscriptionEventCallbacks(deadline=self.miss),
        )
        self.unsure = self.create_publisher(
            String,
            'promise',
            QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT),
            event_callbacks=PublisherEventCallbacks(incompatible_qos=self.cannot_offer),
        )
        self.strict = self.create_subscription(
            String,
            'promise',
            lambda message: self.get_logger().error('this cannot come'),
            QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE),
            event_callbacks=SubscriptionEventCallbacks(incompatible_qos=self.cannot_have),
        )
        self.timer = self.create_timer(0.1, self.beat)
        self.count = 0

    def beat(self) -> None:
        """Publish, and stop after some messages."""
        self.count += 1
        self.heartbeat.publish(String(data=str(self.count)))
        if self.count == MESSAGES:
            self.timer.cancel()

    def miss(self, event: QoSRequestedDeadlineMissedInfo) -> None:
        """Log that nothing came in time."""
        self.get_logger().warning(f'deadline missed, {event.total_count} in all')

    def cannot_have(self, event: QoSRequestedIncompatibleQoSInfo) -> None:
        """Log which quality a publisher lacks."""
        policy = QoSPolicyKind(event.last_policy_kind).name
        self.get_logger().warning(f'a publisher does not offer what is wanted: {policy}')

    def cannot_offer(self, event: QoSOfferedIncompatibleQoSInfo) -> None:
        """Log which quality a subscription wants in vain."""
        policy = QoSPolicyKind(event.last_policy_kind).name
        self.get_logger().warning(f'a subscription wants more than is offered: {policy}')


def main(args: list[str] | None = None) -> None:
    """Watch until Ctrl-C."""
    try:
        with rclpy.init(args=args):
            rclpy.spin(Watcher())
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == '__main__':
    main()
