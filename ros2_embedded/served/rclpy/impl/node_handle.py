"""A node's name, its place in the graph, and how it understands names."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rclpy._rclpy_pybind11 import RCLError, RCLInvalidROSArgsError
from rclpy.impl import names
from rclpy.impl.arguments import Arguments, parse_arguments
from rclpy.impl.context_handle import ContextHandle
from rclpy.impl.destroyable import Destroyable
from rclpy.impl.parameter_files import overrides_for
from rclpy.impl.remapping import RemapRule, remapped_name, remapped_topic
from rclpy.logging import get_logger
from rclpy.validate_full_topic_name import validate_full_topic_name
from rclpy.validate_namespace import validate_namespace
from rclpy.validate_node_name import validate_node_name
from rclpy.validate_topic_name import validate_topic_name

from ros2_embedded.transport.endpoint import Reader, Writer
from ros2_embedded.transport.participant import Participant

if TYPE_CHECKING:
    from rclpy.impl.rcutils_logger import RcutilsLogger


class NodeHandle(Destroyable):
    """State of a node.

    Attributes:
        name, namespace: after remapping.
        context: the context's handle.
    """

    def __init__(
        self,
        name: str,
        namespace: str,
        context: ContextHandle,
        cli_args: Sequence[str] | None,
        use_global_arguments: bool,
    ) -> None:
        """Announce a node.

        Raises:
            InvalidNodeNameException, InvalidNamespaceException: a name has a wrong form.
            RCLInvalidROSArgsError, UnknownROSArgsError: an argument is wrong.
            RCLError: the domain cannot be joined.
        """
        super().__init__()
        validate_node_name(name)
        if not namespace.startswith('/'):
            namespace = f'/{namespace}'
        validate_namespace(namespace)
        self.context = context
        try:
            local = parse_arguments(cli_args)
        except RCLError as error:
            raise RCLInvalidROSArgsError(f'Failed to parse ROS arguments: {error}') from None
        self._sources = [local, *([context.arguments] if use_global_arguments else [])]
        self.rules: list[RemapRule] = [rule for each in self._sources for rule in each.remaps]
        self.name = remapped_name(self.rules, 'node', name, name)
        self.namespace = remapped_name(self.rules, 'namespace', name, namespace)
        self.rosout_enabled = all(each.rosout for each in self._sources)
        self._participant: Participant = context.participant
        self._record = self._participant.add_node(self.namespace, self.name)

    @property
    def participant(self) -> Participant:
        """The participant that the node lives in.

        Raises:
            RCLError: the context was shut down.
        """
        if not self.context.ok():
            raise RCLError("rcl node's context is invalid")
        return self._participant

    @property
    def full_name(self) -> str:
        """Namespace and name joined."""
        return self._record.full_name

    @cached_property
    def logger(self) -> RcutilsLogger:
        """Logger of the node, for what its entities have to tell; it remembers when it did."""
        return get_logger(self.logger_name)

    @property
    def logger_name(self) -> str:
        """The full name with dots."""
        return self.full_name.strip('/').replace('/', '.')

    def parameter_overrides(self) -> dict[str, Any]:
        """Return the parameters that files and arguments give the node."""
        found: dict[str, Any] = {}
        for source in reversed(self._sources):
            found.update(_overrides(source, self.full_name))
        return found

    def resolve(self, name: str, *, is_service: bool, only_expand: bool = False) -> str:
        """Return the full name of a topic or service after remapping.

        Raises:
            InvalidTopicNameException, InvalidServiceNameException: the name has a wrong form.
            ValueError: it has an unknown substitution.
        """
        validate_topic_name(name, is_service=is_service)
        try:
            full = names.expand(name, self.name, self.namespace)
        except names.UnknownSubstitutionError as error:
            raise ValueError(f"topic name '{name}' is invalid: {error}") from None
        if not only_expand:
            full = remapped_topic(
                self.rules, 'service' if is_service else 'topic', full, self.name, self.namespace
            )
        validate_full_topic_name(full, is_service=is_service)
        return full

    def remap_topic(self, full_name: str) -> str:
        """Return a full topic name after remapping."""
        return remapped_topic(self.rules, 'topic', full_name, self.name, self.namespace)

    def announcing(self) -> AbstractContextManager[None]:
        """Announce all changes of endpoints made inside as one."""
        return self._participant.announcing()

    def own(self, *endpoints: Reader | Writer) -> None:
        """Announce endpoints as the node's."""
        self._participant.own(self._record, *endpoints)

    def disown(self, *endpoints: Reader | Writer) -> None:
        """Announce that endpoints are gone."""
        self._participant.own(self._record, *endpoints, gone=True)

    def _destroy(self) -> None:
        self._participant.remove_node(self._record)


def _overrides(arguments: Arguments, full_name: str) -> dict[str, Any]:
    return overrides_for(arguments.overrides, full_name)
