"""Guard conditions: flags that executors wait for."""

from __future__ import annotations

from rclpy.impl.destroyable import Destroyable

from ros2_embedded.transport.waitset import Guard


class GuardHandle(Destroyable):
    """A flag that any thread may raise."""

    def __init__(self) -> None:
        super().__init__()
        self.guard = Guard()

    def trigger_guard_condition(self) -> None:
        """Raise the flag."""
        self.guard.set()

    def _destroy(self) -> None:
        self.guard.close()
