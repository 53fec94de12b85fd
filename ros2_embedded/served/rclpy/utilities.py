"""The default context, and small helpers."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence

from rclpy.constants import S_TO_NS
from rclpy.context import Context
from rclpy.impl.arguments import without_ros_arguments

g_default_context: Context | None = None
g_context_lock = threading.Lock()


def get_default_context(*, shutting_down: bool = False) -> Context:
    """Return the context that is used where none is given.

    Args:
        shutting_down: the caller ends it, so the next call makes a new one.
    """
    global g_default_context
    with g_context_lock:
        if g_default_context is None:
            g_default_context = Context()
        context = g_default_context
        if shutting_down:
            g_default_context = None
        return context


def remove_ros_args(args: Sequence[str] | None = None) -> list[str]:
    """Return a command line, sys.argv where it is None, without the ROS arguments."""
    return without_ros_arguments(sys.argv if args is None else args)


def ok(*, context: Context | None = None) -> bool:
    """Whether a context is initialised and not shut down."""
    return (get_default_context() if context is None else context).ok()


def shutdown(*, context: Context | None = None) -> None:
    """End a context.

    Raises:
        RuntimeError: it was not initialised.
    """
    if context is None:
        context = get_default_context(shutting_down=True)
    context.shutdown()


def try_shutdown(*, context: Context | None = None) -> None:
    """End a context where that was not done."""
    global g_default_context
    if context is not None:
        context.try_shutdown()
        return
    context = get_default_context()
    context.try_shutdown()
    with g_context_lock:
        if g_default_context is context and not context.ok():
            g_default_context = None


def get_rmw_implementation_identifier() -> str:
    """Return the name of the middleware that this one speaks as."""
    return 'rmw_cyclonedds_cpp'


def get_available_rmw_implementations() -> set[str]:
    """Return the names of the middlewares to choose from: one."""
    return {get_rmw_implementation_identifier()}


def timeout_sec_to_nsec(timeout_sec: float | None) -> int:
    """Return a time-out [s] in nanoseconds, -1 for None and negative ones."""
    if timeout_sec is None or timeout_sec < 0:
        return -1
    return int(float(timeout_sec) * S_TO_NS)
