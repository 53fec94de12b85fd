"""RIHS01 type hashes, as rosidl computes them (REP-2011).

The hash is the SHA-256 of a JSON text of the type and of every type that it refers to.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from ros2_embedded.idl import library
from ros2_embedded.idl.model import Field, FieldType, MessageDefinition

# Numbers of type_description_interfaces/msg/FieldType for a single value.
TYPE_IDS = {
    'message': 1,
    'int8': 2,
    'uint8': 3,
    'int16': 4,
    'uint16': 5,
    'int32': 6,
    'uint32': 7,
    'int64': 8,
    'uint64': 9,
    'float': 10,
    'double': 11,
    'boolean': 15,
    'octet': 16,
    'string': 17,
    'wstring': 18,
    'bounded string': 21,
    'bounded wstring': 22,
}
_CONTAINER_OFFSETS = {'': 0, 'array': 48, 'bounded': 96, 'unbounded': 144}


def field_type_description(kind: FieldType) -> dict[str, Any]:
    """Return the four members that describe a field's type."""
    if kind.is_message:
        key = 'message'
    else:
        key = f'bounded {kind.base}' if kind.string_bound else kind.base
    return {
        'type_id': TYPE_IDS[key] + _CONTAINER_OFFSETS[kind.container],
        'capacity': kind.size,
        'string_capacity': kind.string_bound,
        'nested_type_name': kind.base if kind.is_message else '',
    }


def _as_messages(name: str) -> MessageDefinition:
    """Return a service or action as the structure of its parts, a message as itself."""
    _, kind, short = library.split_name(name)
    is_action_service = kind == 'action' and short.endswith(('_SendGoal', '_GetResult'))
    if is_action_service or (kind == 'srv' and '_' not in short):
        found = library.service(name)
        parts = {
            'request_message': found.request,
            'response_message': found.response,
            'event_message': found.event,
        }
    elif kind == 'action' and '_' not in short:
        owner = library.action(name)
        parts = {
            'goal': owner.goal,
            'result': owner.result,
            'feedback': owner.feedback,
            'send_goal_service': MessageDefinition(owner.send_goal.name),
            'get_result_service': MessageDefinition(owner.get_result.name),
            'feedback_message': owner.feedback_message,
        }
    else:
        return library.message(name)
    return MessageDefinition(
        name, tuple(Field(part, FieldType(of.name)) for part, of in parts.items())
    )


def referenced(name: str) -> dict[str, MessageDefinition]:
    """Return the type and all that it refers to, by name; fields of empty types are filled."""
    found: dict[str, MessageDefinition] = {}
    todo = [name]
    while todo:
        current = todo.pop()
        if current not in found:
            found[current] = _as_messages(current)
            todo += [each.type.base for each in found[current].fields if each.type.is_message]
    return found


def described_fields(definition: MessageDefinition) -> list[tuple[str, FieldType]]:
    """Return names and types; a message without fields has Cyclone's one placeholder byte."""
    if not definition.fields:
        return [('structure_needs_at_least_one_member', FieldType('uint8'))]
    return [(each.name, each.type) for each in definition.fields]


@cache
def type_hash(name: str) -> str:
    """Return the hash of a message, service, action or part of one: `RIHS01_<64 hex digits>`."""
    types = referenced(name)

    def described(each: str) -> dict[str, Any]:
        return {
            'type_name': each,
            'fields': [
                {'name': field, 'type': field_type_description(kind)}
                for field, kind in described_fields(types[each])
            ],
        }

    text = json.dumps(
        {
            'type_description': described(name),
            'referenced_type_descriptions': [
                described(each) for each in sorted(types) if each != name
            ],
        },
        ensure_ascii=True,
    )
    return f'RIHS01_{hashlib.sha256(text.encode()).hexdigest()}'
