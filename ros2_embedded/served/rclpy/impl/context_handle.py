"""A context's place in a domain: its arguments and its participant."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Sequence
from typing import Any

from rclpy._rclpy_pybind11 import RCLError
from rclpy.impl import logging_levels
from rclpy.impl.arguments import parse_arguments
from rclpy.impl.destroyable import Destroyable
from rclpy.impl.logging_output import Settings

from ros2_embedded.transport.domain import MAX_DOMAIN_ID, domain_id_of_environment
from ros2_embedded.transport.graph import Graph
from ros2_embedded.transport.graph_keeper import GraphKeeper
from ros2_embedded.transport.library import DdsError
from ros2_embedded.transport.participant import Participant

_contexts: weakref.WeakSet[ContextHandle] = weakref.WeakSet()


class ContextHandle(Destroyable):
    """State of an initialised context.

    Attributes:
        arguments: what stood after --ros-args.
        domain_id: the DDS domain.
    """

    def __init__(self, args: Sequence[str], domain_id: int | None) -> None:
        """Read the arguments; the domain is joined by the first node.

        Raises:
            RCLError: an argument, or the domain id, is wrong.
            UnknownROSArgsError: an argument is not known.
        """
        super().__init__()
        try:
            self.arguments = parse_arguments(args)
        except RCLError as error:
            raise RCLError(f'failed to initialize rcl: {error}') from None
        try:
            self.domain_id = domain_id_of_environment() if domain_id is None else domain_id
        except ValueError as error:
            raise RCLError(f'failed to initialize rcl: {error}') from None
        if self.domain_id > MAX_DOMAIN_ID:
            raise RCLError(
                f'failed to initialize rcl: domain id {self.domain_id} is greater than '
                f'{MAX_DOMAIN_ID}.'
            )
        self._valid = True
        self._participant: Participant | None = None
        self._graph: Graph | None = None
        self._keeper: GraphKeeper | None = None
        self._lock = threading.RLock()
        # Executors and events to wake when the context ends.
        self._sleepers: weakref.WeakSet[Any] = weakref.WeakSet()
        _contexts.add(self)

    def configure_logging(self) -> None:
        """Apply the levels that the arguments name."""
        if self.arguments.log_level is not None:
            logging_levels.set_level('', self.arguments.log_level)
        for name, level in self.arguments.logger_levels.items():
            logging_levels.set_level(name, level)
        Settings.console = self.arguments.stdout

    @property
    def participant(self) -> Participant:
        """The participant; joining happens at the first use.

        Raises:
            RCLError: the context was shut down, or the domain cannot be joined.
        """
        with self._lock:
            if not self._valid:
                raise RCLError('the rcl context is invalid: it was shut down')
            if self._participant is None:
                try:
                    self._participant = Participant(self.domain_id)
                except (DdsError, ValueError) as error:
                    raise RCLError(f'error creating node: {error}') from error
                reader = self._participant.discovery_reader
                self._keeper = GraphKeeper(reader, self._update_graph)
            return self._participant

    @property
    def graph(self) -> Graph:
        """What is known of the domain."""
        with self._lock:
            if self._graph is None:
                self._graph = Graph(self.participant)
            return self._graph

    def _update_graph(self) -> None:
        with contextlib.suppress(RCLError, DdsError):  # it was shut down meanwhile
            with self._lock:
                if self._participant is None:
                    return
                graph = self.graph
            graph.update()

    def ok(self) -> bool:
        """Whether it was not shut down."""
        return self._valid

    def wake_on_shutdown(self, sleeper: Any) -> None:
        """Call `sleeper.wake()` when the context ends."""
        self._sleepers.add(sleeper)

    def shutdown(self) -> None:
        """Make the context invalid and wake all who wait.

        Raises:
            RCLError: it was shut down before.
        """
        with self._lock:
            if not self._valid:
                raise RCLError(
                    'failed to shutdown: rcl_shutdown already called on the given context'
                )
            self._valid = False
        for sleeper in list(self._sleepers):
            sleeper.wake()

    def leave(self) -> None:
        """Leave the domain."""
        with self._lock:
            participant, self._participant, self._graph = self._participant, None, None
            keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.close()
        if participant is not None:
            participant.close()

    def _destroy(self) -> None:
        self._valid = False
        self.leave()


def shutdown_all() -> None:
    """Make all contexts of the process invalid, as a signal does."""
    for context in list(_contexts):
        if context.ok():
            context.shutdown()


def wake_all() -> None:
    """Wake all who wait in any context, so that they look around."""
    for context in list(_contexts):
        for sleeper in list(context._sleepers):
            sleeper.wake()
