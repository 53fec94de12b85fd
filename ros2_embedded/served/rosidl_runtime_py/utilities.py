"""Classes of messages, services and actions by name."""

from __future__ import annotations

from typing import Any

from rosidl_parser.definition import NamespacedType
from rosidl_runtime_py.import_message import import_message_from_namespaced_type


def get_interface(identifier: str) -> Any:
    """Return the class of `package/msg/Name`, `package/srv/Name` or `package/action/Name`."""
    return import_message_from_namespaced_type(get_namespaced_type(identifier))


def get_message(identifier: str) -> Any:
    """Return the class of a message, by `package/msg/Name` or `package/Name`.

    Raises:
        ModuleNotFoundError, AttributeError: it is not known.
        ValueError: the name is no message's.
    """
    found = import_message_from_namespaced_type(get_message_namespaced_type(identifier))
    if not is_message(found):
        raise ValueError(f"Expected the full name of a message, got '{identifier}'")
    return found


def get_service(identifier: str) -> Any:
    """Return the class of a service; see `get_message`."""
    found = import_message_from_namespaced_type(get_service_namespaced_type(identifier))
    if not is_service(found):
        raise ValueError(f"Expected the full name of a service, got '{identifier}'")
    return found


def get_action(identifier: str) -> Any:
    """Return the class of an action; see `get_message`."""
    found = import_message_from_namespaced_type(get_action_namespaced_type(identifier))
    if not is_action(found):
        raise ValueError(f"Expected the full name of an action, got '{identifier}'")
    return found


def get_namespaced_type(identifier: str) -> NamespacedType:
    """Return the parts of a full name."""
    return _parts(identifier, None)


def get_message_namespaced_type(identifier: str) -> NamespacedType:
    """Return the parts of a message's name."""
    return _parts(identifier, 'msg')


def get_service_namespaced_type(identifier: str) -> NamespacedType:
    """Return the parts of a service's name."""
    return _parts(identifier, 'srv')


def get_action_namespaced_type(identifier: str) -> NamespacedType:
    """Return the parts of an action's name."""
    return _parts(identifier, 'action')


def is_message(interface: Any) -> bool:
    """Whether a class is one of a message."""
    return hasattr(interface, 'SLOT_TYPES')


def is_service(interface: Any) -> bool:
    """Whether a class is one of a service."""
    return hasattr(interface, 'Request') and hasattr(interface, 'Response')


def is_action(interface: Any) -> bool:
    """Whether a class is one of an action."""
    return all(hasattr(interface, part) for part in ('Goal', 'Result', 'Feedback'))


def _parts(identifier: str, default: str | None) -> NamespacedType:
    *namespaces, name = identifier.split('/')
    if len(namespaces) == 1 and default is not None:
        namespaces.append(default)
    return NamespacedType(namespaces, name)
