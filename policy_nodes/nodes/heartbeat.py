"""Publishes a node's heartbeat on a steady clock, from the same executor as its work."""

from collections.abc import Callable
from typing import Any

from rclpy.callback_groups import CallbackGroup
from rclpy.clock import Clock, ClockType
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.node import Node

from policy_nodes.nodes.interface import Topic, announce, listen
from policy_nodes.nodes.qos import HEARTBEAT_PERIOD, heartbeat_in, heartbeat_out
from policy_stack.msg import Heartbeat

HEARTBEAT = Topic('~/heartbeat', Heartbeat, heartbeat_out(), 'sign of life, ten times a second')


class HeartbeatPublisher:
    """Counts up while the node's own loop runs.

    The timer shares the node's callback group of work: a callback that blocks stops the beat.

    Attributes:
        epoch: safety epoch that the node is armed with.
        state: lifecycle state id.
    """

    def __init__(self, node: Node, group: CallbackGroup | None = None) -> None:
        """Begin to beat.

        Args:
            node: whose name the beats carry.
            group: of the work whose life they prove.
        """
        self.node = node
        self.epoch = 0
        self.state = 0
        self.sequence = 0
        self._publisher = announce(node, HEARTBEAT)
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        self._timer = node.create_timer(
            HEARTBEAT_PERIOD, self.beat, callback_group=group, clock=steady
        )

    def beat(self) -> None:
        """Publish one beat."""
        self.sequence += 1
        message = Heartbeat(
            node=self.node.get_name(), sequence=self.sequence, epoch=self.epoch, state=self.state
        )
        message.header.stamp = self.node.get_clock().now().to_msg()
        self._publisher.publish(message)


def listen_for_life(
    node: Node,
    name: str,
    beat: Callable[[Heartbeat], None],
    end: Callable[[str], None],
    group: CallbackGroup,
) -> Any:
    """Subscribe to the heartbeat of another node, and to its end as the middleware sees it.

    Args:
        node: that listens.
        name: of the other node, relative to the namespace.
        beat: called with each beat.
        end: called with the name when no publisher of its heartbeat is alive any more.
        group: of both callbacks.
    """
    events = SubscriptionEventCallbacks(liveliness=lambda event: event.alive_count or end(name))
    topic = Topic(f'{name}/heartbeat', Heartbeat, heartbeat_in(), '')
    return listen(node, topic, beat, group, event_callbacks=events)
