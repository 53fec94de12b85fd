"""Readers and writers of serialised samples."""

from __future__ import annotations

import ctypes as ct
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ros2_embedded.cdr.encode import LONG
from ros2_embedded.transport.library import (
    ANY_STATE,
    SDK_DATA,
    DdsError,
    Guid,
    Iovec,
    SampleInfo,
    checked,
    dds,
    view_of,
)
from ros2_embedded.transport.qos import EndpointQos, dds_qos

if TYPE_CHECKING:
    from ros2_embedded.messages.support import Buffer
    from ros2_embedded.transport.participant import Participant

# Samples that a writer remembers for readers in the same process.
_REMEMBERED = 64

#: Most bytes of a sample: what Cyclone DDS hands on at most, its `MaxSampleSize`.
MAX_SAMPLE = 2**31 - 4


class Sample(NamedTuple):
    """One received sample.

    Attributes:
        view: the serialised sample; valid only until `release` of its reader.
        shared: the object that a writer of this process published, or None.
        source_timestamp: [ns] since 1970, by the writer's clock.
        publication_handle: tells writers apart.
    """

    view: memoryview
    shared: Any
    source_timestamp: int
    publication_handle: int


def guid_of(handle: int) -> bytes:
    """Return the 16 bytes of an entity's GUID in the order of the wire."""
    guid = Guid()
    checked(dds().dds_get_guid(handle, ct.byref(guid)), 'Reading a GUID')
    return bytes(guid.value)


class Endpoint:
    """What readers and writers have in common.

    Attributes:
        handle: Cyclone's number of the entity.
        guid: its 16 bytes.
        topic: DDS name of the topic.
        qos: what it offers or asks for.
    """

    def __init__(
        self,
        participant: Participant,
        create: Callable[..., int],
        topic: str,
        type_name: str,
        qos: EndpointQos,
        user_data: bytes,
        ignore_own_participant: bool,
    ) -> None:
        """Create the entity with a function of Cyclone.

        Raises:
            DdsError: Cyclone refuses it.
        """
        self.participant = participant
        self.topic = topic
        self.qos = qos
        self._type_name = type_name
        of = participant.topic(topic, type_name)
        with dds_qos(qos, user_data, ignore_own_participant) as settings:
            self.handle = create(participant.handle, of, settings, None)
        if self.handle < 0:
            participant.release_topic(topic, type_name)
        what = type(self).__name__.lower()
        self.guid = guid_of(checked(self.handle, f'Creating a {what} of {topic}'))
        self.status_mask = 0
        self.closed = False

    def enable_status(self, status: int) -> None:
        """Let a status trigger wait sets that the endpoint is attached to."""
        self.status_mask |= 1 << status
        dds().dds_set_status_mask(self.handle, self.status_mask)

    def has_status(self, status: int) -> bool:
        """Whether a status changed since it was last read."""
        changed = ct.c_uint32()
        dds().dds_get_status_changes(self.handle, ct.byref(changed))
        return bool(changed.value & 1 << status)

    def read_status(self, name: str, structure: type[ct.Structure]) -> Any:
        """Return a status, such as `liveliness_changed`, and mark it as read."""
        status = structure()
        function = getattr(dds(), f'dds_get_{name}_status')
        checked(function(self.handle, ct.byref(status)), f'Reading {name}')
        return status

    def matched(self, kind: str) -> list[int]:
        """Return the instance handles of matched `subscriptions` or `publications`."""
        function = getattr(dds(), f'dds_get_matched_{kind}')
        size = 8
        while True:
            handles = (ct.c_uint64 * size)()
            count = function(self.handle, handles, size)
            if count <= size:
                return list(handles[: max(count, 0)])
            size = count

    def close(self) -> None:
        """Delete the entity; further calls find nothing."""
        if not self.closed:
            self.closed = True
            dds().dds_delete(self.handle)
            self.participant.release_topic(self.topic, self._type_name)


class Writer(Endpoint):
    """Sends serialised samples."""

    def __init__(
        self,
        participant: Participant,
        topic: str,
        type_name: str,
        qos: EndpointQos,
        user_data: bytes,
        ignore_own_participant: bool = False,
    ) -> None:
        library = dds()
        create = library.dds_create_writer
        super().__init__(
            participant, create, topic, type_name, qos, user_data, ignore_own_participant
        )
        sertype = ct.c_void_p()
        checked(library.dds_get_entity_sertype(self.handle, ct.byref(sertype)), 'Reading a type')
        self._sertype = sertype.value
        self._remembered: deque[int] = deque()
        self._lock = threading.Lock()
        instance = ct.c_uint64()
        library.dds_get_instance_handle(self.handle, ct.byref(instance))
        self.instance_handle = instance.value

    def is_matched(self) -> bool:
        """Whether any reader would get a sample."""
        return dds().dds_get_matched_subscriptions(self.handle, None, 0) > 0

    def write(self, buffers: Sequence[Buffer], shared: Any = None) -> None:
        """Send one sample.

        Args:
            buffers: its bytes, the encapsulation header first.
            shared: what readers in this process get instead of the bytes, where they are still
                to be had.

        Raises:
            DdsError: the sample is too large, or Cyclone refuses it.
        """
        size = sum(len(each) for each in buffers)
        if size > MAX_SAMPLE:
            raise DdsError(
                f'A message of {size} bytes for {self.topic} was not sent: no more than '
                f'{MAX_SAMPLE} bytes can be. Send it in parts.'
            )
        iovec, size, keep = _gather(buffers)
        library = dds()
        sample = library.ddsi_serdata_from_ser_iov(
            self._sertype, SDK_DATA, len(iovec), iovec, size
        )
        del keep
        if not sample:
            raise DdsError(f'A sample of {size} bytes for {self.topic} was refused by Cyclone.')
        if shared is not None:
            self._remember(sample, shared)
        result = library.dds_writecdr(self.handle, sample)
        if result < 0:
            checked(result, f'Sending {size} bytes to {self.topic}{_lower_limit()}')

    def _remember(self, sample: int, shared: Any) -> None:
        """Keep the object for readers in this process, and let go of those too old for them."""
        self.participant.remember(sample, shared)
        with self._lock:
            self._remembered.append(sample)
            limit = min(self.participant.local_depth(self.topic), _REMEMBERED)
            forgotten = [self._remembered.popleft() for _ in range(len(self._remembered) - limit)]
        for each in forgotten:
            self.participant.forget(each)

    def close(self) -> None:
        """Delete the writer and what it remembers."""
        super().close()
        with self._lock:
            remembered, self._remembered = list(self._remembered), deque()
        for each in remembered:
            self.participant.forget(each)


def _lower_limit() -> str:
    """Return a hint at the limit of the user's own configuration, where there is one."""
    configured = os.environ.get('CYCLONEDDS_URI')
    return ', for which CYCLONEDDS_URI may set a lower MaxSampleSize,' if configured else ''


def _gather(buffers: Sequence[Buffer]) -> tuple[Any, int, list]:
    """Return buffers as an iovec padded with zeros to 4 bytes, its size, and what it points to."""
    size = sum(len(each) for each in buffers)
    padding = bytes(-size & 3)
    if size < LONG:
        buffers = [b''.join((*buffers, padding))]
    elif padding:
        buffers = [*buffers, padding]
    iovec = (Iovec * len(buffers))()
    keep: list[Any] = []
    for entry, buffer in zip(iovec, buffers, strict=True):
        if isinstance(buffer, bytes):
            pointer = ct.c_char_p(buffer)
            entry.base = ct.cast(pointer, ct.c_void_p).value
            keep.append(pointer)
        elif len(buffer):
            array = np.frombuffer(buffer, np.uint8)
            entry.base = array.__array_interface__['data'][0]
            keep.append(array)
        entry.length = len(buffer)
    return iovec, size + len(padding), keep


class Reader(Endpoint):
    """Takes serialised samples.

    Attributes:
        condition: Cyclone's number of the condition `there is something to take`.
    """

    def __init__(
        self,
        participant: Participant,
        topic: str,
        type_name: str,
        qos: EndpointQos,
        user_data: bytes,
        ignore_own_participant: bool = False,
    ) -> None:
        library = dds()
        create = library.dds_create_reader
        super().__init__(
            participant, create, topic, type_name, qos, user_data, ignore_own_participant
        )
        self.condition = checked(
            library.dds_create_readcondition(self.handle, ANY_STATE), 'Creating a condition'
        )
        self._samples = (ct.c_void_p * 1)()
        self._infos = (SampleInfo * 1)()
        self._iovec = Iovec()
        self._lock = threading.Lock()
        self._shares = not ignore_own_participant
        if self._shares:
            participant.count_local_reader(topic, qos.depth, 1)

    def take(self, use: Any) -> Any:
        """Take the oldest sample and return `use(sample)`, or None where there is none.

        The sample's view is valid only inside `use`.
        """
        library = dds()
        with self._lock:
            while not self.closed:
                self._samples[0] = None
                count = library.dds_takecdr(self.handle, self._samples, 1, self._infos, ANY_STATE)
                if count < 1:
                    return None
                sample, info = self._samples[0], self._infos[0]
                try:
                    # Invalid samples only tell that a writer is gone.
                    if info.valid_data:
                        return self._use(library, sample, info, use)
                finally:
                    library.ddsi_serdata_unref(sample)
        return None

    def _use(self, library: Any, sample: int, info: SampleInfo, use: Any) -> Any:
        shared = self.participant.shared.get(sample)
        size = library.ddsi_serdata_size(sample)
        held = library.ddsi_serdata_to_ser_ref(sample, 0, size, ct.byref(self._iovec))
        try:
            view = view_of(self._iovec.base, size)
            result = use(Sample(view, shared, info.source_timestamp, info.publication_handle))
            view.release()
        finally:
            library.ddsi_serdata_to_ser_unref(held, ct.byref(self._iovec))
        return result

    def close(self) -> None:
        """Delete the reader."""
        if not self.closed and self._shares:
            self.participant.count_local_reader(self.topic, self.qos.depth, -1)
        super().close()
