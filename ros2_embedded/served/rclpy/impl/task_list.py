"""The tasks of an executor that are not done yet."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rclpy.node import Node
    from rclpy.task import Task


class TaskList:
    """Tasks and coroutines in progress, with their entity and node; the newest goes first."""

    def __init__(self) -> None:
        self._tasks: list[tuple[Task, Any, Node | None]] = []
        self._lock = threading.Lock()

    def add(self, task: Task, entity: Any = None, node: Node | None = None) -> None:
        """Keep a task until it is done."""
        with self._lock:
            self._tasks.append((task, entity, node))

    def pending(self, nodes: list[Node]) -> list[tuple[Task, Any, Node | None]]:
        """Return the tasks that can go on now, of some nodes and of none."""
        if not self._tasks:
            return []
        with self._lock:
            self._tasks = [each for each in self._tasks if not each[0].done()]
            return [
                (task, entity, node)
                for task, entity, node in reversed(self._tasks)
                if task._can_go_on() and (node is None or node in nodes)
            ]
