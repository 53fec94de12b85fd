"""What an interface definition says, free of any runtime."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# Width in bytes on the wire of every basic type whose width is fixed.
PRIMITIVE_SIZES = {
    'boolean': 1,
    'octet': 1,
    'int8': 1,
    'uint8': 1,
    'int16': 2,
    'uint16': 2,
    'int32': 4,
    'uint32': 4,
    'int64': 8,
    'uint64': 8,
    'float': 4,
    'double': 8,
}

STRINGS = ('string', 'wstring')

# .msg name to IDL name. The real tool chain turns `char` into uint8 before it hashes.
IDL_NAMES = {
    'bool': 'boolean',
    'byte': 'octet',
    'char': 'uint8',
    'float32': 'float',
    'float64': 'double',
}


@dataclass(frozen=True)
class FieldType:
    """Type of one field.

    Attributes:
        base: IDL name of a basic type, `string`, `wstring`, or `package/msg/Name`.
        container: '' for a single value, 'array', 'bounded' or 'unbounded' sequence.
        size: number of elements of an array, or bound of a bounded sequence.
        string_bound: most characters of a string; 0 means no bound.
    """

    base: str
    container: str = ''
    size: int = 0
    string_bound: int = 0

    @property
    def is_message(self) -> bool:
        """Whether the base is another message."""
        return '/' in self.base

    @property
    def is_string(self) -> bool:
        """Whether the base is a string of 8 or 16 bit characters."""
        return self.base in STRINGS

    @property
    def is_packed(self) -> bool:
        """Whether Python holds a container of it as one block: numpy array or array.array."""
        return not self.is_message and self.base not in (*STRINGS, 'boolean', 'octet')

    def text(self) -> str:
        """Return the type in the words of `get_fields_and_field_types`."""
        base = self.base
        if self.is_message:
            package, _, name = base.split('/')
            base = f'{package}/{name}'
        elif self.string_bound:
            base = f'{base}<{self.string_bound}>'
        if self.container == 'array':
            return f'{base}[{self.size}]'
        if self.container == 'bounded':
            return f'sequence<{base}, {self.size}>'
        return f'sequence<{base}>' if self.container else base


@dataclass(frozen=True)
class Field:
    """One field; `default` is None where the definition names none."""

    name: str
    type: FieldType
    default: Any = None


@dataclass(frozen=True)
class Constant:
    """One constant of a message."""

    name: str
    type: FieldType
    value: Any


@dataclass(frozen=True)
class MessageDefinition:
    """A message, or a request, response, goal, result or feedback.

    `name` is `package/msg/Name`, `package/srv/Name_Request` and so on.
    """

    name: str
    fields: tuple[Field, ...] = ()
    constants: tuple[Constant, ...] = ()


@dataclass(frozen=True)
class ServiceDefinition:
    """A service: `package/srv/Name`."""

    name: str
    request: MessageDefinition
    response: MessageDefinition
    event: MessageDefinition = field(default=MessageDefinition(''))


@dataclass(frozen=True)
class ActionDefinition:
    """An action: `package/action/Name`, with the services and the message made from it."""

    name: str
    goal: MessageDefinition
    result: MessageDefinition
    feedback: MessageDefinition
    send_goal: ServiceDefinition
    get_result: ServiceDefinition
    feedback_message: MessageDefinition
