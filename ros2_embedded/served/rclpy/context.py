"""Contexts: the scope of init and shutdown."""

from __future__ import annotations

import sys
import threading
import warnings
import weakref
from collections.abc import Callable
from types import MethodType
from typing import TYPE_CHECKING, Any

from rclpy.impl.context_handle import ContextHandle

if TYPE_CHECKING:
    from rclpy.node import Node


class Context:
    """A scope of init and shutdown; nodes of a context live until it is shut down."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._callbacks: list[Callable[[], Any]] = []
        self._handle: ContextHandle | None = None
        self._nodes: list[weakref.ReferenceType[Node]] = []

    @property
    def handle(self) -> ContextHandle | None:
        """State of the initialised context, None before `init`."""
        return self._handle

    def destroy(self) -> None:
        """Leave the graph."""
        if self._handle is not None:
            self._handle.destroy_when_not_in_use()

    def init(
        self,
        args: list[str] | None = None,
        *,
        initialize_logging: bool = True,
        domain_id: int | None = None,
    ) -> None:
        """Initialise the context.

        Args:
            args: command line; sys.argv where it is None.
            initialize_logging: apply the log levels of the command line.
            domain_id: DDS domain; ROS_DOMAIN_ID where it is None.

        Raises:
            RuntimeError: it was initialised before, or the domain id is negative.
            RCLError: an argument is wrong.
        """
        with self._lock:
            if domain_id is not None and domain_id < 0:
                raise RuntimeError(f'Domain id ({domain_id}) should not be lower than zero.')
            if self._handle is not None:
                raise RuntimeError('Context.init() must only be called once')
            self._handle = ContextHandle(sys.argv if args is None else args, domain_id)
            if initialize_logging:
                self._handle.configure_logging()

    def track_node(self, node: Node) -> None:
        """Destroy a node at shutdown."""
        with self._lock:
            self._nodes.append(weakref.ref(node))

    def untrack_node(self, node: Node) -> None:
        """End what `track_node` began."""
        with self._lock:
            self._nodes = [each for each in self._nodes if each() not in (node, None)]

    def ok(self) -> bool:
        """Whether it is initialised and not shut down."""
        return self._handle is not None and self._handle.ok()

    def _cleanup(self) -> None:
        self._handle.shutdown()
        callbacks, self._callbacks = self._callbacks, []
        for weak in callbacks:
            callback = weak()
            if callback is not None:
                callback()
        self._handle.leave()

    def shutdown(self) -> None:
        """End the context: wake executors and run the shutdown callbacks.

        Raises:
            RuntimeError: it was not initialised.
            RCLError: it was shut down before.
        """
        if self._handle is None:
            raise RuntimeError('Context must be initialized before it can be shutdown')
        with self._lock:
            self._cleanup()

    def try_shutdown(self) -> None:
        """End the context where that was not done."""
        with self._lock:
            if self._handle is not None and self._handle.ok():
                self._cleanup()

    def on_shutdown(self, callback: Callable[[], None]) -> None:
        """Call a function at shutdown; at once where that has happened. Methods are held weakly.

        Raises:
            TypeError: it is not callable.
        """
        if not callable(callback):
            raise TypeError(f'callback should be a callable, got {type(callback)}')
        with self._lock:
            if self._handle is not None and not self._handle.ok():
                callback()
                return
            weak: Callable[[], Any]
            if isinstance(callback, MethodType):
                weak = weakref.WeakMethod(callback, self._remove_callback)
            else:
                weak = _strong(callback)
            self._callbacks.append(weak)

    def _remove_callback(self, weak: Callable[[], Any]) -> None:
        with self._lock:
            self._callbacks = [each for each in self._callbacks if each is not weak]

    def get_domain_id(self) -> int:
        """Return the DDS domain.

        Raises:
            RuntimeError: it was not initialised.
        """
        if self._handle is None:
            raise RuntimeError('Context must be initialized before it can have a domain id')
        return self._handle.domain_id

    def __enter__(self) -> Context:
        if self._handle is None:
            warnings.warn(
                'init() must be called on a Context before using it in a Python context '
                'manager. Calling init() with no arguments, this usage is deprecated',
                stacklevel=2,
            )
            self.init()
        return self

    def __exit__(self, *_: object) -> None:
        self.try_shutdown()


def _strong(callback: Callable[[], None]) -> Callable[[], Any]:
    return lambda: callback
