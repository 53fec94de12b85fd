"""Feeds the scene from the topics of a running graph; it listens and never publishes."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import rclpy
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import (
    QoSDurabilityPolicy,
    QoSHistoryPolicy,
    QoSProfile,
    QoSReliabilityPolicy,
)
from rclpy.signals import SignalHandlerOptions
from rosidl_runtime_py.utilities import get_message

from policy_nodes.evaluation.view.feed import Feed
from policy_nodes.evaluation.view.sources import SOURCES, Source

NAME = 'viewer'
DEPTH = 50
TURN = 0.2  # between two looks at the clock and at signals [s]


def qos_of(source: Source) -> QoSProfile:
    """Listen without ever making a publisher wait; what is latched comes to late comers, too."""
    profile = QoSProfile(
        history=QoSHistoryPolicy.KEEP_LAST,
        depth=DEPTH,
        reliability=QoSReliabilityPolicy.BEST_EFFORT,
    )
    if source.latched:
        profile.reliability = QoSReliabilityPolicy.RELIABLE
        profile.durability = QoSDurabilityPolicy.TRANSIENT_LOCAL
    return profile


class LiveSource:
    """Subscriptions to everything that is drawn."""

    def __init__(self, feed: Feed, namespace: str = '') -> None:
        """Join the graph.

        Args:
            feed: draws.
            namespace: of the robot.

        Raises:
            InvalidNamespaceException: the namespace has a wrong form.
        """
        self._feed = feed
        self._context = Context()
        rclpy.init(args=[], context=self._context, signal_handler_options=SignalHandlerOptions.NO)
        try:
            self.node = Node(
                NAME,
                context=self._context,
                namespace=namespace,
                use_global_arguments=False,
                enable_rosout=False,
                start_parameter_services=False,
            )
        except Exception:
            rclpy.shutdown(context=self._context)
            raise
        for source in SOURCES:
            self.node.create_subscription(
                get_message(source.type_name),
                source.name,
                partial(self._take, source.name),
                qos_of(source),
            )

    def play(
        self,
        seconds: float | None = None,
        on_progress: Callable[[int], None] = lambda done: None,
        until: Callable[[], bool] = lambda: False,
    ) -> None:
        """Draw what comes.

        Args:
            seconds: of wall time; until Ctrl-C if None.
            on_progress: told how many messages were drawn.
            until: ends it when true.
        """
        executor = SingleThreadedExecutor(context=self._context)
        executor.add_node(self.node)
        ends = None if seconds is None else time.monotonic() + seconds
        try:
            while not until() and (ends is None or time.monotonic() < ends):
                left = TURN if ends is None else min(TURN, max(0.0, ends - time.monotonic()))
                executor.spin_once(timeout_sec=left)
                on_progress(self._feed.drawn.total())
        finally:
            executor.shutdown()

    def close(self) -> None:
        """Leave the graph."""
        self.node.destroy_node()
        rclpy.shutdown(context=self._context)

    def _take(self, source: str, message: object) -> None:
        self._feed.take(source, message, time.time_ns())
