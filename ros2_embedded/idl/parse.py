"""Reads the text of .msg, .srv and .action files."""

from __future__ import annotations

import ast
import re
from typing import Any

from ros2_embedded.idl.model import (
    IDL_NAMES,
    PRIMITIVE_SIZES,
    STRINGS,
    Constant,
    Field,
    FieldType,
    MessageDefinition,
)

_TYPE = re.compile(
    r'(?P<base>[A-Za-z][\w/]*)(?:<=(?P<string_bound>\d+))?'
    r'(?P<container>\[(?P<bound><=)?(?P<size>\d*)\])?$'
)
# Names of basic types in these files; IDL calls some of them otherwise.
_BASIC = sorted({*PRIMITIVE_SIZES, *STRINGS, *IDL_NAMES} - {'boolean', 'octet', 'float', 'double'})
_NAME = re.compile(r'[a-z](?:_?[a-z0-9]+)*$')
_CONSTANT_NAME = re.compile(r'[A-Z](?:_?[A-Z0-9]+)*$')
_CONSTANT = re.compile(r'(?P<type>\S+)\s+(?P<name>\w+)\s*=(?P<value>.*)$')


class DefinitionError(ValueError):
    """A definition file cannot be read; the message says where and why."""


def parse_message(name: str, text: str, where: str = '') -> MessageDefinition:
    """Read one message.

    Args:
        name: full name, `package/msg/Name`; its package completes names without a package.
        text: content of the file, or of one part of a .srv or .action file.
        where: file name for error messages.

    Raises:
        DefinitionError: a line is neither field nor constant, or names an unknown type.
    """
    fields: list[Field] = []
    constants: list[Constant] = []
    package = name.split('/', 1)[0]
    for number, line in enumerate(text.splitlines(), 1):
        body = _strip_comment(line).strip()
        if not body:
            continue
        try:
            constant = _CONSTANT.match(body)
            # `<=` of a bound is no constant's equal sign.
            if constant and not constant['type'].endswith('<') and '<=' not in constant['name']:
                raw = _CONSTANT.match(line.strip()) if constant['type'] in STRINGS else constant
                constants.append(_constant(package, *(raw or constant).groups()))
            else:
                fields.append(_field(package, body))
        except ValueError as error:
            raise DefinitionError(f'{where or name}, line {number}: {error}') from error
    names = [field.name for field in fields]
    twice = sorted({each for each in names if names.count(each) > 1})
    if twice:
        raise DefinitionError(f'{where or name}: field {twice[0]} is declared twice.')
    return MessageDefinition(name, tuple(fields), tuple(constants))


def split_parts(text: str, count: int, where: str) -> list[str]:
    """Split a .srv (2 parts) or .action (3 parts) file at its lines of three dashes.

    Raises:
        DefinitionError: there are more or fewer parts.
    """
    parts = re.split(r'^---[ \t]*\r?$', text, flags=re.MULTILINE)
    if len(parts) != count:
        raise DefinitionError(
            f'{where}: {count} parts with a line of --- between them are needed, '
            f'but it has {len(parts)}.'
        )
    return parts


def _strip_comment(line: str) -> str:
    quote = ''
    for index, letter in enumerate(line):
        if quote:
            quote = '' if letter == quote else quote
        elif letter in '"\'':
            quote = letter
        elif letter == '#':
            return line[:index]
    # An apostrophe in a comment-less line is no open quote worth keeping.
    return line.split('#', 1)[0] if quote and '#' in line else line


def parse_type(package: str, text: str) -> FieldType:
    """Read a type as a .msg file writes it, such as `float32[<=3]` or `geometry_msgs/Pose`.

    Raises:
        ValueError: the text is no type.
    """
    match = _TYPE.match(text)
    if match is None:
        raise ValueError(f'{text!r} is no type.')
    base = match['base']
    if base in _BASIC:
        base = IDL_NAMES.get(base, base)
    else:
        parts = base.split('/')
        if len(parts) == 1 and not base[0].isupper():
            raise ValueError(f'{base!r} is no basic type; those are {", ".join(_BASIC)}.')
        base = f'{parts[0] if len(parts) > 1 else package}/msg/{parts[-1]}'
    if match['string_bound'] and base not in STRINGS:
        raise ValueError(f'{text!r} bounds a type that is no string.')
    container, size = '', int(match['size'] or 0)
    if match['container']:
        container = 'bounded' if match['bound'] else 'array' if match['size'] else 'unbounded'
        if container != 'unbounded' and size == 0:
            raise ValueError(f'{text!r} has room for nothing.')
    return FieldType(base, container, size, int(match['string_bound'] or 0))


def _field(package: str, text: str) -> Field:
    parts = text.split(None, 2)
    if len(parts) < 2:
        raise ValueError(f'{text!r} is neither a field (type name) nor a constant (TYPE NAME=x).')
    if not _NAME.match(parts[1]):
        raise ValueError(
            f'{parts[1]!r} is no field name: lower case letters, digits and single underscores.'
        )
    kind = parse_type(package, parts[0])
    default = _value(kind, parts[2]) if len(parts) == 3 else None
    return Field(parts[1], kind, default)


def _constant(package: str, kind: str, name: str, value: str) -> Constant:
    if not _CONSTANT_NAME.match(name):
        raise ValueError(f'{name!r} is no constant name: upper case letters, digits, underscores.')
    type_ = parse_type(package, kind)
    if type_.container or type_.is_message:
        raise ValueError(f'constant {name} must have a basic type, not {kind}.')
    return Constant(name, type_, _value(type_, value.strip()))


def _capitalised(match: re.Match) -> str:
    return match[0].capitalize()


def _value(kind: FieldType, text: str) -> Any:
    """Turn the text of a default or constant into a Python value of the field's type."""
    text = text.strip()
    if kind.container:
        try:
            values = ast.literal_eval(re.sub(r'\b(true|false)\b', _capitalised, text))
        except (SyntaxError, ValueError) as error:
            raise ValueError(f'default {text!r} is no list.') from error
        single = FieldType(kind.base, string_bound=kind.string_bound)
        return [_value(single, str(each)) for each in values]
    if kind.is_message:
        raise ValueError('a field that is a message takes no default.')
    if kind.is_string:
        quoted = len(text) > 1 and text[0] == text[-1] and text[0] in '"\''
        return text[1:-1] if quoted else text
    if kind.base == 'boolean':
        if text.lower() not in ('true', 'false', '1', '0'):
            raise ValueError(f'{text!r} is no bool: true or false.')
        return text.lower() in ('true', '1')
    if kind.base in ('float', 'double'):
        return float(text)
    number = int(text, 0)
    return bytes([number]) if kind.base == 'octet' else number
