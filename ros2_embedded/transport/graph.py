"""Who is in the domain, from Cyclone's built-in topics and ros_discovery_info.

Discovered entities pile up in Cyclone's readers until someone asks: `Graph.update` takes them,
and every query calls it. Where nobody asks, a GraphKeeper does now and then.
"""

from __future__ import annotations

import ctypes as ct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ros2_embedded.transport import discovery_info, names, user_data
from ros2_embedded.transport.discovery_info import NodeRecord
from ros2_embedded.transport.library import (
    BUILTIN_PARTICIPANT,
    BUILTIN_PUBLICATION,
    BUILTIN_SUBSCRIPTION,
    BuiltinEndpoint,
    BuiltinParticipant,
    SampleInfo,
    checked,
    dds,
)
from ros2_embedded.transport.qos import EndpointQos, read_qos, read_user_data

if TYPE_CHECKING:
    from ros2_embedded.transport.participant import Participant

_ALIVE = 16
_BATCH = 64


@dataclass(frozen=True)
class EndpointRecord:
    """A discovered reader or writer.

    Attributes:
        guid, participant: 16 bytes each.
        is_writer: writer, not reader.
        topic, type_name: DDS names.
        qos: what it announces.
        type_hash: RIHS01 text, empty where it announces none.
    """

    guid: bytes
    participant: bytes
    is_writer: bool
    topic: str
    type_name: str
    qos: EndpointQos
    type_hash: str


class Graph:
    """What a participant knows of the domain, itself included."""

    def __init__(self, participant: Participant) -> None:
        self._participant = participant
        self._lock = threading.RLock()
        self._enclaves: dict[bytes, str] = {}
        self._endpoints: dict[bytes, EndpointRecord] = {}
        self._instances: dict[int, bytes] = {}
        self._nodes: dict[bytes, list[NodeRecord]] = {}
        library = dds()
        self._readers = [
            checked(
                library.dds_create_reader(participant.handle, topic, None, None),
                'Reading the graph',
            )
            for topic in (BUILTIN_PARTICIPANT, BUILTIN_PUBLICATION, BUILTIN_SUBSCRIPTION)
        ]

    def update(self) -> None:
        """Take in all that was discovered since the last call."""
        with self._lock:
            if self._participant.closed:
                return
            participants, publications, subscriptions = self._readers
            # Before the participants: who announces nodes was discovered earlier.
            while self._participant.discovery_reader.take(self._on_nodes):
                pass
            self._take(participants, BuiltinParticipant, self._on_participant)
            self._take(publications, BuiltinEndpoint, self._on_writer)
            self._take(subscriptions, BuiltinEndpoint, self._on_reader)
            # Announcements in the name of nobody, which a damaged sample makes, are not kept.
            for unknown in self._nodes.keys() - self._enclaves.keys():
                del self._nodes[unknown]

    def _take(
        self, reader: int, structure: type[ct.Structure], use: Callable[[int, Any], None]
    ) -> None:
        library = dds()
        samples, infos = (ct.c_void_p * _BATCH)(), (SampleInfo * _BATCH)()
        while True:
            samples[0] = None
            count = library.dds_take(reader, samples, infos, _BATCH, _BATCH)
            for index in range(max(count, 0)):
                info = infos[index]
                if info.valid_data and info.instance_state == _ALIVE:
                    use(info.instance_handle, structure.from_address(samples[index]))
                elif info.instance_state != _ALIVE:
                    self._on_gone(info.instance_handle)
            if count > 0:
                library.dds_return_loan(reader, samples, count)
            if count < _BATCH:
                return

    def _on_participant(self, instance: int, found: BuiltinParticipant) -> None:
        guid = bytes(found.key.value)
        self._instances[instance] = guid
        self._enclaves[guid] = user_data.parsed(read_user_data(found.qos)).get('enclave', '')

    def _on_writer(self, instance: int, found: BuiltinEndpoint) -> None:
        self._on_endpoint(instance, found, is_writer=True)

    def _on_reader(self, instance: int, found: BuiltinEndpoint) -> None:
        self._on_endpoint(instance, found, is_writer=False)

    def _on_endpoint(self, instance: int, found: BuiltinEndpoint, is_writer: bool) -> None:
        guid = bytes(found.key.value)
        self._instances[instance] = guid
        self._endpoints[guid] = EndpointRecord(
            guid,
            bytes(found.participant_key.value),
            is_writer,
            found.topic_name.decode('utf-8', 'replace'),
            found.type_name.decode('utf-8', 'replace'),
            read_qos(found.qos),
            user_data.parsed(read_user_data(found.qos)).get('typehash', ''),
        )

    def _on_gone(self, instance: int) -> None:
        guid = self._instances.pop(instance, b'')
        self._endpoints.pop(guid, None)
        if self._enclaves.pop(guid, None) is not None:
            self._nodes.pop(guid, None)

    def _on_nodes(self, sample: Any) -> bool:
        try:
            participant, nodes = discovery_info.decode(bytes(sample.view))
        except ValueError:
            # A damaged announcement of another process; its next one replaces it.
            return True
        self._nodes[participant] = nodes
        return True

    def nodes(self) -> list[tuple[NodeRecord, str]]:
        """Return all nodes with their enclaves, those of this participant first."""
        with self._lock:
            self.update()
            found = [(node, '/') for node in self._participant.nodes]
            for participant, nodes in self._nodes.items():
                found += [(node, self._enclaves[participant]) for node in nodes]
            return found

    def endpoints(self) -> list[EndpointRecord]:
        """Return all readers and writers, but not those that only tell of nodes."""
        with self._lock:
            self.update()
            return [
                each for each in self._endpoints.values() if each.topic != discovery_info.TOPIC
            ]

    def owners(self) -> dict[bytes, NodeRecord]:
        """Map the GUID of every endpoint to its node."""
        return {guid: node for node, _ in self.nodes() for guid in (*node.readers, *node.writers)}

    def endpoints_of(self, namespace: str, name: str) -> Iterator[EndpointRecord]:
        """Yield the endpoints of all nodes of that name.

        Raises:
            LookupError: there is no such node.
        """
        matching = [
            node for node, _ in self.nodes() if (node.namespace, node.name) == (namespace, name)
        ]
        if not matching:
            raise LookupError(f'no node {namespace.rstrip("/")}/{name}')
        with self._lock:
            for node in matching:
                for guid in (*node.readers, *node.writers):
                    if guid in self._endpoints:
                        yield self._endpoints[guid]


def topics_and_types(
    endpoints: list[EndpointRecord], no_demangle: bool = False
) -> list[tuple[str, list[str]]]:
    """Return topics with their types, sorted; `no_demangle` keeps the DDS names."""
    found: dict[str, set[str]] = {}
    for each in endpoints:
        topic = each.topic if no_demangle else names.ros_topic(each.topic)
        kind = each.type_name if no_demangle else names.ros_type(each.type_name)
        if topic is not None and kind is not None:
            found.setdefault(topic, set()).add(kind)
    return [(topic, sorted(kinds)) for topic, kinds in sorted(found.items())]


def services_and_types(endpoints: list[EndpointRecord]) -> list[tuple[str, list[str]]]:
    """Return services with their types, sorted."""
    found: dict[str, set[str]] = {}
    for each in endpoints:
        service = names.ros_service(each.topic)
        kind = names.ros_service_type(each.type_name)
        if service is not None and kind is not None:
            found.setdefault(service, set()).add(kind)
    return [(service, sorted(kinds)) for service, kinds in sorted(found.items())]
