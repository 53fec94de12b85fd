"""The texts that define types, as bags carry them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rosbag2_py.bag_metadata import MessageDefinition
from rosidl_runtime_py.get_interfaces import get_interface_path

from ros2_embedded.idl import library
from ros2_embedded.idl.definition_text import definition_text
from ros2_embedded.idl.model import MessageDefinition as Fields
from ros2_embedded.idl.type_hash import type_hash

_RULE = '=' * 80


class LocalMessageDefinitionSource:
    """Finds the definitions of types on this machine."""

    def get_full_text(self, root_type: str) -> MessageDefinition:
        """Return the text of a type and, after a rule each, of the types in it.

        Args:
            root_type: `package/msg/Name`, `package/Name`, or a service.

        Returns:
            A text of encoding `ros2msg`; an empty one of encoding `unknown` where there is no
            such type.
        """
        name = root_type if root_type.count('/') != 1 else root_type.replace('/', '/msg/')
        try:
            parts = [_text(name), *_nested(_fields(name), set())]
        except (LookupError, OSError, ValueError):
            return MessageDefinition(root_type, 'unknown', '', '')
        if _is_service(name):
            parts[0] = f'{_RULE}\nSRV: {root_type}\n{parts[0]}'
        hashed = '' if _is_service(name) else type_hash(name)
        return MessageDefinition(root_type, 'ros2msg', '\n'.join(parts), hashed)


def _is_service(name: str) -> bool:
    return '/srv/' in name and not name.endswith(('_Request', '_Response', '_Event'))


def _fields(name: str) -> list[Fields]:
    if _is_service(name):
        service = library.service(name)
        return [service.request, service.response]
    return [library.message(name)]


def _text(name: str) -> str:
    """Return the file of a type; messages of rosbags, and parts of actions, have none."""
    try:
        path = Path(get_interface_path(name))
    except (LookupError, ValueError):
        return definition_text(name)
    text = path.read_text(encoding='utf-8')
    return text if text.endswith('\n') else f'{text}\n'


def _nested(roots: Iterable[Fields], seen: set[str]) -> list[str]:
    parts: list[str] = []
    for root in roots:
        for kind in sorted({each.type.base for each in root.fields if each.type.is_message}):
            if kind in seen:
                continue
            seen.add(kind)
            parts.append(f'{_RULE}\nMSG: {kind.replace("/msg/", "/")}\n{_text(kind)}')
            parts += _nested([library.message(kind)], seen)
    return parts
