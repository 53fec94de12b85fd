"""One DDS participant: a ROS context's place in the graph."""

from __future__ import annotations

import atexit
import ctypes as ct
import threading
import weakref
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ros2_embedded.idl.type_hash import type_hash
from ros2_embedded.transport import discovery_info, user_data
from ros2_embedded.transport.discovery_info import NodeRecord
from ros2_embedded.transport.domain import close_domain, open_domain
from ros2_embedded.transport.endpoint import Reader, Writer, guid_of
from ros2_embedded.transport.library import DdsError, TopicDescriptor, checked, dds
from ros2_embedded.transport.qos import EndpointQos

# The type that Cyclone checks samples against: one byte, then whatever follows. So it hands on
# every sample whole, and, like the real one, announces no structure to compare.
_RESTRICT_REPRESENTATION = 1 << 7
_XCDR1_ONLY = 1
_ONE_BYTE = (ct.c_uint32 * 3)(0x01 << 24 | 0x01 << 16, 0, 0)

_open: weakref.WeakSet[Participant] = weakref.WeakSet()


class Participant:
    """A participant with the nodes that live in it.

    Attributes:
        handle: Cyclone's number of the entity.
        guid: its 16 bytes.
        shared: objects that local writers published, by the address of their sample.
        nodes: the nodes of this participant, in order of creation.
    """

    def __init__(self, domain: int) -> None:
        """Join a domain.

        Raises:
            DdsError: Cyclone refuses, mostly because the machine has no room in the domain.
        """
        library = dds()
        self.domain = domain
        self.shared: dict[int, Any] = {}
        self.nodes: list[NodeRecord] = []
        # Cyclone's number of each topic, and how many endpoints use it.
        self._topics: dict[tuple[str, str], tuple[int, int]] = {}
        self._local: dict[str, Counter[int]] = {}
        self._lock = threading.RLock()
        self._held = 0
        self._changed = False
        self._numbers = 0
        self.closed = False
        open_domain(domain)
        qos = library.dds_create_qos()
        library.dds_qset_userdata(qos, user_data.PARTICIPANT, len(user_data.PARTICIPANT))
        handle = library.dds_create_participant(domain, qos, None)
        library.dds_delete_qos(qos)
        if handle < 0:
            close_domain(domain)
        self.handle = checked(handle, f'Joining DDS domain {domain}')
        self.guid = guid_of(handle)
        text = user_data.endpoint_text(type_hash(discovery_info.TYPE_NAME))
        self._writer = Writer(
            self,
            discovery_info.TOPIC,
            discovery_info.TYPE,
            EndpointQos(depth=1, transient_local=True),
            text,
            ignore_own_participant=True,
        )
        self.discovery_reader = Reader(
            self,
            discovery_info.TOPIC,
            discovery_info.TYPE,
            EndpointQos(depth=0, transient_local=True),
            text,
            ignore_own_participant=True,
        )
        _open.add(self)

    def topic(self, name: str, type_name: str) -> int:
        """Return Cyclone's number of a topic, for one more endpoint; see `release_topic`."""
        with self._lock:
            handle, users = self._topics.get((name, type_name), (0, 0))
            if not users:
                handle = self._create_topic(name, type_name)
            self._topics[name, type_name] = (handle, users + 1)
            return handle

    def release_topic(self, name: str, type_name: str) -> None:
        """Count one endpoint less; a topic without endpoints is deleted."""
        with self._lock:
            handle, users = self._topics.get((name, type_name), (0, 0))
            if users > 1:
                self._topics[name, type_name] = (handle, users - 1)
            elif users:
                del self._topics[name, type_name]
                dds().dds_delete(handle)

    def _create_topic(self, name: str, type_name: str) -> int:
        descriptor = TopicDescriptor(
            size=1,
            align=1,
            flagset=_RESTRICT_REPRESENTATION,
            typename=type_name.encode(),
            nops=len(_ONE_BYTE),
            ops=_ONE_BYTE,
            meta=b'',
            restrict_data_representation=_XCDR1_ONLY,
        )
        library = dds()
        handle = checked(
            library.dds_create_topic(self.handle, ct.byref(descriptor), name.encode(), None, None),
            f'Creating the topic {name} of type {type_name}',
        )
        if not self._topics:
            # The descriptor is a structure whose layout Cyclone may change between versions.
            read = ct.create_string_buffer(256)
            library.dds_get_type_name(handle, read, len(read))
            if read.value.decode() != type_name:
                raise DdsError(
                    'This version of Cyclone DDS lays out topic descriptors in another way; '
                    'install one that ros2_embedded is tested with: '
                    '`pip install "cyclonedds>=11.0.1,<12"`.'
                )
        return handle

    def next_id(self) -> str:
        """Return an id for one more service or client, unique in the domain."""
        with self._lock:
            self._numbers += 1
            return user_data.unique_id(self.guid, self._numbers)

    def count_local_reader(self, topic: str, depth: int, change: int) -> None:
        """Count a reader of this participant, for writers that share objects with it."""
        with self._lock:
            counter = self._local.setdefault(topic, Counter())
            counter[depth] += change
            if not counter[depth]:
                del counter[depth]
            if not counter:
                del self._local[topic]

    def local_depth(self, topic: str) -> int:
        """Return the most samples that a reader of this participant keeps; 0 without readers."""
        with self._lock:
            depths = self._local.get(topic)
            if not depths:
                return 0
            return max(each or 1 << 30 for each in depths)

    def remember(self, sample: int, shared: Any) -> None:
        """Keep the object of a sample, and the sample itself, so that its address names it."""
        dds().ddsi_serdata_ref(sample)
        self.shared[sample] = shared

    def forget(self, sample: int) -> None:
        """Let go of what `remember` kept, where that is still there."""
        if self.shared.pop(sample, None) is not None:
            dds().ddsi_serdata_unref(sample)

    @contextmanager
    def announcing(self) -> Iterator[None]:
        """Announce all changes of nodes made inside as one."""
        with self._lock:
            self._held += 1
        try:
            yield
        finally:
            with self._lock:
                self._held -= 1
                if self._changed:
                    self.announce()

    def announce(self) -> None:
        """Tell the graph which nodes own which endpoints."""
        with self._lock:
            self._changed = bool(self._held)
            if not self._held and not self.closed:
                self._writer.write([discovery_info.encode(self.guid, self.nodes)])

    def add_node(self, namespace: str, name: str) -> NodeRecord:
        """Announce one more node."""
        record = NodeRecord(namespace, name)
        with self._lock:
            self.nodes.append(record)
            self.announce()
        return record

    def remove_node(self, record: NodeRecord) -> None:
        """Announce that a node is gone."""
        with self._lock:
            self.nodes = [each for each in self.nodes if each is not record]
            self.announce()

    def own(self, record: NodeRecord, *endpoints: Reader | Writer, gone: bool = False) -> None:
        """Announce that a node has, or no longer has, some endpoints."""
        with self._lock:
            for endpoint in endpoints:
                gids = record.readers if isinstance(endpoint, Reader) else record.writers
                if not gone:
                    gids.append(endpoint.guid)
                elif endpoint.guid in gids:
                    gids.remove(endpoint.guid)
            self.announce()

    def close(self) -> None:
        """Leave the graph at once. Without this, others see the nodes for 10 s more."""
        with self._lock:
            if self.closed:
                return
            self.closed = True
        for sample in list(self.shared):
            self.forget(sample)
        dds().dds_delete(self.handle)
        close_domain(self.domain)


@atexit.register
def close_all() -> None:
    """Take all participants of this process out of the graph."""
    for participant in list(_open):
        participant.close()
