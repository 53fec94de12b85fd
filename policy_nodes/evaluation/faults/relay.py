"""Hands the messages of one topic on, unless a fault says otherwise."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from rclpy.node import Node
from rclpy.qos import QoSProfile

FAULTY = 'faulty'  # the safety controller listens here while faults are injected
GAP = 0.25  # [s] between two messages of a stream that flows
FLOWS = 1.0  # [s] until it is said to flow

Tamper = Callable[[Any], Sequence[Any]]
"""What goes out in place of a message: messages, or bytes as they are to lie on the wire."""


def faulty(topic: str) -> str:
    """Where the safety controller hears a topic in a campaign."""
    return f'{FAULTY}/{topic.lstrip("/")}'


class Relay:
    """Subscribes to a topic and publishes it again for the safety controller.

    Attributes:
        good_s: steady time of the last message that went out as it came [s].
        bad_s: steady time of the first other one since tampering began [s]; None before it.
    """

    def __init__(
        self, node: Node, topic: str, kind: type, qos: QoSProfile, gap: float = GAP
    ) -> None:
        """Begin to hand on.

        Args:
            node: that does it.
            topic: of the graph.
            kind: message class.
            qos: of both ends.
            gap: longest time between two messages of a stream that flows [s].
        """
        self._gap = gap
        self.good_s = 0.0
        self.bad_s: float | None = None
        self.last: Any = None
        self._flows_since = math.inf
        self._tamper: Tamper | None = None
        self._late: deque[tuple[float, Any]] = deque()
        self._out = node.create_publisher(kind, faulty(topic), qos)
        node.create_subscription(kind, topic, self._take, qos)

    def flows(self, now: float) -> bool:
        """Whether messages have gone out as they came, without a gap, for a second up to now."""
        return now - self.good_s < self._gap and now - self._flows_since > FLOWS

    def tamper(self, tamper: Tamper) -> None:
        """Let a fault decide from the next message on."""
        self.bad_s = None
        self._tamper = tamper

    def restore(self) -> None:
        """Hand on again what comes."""
        self._tamper = None
        self._late.clear()

    def delay(self, message: Any, seconds: float) -> None:
        """Send a message later."""
        self._late.append((time.monotonic() + seconds, message))

    def pump(self) -> None:
        """Send what was delayed until now."""
        while self._late and self._late[0][0] <= time.monotonic():
            self._send(self._late.popleft()[1])

    def _take(self, message: Any) -> None:
        tamper = self._tamper
        if tamper is None:
            now = time.monotonic()
            if now - self.good_s > self._gap:
                self._flows_since = now
            self.last, self.good_s = message, now
            self._out.publish(message)
            return
        for each in tamper(message):
            self._send(each)

    def _send(self, message: Any) -> None:
        if self.bad_s is None:
            self.bad_s = time.monotonic()
        self._out.publish(message)
