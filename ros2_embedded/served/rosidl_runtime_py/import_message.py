"""Imports the class of a type."""

from __future__ import annotations

import importlib
from typing import Any

from rosidl_parser.definition import NamespacedType


def import_message_from_namespaced_type(message_type: NamespacedType) -> Any:
    """Return the class of a message, service or action.

    Raises:
        ModuleNotFoundError: its package is not known.
        AttributeError: the package has no such type.
    """
    module = importlib.import_module('.'.join(message_type.namespaces))
    action, _, part = message_type.name.rpartition('_')
    if part == 'FeedbackMessage':
        return getattr(module, action).Impl.FeedbackMessage
    return getattr(module, message_type.name)
