"""Content of the topic ros_discovery_info: which node owns which endpoint.

The bytes are those of rmw_dds_common/msg/ParticipantEntitiesInfo since Iron.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

TOPIC = 'ros_discovery_info'
TYPE = 'rmw_dds_common::msg::dds_::ParticipantEntitiesInfo_'
TYPE_NAME = 'rmw_dds_common/msg/ParticipantEntitiesInfo'

_GID = 16


@dataclass
class NodeRecord:
    """One node and the GUIDs (16 bytes each) of its readers and writers."""

    namespace: str
    name: str
    readers: list[bytes] = field(default_factory=list)
    writers: list[bytes] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        """Namespace and name joined."""
        return f'{self.namespace.rstrip("/")}/{self.name}'


def encode(participant: bytes, nodes: list[NodeRecord]) -> bytes:
    """Return the CDR, with its 4-byte header, of the nodes of a participant (16-byte GUID)."""
    out = bytearray(participant)
    out += struct.pack('<I', len(nodes))
    for node in nodes:
        for text in (node.namespace, node.name):
            data = text.encode() + b'\x00'
            out += bytes(-len(out) & 3) + struct.pack('<I', len(data)) + data
        for gids in (node.readers, node.writers):
            out += bytes(-len(out) & 3) + struct.pack('<I', len(gids)) + b''.join(gids)
    return b'\x00\x01\x00\x00' + bytes(out)


def decode(data: bytes) -> tuple[bytes, list[NodeRecord]]:
    """Return participant and nodes.

    Raises:
        ValueError: the bytes are no such message.
    """
    order = '<' if data[1] & 1 else '>'
    body = data[4:]
    position = _GID

    def number() -> int:
        nonlocal position
        position += -position & 3
        (value,) = struct.unpack_from(f'{order}I', body, position)
        position += 4
        if value > len(body):
            raise ValueError('a length exceeds the data')
        return value

    def text() -> str:
        nonlocal position
        size = number()
        position += size
        return body[position - size : position - 1].decode('utf-8', 'replace')

    def gids() -> list[bytes]:
        nonlocal position
        start, count = 0, number()
        start = position
        position += count * _GID
        if position > len(body):
            raise ValueError('a list of GUIDs exceeds the data')
        return [body[at : at + _GID] for at in range(start, position, _GID)]

    try:
        nodes = [NodeRecord(text(), text(), gids(), gids()) for _ in range(number())]
    except struct.error as error:
        raise ValueError('the data ends too early') from error
    return bytes(body[:_GID]), nodes
