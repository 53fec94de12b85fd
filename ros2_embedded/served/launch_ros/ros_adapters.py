"""A node of launch's own, for lifecycle nodes and ROS timers."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import Any

import launch
from launch import logging
from launch.event_handlers import OnShutdown

STOP_TIMEOUT = 5.0  # time that the thread which spins the node has to end [s]


class ROSAdapter:
    """Node `launch_ros_<pid>` in a context of its own, spun by a thread of its own."""

    def __init__(self, *, argv: Sequence[str] | None = None, autostart: bool = True) -> None:
        """Create an adapter.

        Args:
            argv: arguments for `rclpy.init`.
            autostart: start at once.
        """
        self.__argv = list(argv or ())
        self.__context: Any | None = None
        self.__node: Any | None = None
        self.__executor: Any | None = None
        self.__thread: threading.Thread | None = None
        self.__is_running = False
        if autostart:
            self.start()

    @property
    def argv(self) -> list[str]:
        """Arguments for `rclpy.init`."""
        return self.__argv

    @property
    def ros_context(self) -> Any | None:
        """The rclpy context; None before the start."""
        return self.__context

    @property
    def ros_node(self) -> Any | None:
        """The node; None before the start."""
        return self.__node

    @property
    def ros_executor(self) -> Any | None:
        """The executor; None before the start."""
        return self.__executor

    def start(self) -> None:
        """Create the node and spin it.

        Raises:
            RuntimeError: the adapter runs already.
        """
        if self.__is_running:
            raise RuntimeError('Cannot start a ROS adapter that is already running')
        import rclpy
        from rclpy.executors import SingleThreadedExecutor
        from rclpy.signals import SignalHandlerOptions

        self.__context = rclpy.Context()
        # Signals are the launch service's.
        rclpy.init(
            args=self.__argv,
            context=self.__context,
            signal_handler_options=SignalHandlerOptions.NO,
        )
        self.__node = rclpy.create_node(f'launch_ros_{os.getpid()}', context=self.__context)
        self.__executor = SingleThreadedExecutor(context=self.__context)
        self.__executor.add_node(self.__node)
        self.__is_running = True
        # Not to be waited for by an interpreter that ends without `shutdown`.
        self.__thread = threading.Thread(target=self.__spin, daemon=True)
        self.__thread.start()

    def __spin(self) -> None:
        while self.__is_running:
            self.__executor.spin_once(timeout_sec=0.2)

    def shutdown(self) -> None:
        """Destroy the node.

        Raises:
            RuntimeError: the adapter does not run.
        """
        if not self.__is_running:
            raise RuntimeError('Cannot shutdown a ROS adapter that is not running')
        import rclpy

        self.__is_running = False
        self.__thread.join(STOP_TIMEOUT)
        if self.__thread.is_alive():
            logging.get_logger(__name__).warning(
                f"launch's own node is still busy after {STOP_TIMEOUT} s and is left alone"
            )
            return
        self.__executor.remove_node(self.__node)
        self.__node.destroy_node()
        rclpy.shutdown(context=self.__context)


def get_ros_adapter(context: launch.LaunchContext) -> ROSAdapter:
    """Return the adapter of a launch, started at the first call."""
    adapter = context.get_locals_as_dict().get('ros_adapter')
    if adapter is None:
        adapter = ROSAdapter()
        context.extend_globals({'ros_adapter': adapter})
        # Last of all handlers: the others then know already that launch shuts down.
        context.register_event_handler(
            OnShutdown(on_shutdown=lambda *_: adapter.shutdown()), append=True
        )
    return adapter


def get_ros_node(context: launch.LaunchContext) -> Any:
    """Return the node of a launch, created at the first call."""
    return get_ros_adapter(context).ros_node
