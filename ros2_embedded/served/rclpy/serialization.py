"""Messages to bytes and back."""

from __future__ import annotations

from rclpy._rclpy_pybind11 import RMWError
from rclpy.type_support import Msg, MsgT, check_for_type_support

from ros2_embedded.cdr.decode import DecodeError


def serialize_message(message: Msg) -> bytes:
    """Return the CDR of a message, with its 4-byte header.

    Raises:
        AttributeError: it is no message.
        TypeError: a list in it was changed so that it fits no longer.
    """
    check_for_type_support(type(message))
    return b''.join(type(message)._TYPE_SUPPORT.encode(message))


def deserialize_message(serialized_message: bytes, message_type: type[MsgT]) -> MsgT:
    """Return the message of a type that bytes hold; a default one for no bytes.

    Raises:
        RMWError: they are no such message.
    """
    check_for_type_support(message_type)
    if not serialized_message:
        return message_type()
    try:
        return message_type._TYPE_SUPPORT.decode(serialized_message)
    except (DecodeError, IndexError) as error:
        raise RMWError(f'failed to deserialize ROS message: {error}') from None
