"""Types of messages and services, and whether a class is one."""

from __future__ import annotations

from typing import Any, TypeVar

from rclpy.exceptions import NoTypeSupportImportedException

from ros2_embedded.messages.support import MessageSupport

Msg = Any
Srv = Any
MsgT = TypeVar('MsgT')
SrvT = TypeVar('SrvT')
SrvRequestT = TypeVar('SrvRequestT')
SrvResponseT = TypeVar('SrvResponseT')
SrvEventT = TypeVar('SrvEventT')
# Older names of the same, which annotations of users may have.
MsgType = TypeVar('MsgType')
SrvType = TypeVar('SrvType')
SrvTypeRequest = TypeVar('SrvTypeRequest')
SrvTypeResponse = TypeVar('SrvTypeResponse')


def check_for_type_support(msg_or_srv_type: type) -> None:
    """Check that a class is one of a message, service or action.

    Raises:
        AttributeError: it is none.
        NoTypeSupportImportedException: its type support cannot be imported.
    """
    if not hasattr(msg_or_srv_type, '_TYPE_SUPPORT'):
        raise AttributeError(
            f"type object '{type(msg_or_srv_type).__name__}' has no attribute '_TYPE_SUPPORT' "
            'This might be a ROS 1 message type but it should be a ROS 2 message type. Make '
            'sure to source your ROS 2 workspace after your ROS 1 workspace.'
        )
    if msg_or_srv_type._TYPE_SUPPORT is None:
        msg_or_srv_type.__import_type_support__()
    if msg_or_srv_type._TYPE_SUPPORT is None:
        raise NoTypeSupportImportedException


def check_is_valid_msg_type(msg_type: type) -> None:
    """Check that a class is one of a message.

    Raises:
        AttributeError, RuntimeError: it is none.
    """
    check_for_type_support(msg_type)
    if not isinstance(msg_type._TYPE_SUPPORT, MessageSupport):
        raise RuntimeError(
            f'The message type provided is not valid ({msg_type}), '
            'this might be a service or action'
        )


def check_is_valid_srv_type(srv_type: type) -> None:
    """Check that a class is one of a service.

    Raises:
        AttributeError, RuntimeError: it is none.
    """
    check_for_type_support(srv_type)
    if not hasattr(srv_type, 'Request') or not hasattr(srv_type, 'Response'):
        raise RuntimeError(
            f'The service type provided is not valid ({srv_type}), '
            'this might be a message or action'
        )
