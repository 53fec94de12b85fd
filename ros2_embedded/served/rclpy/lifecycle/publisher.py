"""Publishers that send only while their node is active."""

from __future__ import annotations

from typing import Any

from rclpy.lifecycle.managed_entity import SimpleManagedEntity
from rclpy.publisher import Publisher
from rclpy.type_support import MsgT


class LifecyclePublisher(SimpleManagedEntity, Publisher[MsgT]):
    """A publisher of a managed node; make one with `create_lifecycle_publisher`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        SimpleManagedEntity.__init__(self)
        Publisher.__init__(self, *args, **kwargs)

    @SimpleManagedEntity.when_enabled
    def publish(self, msg: MsgT | bytes) -> None:
        """Send a message while active, else do nothing; see rclpy.publisher.Publisher."""
        Publisher.publish(self, msg)
