"""Definitions as the text of .msg, .srv and .action files, for types that have no file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ros2_embedded.idl import library
from ros2_embedded.idl.model import IDL_NAMES, FieldType, MessageDefinition

_MSG_NAMES = {idl: name for name, idl in IDL_NAMES.items() if name != 'char'}


def definition_text(name: str) -> str:
    """Return the definition of `package/msg/Name`, also srv and action, and of their parts.

    Raises:
        UnknownInterfaceError: there is no such type.
    """
    kind = name.split('/')[1] if name.count('/') == 2 else ''
    if '_' in name.rpartition('/')[2]:
        kind = ''  # a part, such as Name_Request: a message
    if kind == 'srv':
        service = library.service(name)
        parts = [service.request, service.response]
    elif kind == 'action':
        action = library.action(name)
        parts = [action.goal, action.result, action.feedback]
    else:
        parts = [library.message(name)]
    return '---\n'.join(''.join(f'{line}\n' for line in _lines(each)) for each in parts)


def _lines(message: MessageDefinition) -> Iterator[str]:
    for each in message.constants:
        yield f'{_type_text(each.type)} {each.name}={_value_text(each.value)}'
    for each in message.fields:
        default = '' if each.default is None else f' {_value_text(each.default)}'
        yield f'{_type_text(each.type)} {each.name}{default}'


def _value_text(value: Any) -> str:
    return str(value[0]) if isinstance(value, bytes) else repr(value)


def _type_text(kind: FieldType) -> str:
    text = _MSG_NAMES.get(kind.base, kind.base.replace('/msg/', '/'))
    if kind.string_bound:
        text += f'<={kind.string_bound}'
    sizes = {'': '', 'array': f'[{kind.size}]', 'bounded': f'[<={kind.size}]', 'unbounded': '[]'}
    return text + sizes[kind.container]
