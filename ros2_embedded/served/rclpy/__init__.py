"""rclpy, served by ros2_embedded."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

from rclpy.context import Context
from rclpy.parameter import Parameter
from rclpy.signals import (
    SignalHandlerOptions,
    install_signal_handlers,
    uninstall_signal_handlers,
)
from rclpy.task import Future
from rclpy.utilities import get_default_context, get_rmw_implementation_identifier, ok
from rclpy.utilities import shutdown as _shutdown
from rclpy.utilities import try_shutdown as _try_shutdown

if TYPE_CHECKING:
    from rclpy.executors import Executor
    from rclpy.node import Node

__all__ = [
    'Context',
    'Future',
    'InitContextManager',
    'Parameter',
    'SignalHandlerOptions',
    'create_node',
    'get_default_context',
    'get_global_executor',
    'get_rmw_implementation_identifier',
    'init',
    'ok',
    'shutdown',
    'spin',
    'spin_once',
    'spin_until_future_complete',
    'try_shutdown',
]


class InitContextManager:
    """What `init` returns; a with statement shuts down at its end."""

    def __init__(
        self,
        args: list[str] | None,
        context: Context | None,
        domain_id: int | None,
        signal_handler_options: SignalHandlerOptions | None,
    ) -> None:
        self.context = get_default_context() if context is None else context
        if signal_handler_options is None:
            is_default = self.context is get_default_context()
            signal_handler_options = (
                SignalHandlerOptions.ALL if is_default else SignalHandlerOptions.NO
            )
        self.installed_signal_handlers = signal_handler_options != SignalHandlerOptions.NO
        self.context.init(args, domain_id=domain_id)
        install_signal_handlers(signal_handler_options)

    def __enter__(self) -> InitContextManager:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        context = None if self.context is get_default_context() else self.context
        try_shutdown(context=context, uninstall_handlers=self.installed_signal_handlers)


def init(
    *,
    args: list[str] | None = None,
    context: Context | None = None,
    domain_id: int | None = None,
    signal_handler_options: SignalHandlerOptions | None = None,
) -> InitContextManager:
    """Initialise a context; this comes before everything else.

    Args:
        args: command line; sys.argv where it is None.
        context: the default one where it is None.
        domain_id: DDS domain; ROS_DOMAIN_ID where it is None.
        signal_handler_options: which signals shut down; both for the default context, none for
            others, where it is None.

    Raises:
        RuntimeError: the context was initialised before.
        RCLError, UnknownROSArgsError: an argument is wrong.
    """
    return InitContextManager(args, context, domain_id, signal_handler_options)


_executor: Executor | None = None


def get_global_executor() -> Executor:
    """Return the executor that is used where none is given."""
    global _executor
    if _executor is None:
        from rclpy.executors import SingleThreadedExecutor

        executor = SingleThreadedExecutor()

        def reset() -> None:
            global _executor
            executor.shutdown()
            _executor = None

        executor.context.on_shutdown(reset)
        _executor = executor
    return _executor


def shutdown(*, context: Context | None = None, uninstall_handlers: bool | None = None) -> None:
    """End a context.

    Args:
        context: the default one where it is None.
        uninstall_handlers: put the signal handlers back; done for the default context where it
            is None.

    Raises:
        RuntimeError: it was not initialised.
    """
    is_default = context is None or context is get_default_context()
    _shutdown(context=context)
    if is_default if uninstall_handlers is None else uninstall_handlers:
        uninstall_signal_handlers()


def try_shutdown(
    *, context: Context | None = None, uninstall_handlers: bool | None = None
) -> None:
    """End a context where that was not done; see `shutdown`."""
    is_default = context is None or context is get_default_context()
    _try_shutdown(context=context)
    if is_default if uninstall_handlers is None else uninstall_handlers:
        uninstall_signal_handlers()


def create_node(node_name: str, **arguments: Any) -> Node:
    """Make a node; see rclpy.node.Node for the arguments."""
    from rclpy.node import Node

    return Node(node_name, **arguments)


def spin_once(
    node: Node, *, executor: Executor | None = None, timeout_sec: float | None = None
) -> None:
    """Wait for one callback of a node and run it.

    Args:
        node: the node.
        executor: the global one where it is None.
        timeout_sec: at most so long [s]; None or negative for ever.
    """
    executor = get_global_executor() if executor is None else executor
    try:
        executor.add_node(node)
        executor.spin_once(timeout_sec=timeout_sec)
    finally:
        executor.remove_node(node)


def spin(node: Node, executor: Executor | None = None) -> None:
    """Run the callbacks of a node until its context is shut down.

    Raises:
        ExternalShutdownException: it was shut down while waiting, for example by a signal.
    """
    executor = get_global_executor() if executor is None else executor
    try:
        executor.add_node(node)
        while executor.context.ok():
            executor.spin_once()
    finally:
        executor.remove_node(node)


def spin_until_future_complete(
    node: Node,
    future: Future,
    executor: Executor | None = None,
    timeout_sec: float | None = None,
) -> None:
    """Run the callbacks of a node until a future is done, or time is up [s]."""
    executor = get_global_executor() if executor is None else executor
    added = False
    try:
        added = executor.add_node(node)
        executor.spin_until_future_complete(future, timeout_sec)
    finally:
        if added:
            executor.remove_node(node)
