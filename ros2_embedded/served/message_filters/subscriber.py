"""A subscription as a filter."""

from __future__ import annotations

from typing import Any

from message_filters.simple_filter import SimpleFilter


class Subscriber(SimpleFilter):
    """Subscribes with a node and hands messages on."""

    def __init__(self, node: Any, msg_type: type, topic: str, *args: Any, **kwargs: Any) -> None:
        """Subscribe.

        Args:
            node: node that subscribes.
            msg_type: class of the messages.
            topic: name.
            *args: none more.
            **kwargs: as for `create_subscription`; qos_profile is 10 by default.
        """
        super().__init__()
        self.node = node
        self.topic = topic
        kwargs.setdefault('qos_profile', 10)
        self.sub = node.create_subscription(msg_type, topic, self.callback, *args, **kwargs)

    def callback(self, msg: Any) -> None:
        """Hand a message on."""
        self.signalMessage(msg)

    def getTopic(self) -> str:  # noqa: N802  (message_filters' name)
        """Return the topic."""
        return self.topic

    def __getattr__(self, key: str) -> Any:
        if key == 'sub':
            raise AttributeError(key)
        return getattr(self.sub, key)
