"""What a node knows of the graph, as methods of Node."""

from __future__ import annotations

import time
from collections.abc import Iterable

from rclpy._rclpy_pybind11 import NodeNameNonExistentError
from rclpy.expand_topic_name import expand_topic_name
from rclpy.impl.node_handle import NodeHandle
from rclpy.impl.qos_conversion import profile_of
from rclpy.topic_endpoint_info import TopicEndpointInfo, TopicEndpointTypeEnum
from rclpy.type_hash import TypeHash
from rclpy.validate_full_topic_name import validate_full_topic_name

from ros2_embedded.transport import names
from ros2_embedded.transport.graph import (
    EndpointRecord,
    Graph,
    services_and_types,
    topics_and_types,
)

NamesAndTypes = list[tuple[str, list[str]]]


class NodeGraph:
    """Asks who is there."""

    handle: NodeHandle

    @property
    def _graph(self) -> Graph:
        with self.handle as handle:
            return handle.context.graph

    def get_node_names(self) -> list[str]:
        """Return the names of all nodes."""
        return [name for name, _ in self.get_node_names_and_namespaces()]

    def get_fully_qualified_node_names(self) -> list[str]:
        """Return the full names of all nodes."""
        return [node.full_name for node, _ in self._graph.nodes()]

    def get_node_names_and_namespaces(self) -> list[tuple[str, str]]:
        """Return name and namespace of all nodes."""
        return [(node.name, node.namespace) for node, _ in self._graph.nodes()]

    def get_node_names_and_namespaces_with_enclaves(self) -> list[tuple[str, str, str]]:
        """Return name, namespace and security enclave of all nodes."""
        return [(node.name, node.namespace, enclave) for node, enclave in self._graph.nodes()]

    def get_topic_names_and_types(self, no_demangle: bool = False) -> NamesAndTypes:
        """Return all topics with their types; `no_demangle` lists all DDS topics as they are."""
        return topics_and_types(self._graph.endpoints(), no_demangle)

    def get_service_names_and_types(self) -> NamesAndTypes:
        """Return all services with their types."""
        return services_and_types(self._graph.endpoints())

    def get_publisher_names_and_types_by_node(
        self, node_name: str, node_namespace: str, no_demangle: bool = False
    ) -> NamesAndTypes:
        """Return the topics that a node publishes.

        Raises:
            NodeNameNonExistentError: there is no such node.
        """
        found = self._endpoints_of(node_name, node_namespace, 'publisher')
        return topics_and_types([each for each in found if each.is_writer], no_demangle)

    def get_subscriber_names_and_types_by_node(
        self, node_name: str, node_namespace: str, no_demangle: bool = False
    ) -> NamesAndTypes:
        """Return the topics that a node subscribes to.

        Raises:
            NodeNameNonExistentError: there is no such node.
        """
        found = self._endpoints_of(node_name, node_namespace, 'subscriber')
        return topics_and_types([each for each in found if not each.is_writer], no_demangle)

    def get_service_names_and_types_by_node(
        self, node_name: str, node_namespace: str
    ) -> NamesAndTypes:
        """Return the services that a node offers.

        Raises:
            NodeNameNonExistentError: there is no such node.
        """
        return services_and_types(
            _servers(self._endpoints_of(node_name, node_namespace, 'service'))
        )

    def get_client_names_and_types_by_node(
        self, node_name: str, node_namespace: str
    ) -> NamesAndTypes:
        """Return the services that a node calls.

        Raises:
            NodeNameNonExistentError: there is no such node.
        """
        return services_and_types(
            _clients(self._endpoints_of(node_name, node_namespace, 'client'))
        )

    def _endpoints_of(self, name: str, namespace: str, what: str) -> list[EndpointRecord]:
        try:
            return list(self._graph.endpoints_of(namespace, name))
        except LookupError as error:
            raise NodeNameNonExistentError(
                f'cannot get {what} names and types for nonexistent node: {error}'
            ) from None

    def count_publishers(self, topic_name: str) -> int:
        """Return the number of publishers of a topic, by its name without remapping."""
        return len(self._on_topic(self._full(topic_name), writers=True))

    def count_subscribers(self, topic_name: str) -> int:
        """Return the number of subscriptions of a topic, by its name without remapping."""
        return len(self._on_topic(self._full(topic_name), writers=False))

    def count_services(self, service_name: str) -> int:
        """Return the number of servers of a service, by its name without remapping."""
        topic = names.request_topic(self._full(service_name, is_service=True))
        return sum(each.topic == topic and not each.is_writer for each in self._graph.endpoints())

    def count_clients(self, service_name: str) -> int:
        """Return the number of clients of a service, by its name without remapping."""
        topic = names.request_topic(self._full(service_name, is_service=True))
        return sum(each.topic == topic and each.is_writer for each in self._graph.endpoints())

    def _full(self, name: str, is_service: bool = False) -> str:
        with self.handle as handle:
            full = expand_topic_name(name, handle.name, handle.namespace)
        validate_full_topic_name(full, is_service=is_service)
        return full

    def _on_topic(
        self, full_name: str, *, writers: bool, plain: bool = False
    ) -> list[EndpointRecord]:
        topic = names.topic_name(full_name, plain)
        return [
            each
            for each in self._graph.endpoints()
            if each.topic == topic and each.is_writer == writers
        ]

    def get_publishers_info_by_topic(
        self, topic_name: str, no_mangle: bool = False
    ) -> list[TopicEndpointInfo]:
        """Return what is known of the publishers of a topic.

        Args:
            topic_name: name before remapping; with `no_mangle` the name of a DDS topic.
            no_mangle: take the name as it is.
        """
        return self._info_by_topic(topic_name, no_mangle, writers=True)

    def get_subscriptions_info_by_topic(
        self, topic_name: str, no_mangle: bool = False
    ) -> list[TopicEndpointInfo]:
        """Return what is known of the subscriptions of a topic; see the one above."""
        return self._info_by_topic(topic_name, no_mangle, writers=False)

    def _info_by_topic(
        self, topic_name: str, no_mangle: bool, *, writers: bool
    ) -> list[TopicEndpointInfo]:
        full = topic_name if no_mangle else self.handle.remap_topic(self._full(topic_name))
        owners = self._graph.owners()
        infos = []
        for each in self._on_topic(full, writers=writers, plain=no_mangle):
            owner = owners.get(each.guid)
            infos.append(
                TopicEndpointInfo(
                    node_name=owner.name if owner else '_NODE_NAME_UNKNOWN_',
                    node_namespace=owner.namespace if owner else '_NODE_NAMESPACE_UNKNOWN_',
                    topic_type=each.type_name
                    if no_mangle
                    else names.ros_type(each.type_name) or each.type_name,
                    topic_type_hash=_type_hash(each.type_hash),
                    endpoint_type=(
                        TopicEndpointTypeEnum.PUBLISHER
                        if writers
                        else TopicEndpointTypeEnum.SUBSCRIPTION
                    ),
                    endpoint_gid=list(each.guid),
                    qos_profile=profile_of(each.qos),
                )
            )
        return infos

    def wait_for_node(self, fully_qualified_node_name: str, timeout: float) -> bool:
        """Wait until a node of that full name is there, at most so long [s]."""
        wanted = '/' + fully_qualified_node_name.lstrip('/')
        end = time.monotonic() + timeout
        while wanted not in self.get_fully_qualified_node_names():
            if time.monotonic() >= end:
                return False
            time.sleep(0.02)
        return True


def _servers(endpoints: Iterable[EndpointRecord]) -> list[EndpointRecord]:
    return [each for each in endpoints if each.is_writer == each.topic.startswith(names.REPLY)]


def _clients(endpoints: Iterable[EndpointRecord]) -> list[EndpointRecord]:
    return [each for each in endpoints if each.is_writer == each.topic.startswith(names.REQUEST)]


def _type_hash(text: str) -> TypeHash:
    version, _, digits = text.removeprefix('RIHS').partition('_')
    try:
        return TypeHash(int(version), bytes.fromhex(digits))
    except ValueError:
        return TypeHash()
