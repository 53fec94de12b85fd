"""The two sides of a service: a pair of reader and writer each.

Requests and replies begin with 16 bytes that tell them apart: the client's id and a number that
counts all requests of the process. The server sends them back untouched.
"""

from __future__ import annotations

import itertools
import struct
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from ros2_embedded.messages.support import MessageSupport, dds_type_name
from ros2_embedded.transport import names, user_data
from ros2_embedded.transport.endpoint import Reader, Sample, Writer
from ros2_embedded.transport.library import dds
from ros2_embedded.transport.qos import EndpointQos, read_user_data

if TYPE_CHECKING:
    from ros2_embedded.transport.participant import Participant

_HEADER = struct.Struct('<Qq')
# How long a reply waits for the client's reader to be discovered [s], as the real one does.
_REPLY_WAIT = 0.1

_sequence = itertools.count(1)


class RequestId(NamedTuple):
    """Whose request it is, and which.

    Attributes:
        client: 64-bit id that the client chose.
        sequence_number: number that the client chose.
        writer: handle of the client's writer, 0 on the client's side.
        source_timestamp: [ns] since 1970, by the sender's clock.
    """

    client: int
    sequence_number: int
    writer: int
    source_timestamp: int


def _sides(
    participant: Participant, service: str, type_name: str
) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """Return DDS topic, DDS type and interface name of requests and of replies."""
    request, response = f'{type_name}_Request', f'{type_name}_Response'
    return (
        (names.request_topic(service), dds_type_name(request), request),
        (names.reply_topic(service), dds_type_name(response), response),
    )


class ServiceClient:
    """Sends requests and takes the replies to them.

    Attributes:
        reader: of replies.
        writer: of requests.
    """

    def __init__(
        self,
        participant: Participant,
        service: str,
        type_name: str,
        request: MessageSupport,
        response: MessageSupport,
        qos: EndpointQos,
    ) -> None:
        asked, answered = _sides(participant, service, type_name)
        client_id = participant.next_id()
        self._request, self._response = request, response
        # The reader first: a reply must find it.
        self.reader = Reader(
            participant,
            *answered[:2],
            qos,
            user_data.endpoint_text(response.type_hash, client_id=client_id),
        )
        self.writer = Writer(
            participant,
            *asked[:2],
            qos,
            user_data.endpoint_text(request.type_hash, client_id=client_id),
        )

    def send(self, message: Any) -> int:
        """Send a request; return its number."""
        number = next(_sequence)
        header, *body = self._request.encode(message)
        prefix = _HEADER.pack(self.writer.instance_handle, number)
        self.writer.write([header, prefix, *body])
        return number

    def take(self) -> tuple[RequestId, Any] | None:
        """Return the next reply to this client, or None."""
        while (found := self.reader.take(self._read)) is not None:
            if found[0].client == self.writer.instance_handle:
                return found
        return None

    def _read(self, sample: Sample) -> tuple[RequestId, Any]:
        client, number = _whose(sample)
        identity = RequestId(client, number, 0, sample.source_timestamp)
        if client != self.writer.instance_handle:
            # A reply to another client of the service, which every client receives.
            return identity, None
        return identity, self._response.decode(sample.view, _HEADER.size)

    def is_ready(self) -> bool:
        """Whether a server is discovered that can both hear and answer this client."""
        readers = _ids(self.writer, 'subscription', 'serviceid')
        writers = _ids(self.reader, 'publication', 'serviceid')
        named = {each for each in readers if each}
        if named:
            return not named.isdisjoint(writers)
        return bool(readers and writers)

    def close(self) -> None:
        """Delete both endpoints."""
        self.writer.close()
        self.reader.close()


class ServiceServer:
    """Takes requests and sends the replies.

    Attributes:
        reader: of requests.
        writer: of replies.
    """

    def __init__(
        self,
        participant: Participant,
        service: str,
        type_name: str,
        request: MessageSupport,
        response: MessageSupport,
        qos: EndpointQos,
    ) -> None:
        asked, answered = _sides(participant, service, type_name)
        service_id = participant.next_id()
        self._request, self._response = request, response
        # The writer first: a request must find both.
        self.writer = Writer(
            participant,
            *answered[:2],
            qos,
            user_data.endpoint_text(response.type_hash, service_id=service_id),
        )
        self.reader = Reader(
            participant,
            *asked[:2],
            qos,
            user_data.endpoint_text(request.type_hash, service_id=service_id),
        )
        # Handles of client writers whose reply readers are known to be matched.
        self._ready: set[int] = set()

    def take(self) -> tuple[RequestId, Any] | None:
        """Return the next request, or None."""
        return self.reader.take(self._read)

    def _read(self, sample: Sample) -> tuple[RequestId, Any]:
        client, number = _whose(sample)
        identity = RequestId(client, number, sample.publication_handle, sample.source_timestamp)
        return identity, self._request.decode(sample.view, _HEADER.size)

    def reply(self, identity: RequestId, message: Any) -> None:
        """Send the reply to a request."""
        header, *body = self._response.encode(message)
        self._await_client(identity.writer)
        prefix = _HEADER.pack(identity.client, identity.sequence_number)
        self.writer.write([header, prefix, *body])

    def _await_client(self, writer: int) -> None:
        """Wait a moment for the reply reader of the client, which discovery may still owe us."""
        if writer in self._ready:
            return
        client = _id_of(self.reader, 'publication', writer, 'clientid')
        deadline = time.monotonic() + _REPLY_WAIT
        while client and client not in _ids(self.writer, 'subscription', 'clientid'):
            if time.monotonic() > deadline:
                return
            time.sleep(0.001)
        if len(self._ready) > 1000:
            self._ready.clear()
        self._ready.add(writer)

    def close(self) -> None:
        """Delete both endpoints."""
        self.reader.close()
        self.writer.close()


def _whose(sample: Sample) -> tuple[int, int]:
    """Return client and number of a request or reply.

    Raises:
        ValueError: the sample is too short.
    """
    if len(sample.view) < 4 + _HEADER.size:
        raise ValueError(f'{len(sample.view)} bytes are too few for a request or reply')
    return _HEADER.unpack_from(sample.view, 4)


def _ids(endpoint: Reader | Writer, other: str, key: str) -> list[str]:
    """Return the clientid or serviceid of every matched endpoint; '' where it has none."""
    return [_id_of(endpoint, other, handle, key) for handle in endpoint.matched(f'{other}s')]


def _id_of(endpoint: Reader | Writer, other: str, handle: int, key: str) -> str:
    library = dds()
    found = getattr(library, f'dds_get_matched_{other}_data')(endpoint.handle, handle)
    if not found:
        return ''
    try:
        return user_data.parsed(read_user_data(found.contents.qos)).get(key, '')
    finally:
        library.dds_builtintopic_free_endpoint(found)
