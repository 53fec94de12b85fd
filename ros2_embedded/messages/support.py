"""What the transport needs to know of a message class, kept on its metaclass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ros2_embedded.idl.model import MessageDefinition
from ros2_embedded.idl.type_hash import type_hash

Buffer = bytes | bytearray | memoryview


@dataclass(frozen=True)
class MessageSupport:
    """Codec and names of one message class.

    Attributes:
        definition: the fields.
        cls: the class.
        encode: message to buffers, to be sent one after the other; the first holds the
            4-byte encapsulation header. Not padded at the end.
        decode: bytes with the encapsulation header, and the number of bytes in front of the
            message's own (a request carries 16), to a message.
        share: a new message with the same content; packed arrays are shared, the rest copied.
    """

    definition: MessageDefinition
    cls: type
    encode: Callable[..., list[Buffer]]
    decode: Callable[..., Any]
    share: Callable[[Any], Any]

    @property
    def dds_type_name(self) -> str:
        """Type name on the wire, such as `std_msgs::msg::dds_::String_`."""
        return dds_type_name(self.definition.name)

    @property
    def type_hash(self) -> str:
        """RIHS01 hash of the type."""
        return type_hash(self.definition.name)


def dds_type_name(name: str) -> str:
    """Return the name on the wire of `package/kind/Name`."""
    package, kind, short = name.split('/')
    return f'{package}::{kind}::dds_::{short}_'
