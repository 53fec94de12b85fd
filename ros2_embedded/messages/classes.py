"""Makes message classes from definitions."""

from __future__ import annotations

import array
import re
import struct
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, NoReturn

import numpy as np

from ros2_embedded.cdr.decode import make_decoder
from ros2_embedded.cdr.encode import make_encoder
from ros2_embedded.cdr.share import make_share
from ros2_embedded.idl import library
from ros2_embedded.idl.model import Field, MessageDefinition
from ros2_embedded.messages.checks import DTYPES, TYPE_CODES, Check, make_check
from ros2_embedded.messages.slot_types import slot_type
from ros2_embedded.messages.support import MessageSupport


def module_name(short: str) -> str:
    """Return rosidl's private module of a type: `AddTwoInts_Request` lies in `_add_two_ints`."""
    text = re.sub(r'(.)([A-Z][a-z]+)', r'\1_\2', short.split('_', 1)[0])
    return '_' + re.sub(r'([a-z0-9])([A-Z])', r'\1_\2', text).lower()


class MessageMeta(type):
    """Metaclass of all message classes; each has one more of its own, for its constants."""

    def __new__(cls, name: str, bases: tuple, namespace: dict) -> MessageMeta:
        """Make a class and keep its slots apart from what `__slots__` shows."""
        made = super().__new__(cls, name, bases, namespace)
        # rosidl lists `_check_fields` as a slot; here it is one constant for the class.
        made.__slotnames__ = list(namespace['__slots__'])
        made.__slots__ = [*namespace['__slots__'], '_check_fields']
        return made

    @classmethod
    def __import_type_support__(cls) -> None:
        """Do nothing: there is no C type support to load."""

    @property
    def SLOT_TYPES(cls) -> tuple:  # noqa: N802  (rosidl's name)
        """Types of the fields, in the terms of rosidl_parser.definition."""
        return tuple(slot_type(field.type) for field in cls._definition.fields)

    @property
    def _TYPE_SUPPORT(cls) -> MessageSupport:  # noqa: N802  (rosidl's name)
        return _support(cls._definition.name)


@cache
def _support(name: str) -> MessageSupport:
    definition = library.message(name)
    cls = message_class(name)
    encode = make_encoder(definition, library.message)

    def checked_encode(message: Any) -> list:
        try:
            return encode(message)
        except (struct.error, TypeError, AttributeError, OverflowError) as error:
            _explain(message, error)

    return MessageSupport(
        definition,
        cls,
        checked_encode,
        make_decoder(definition, message_class, library.message),
        make_share(definition, message_class, library.message),
    )


def _explain(message: Any, error: Exception) -> NoReturn:
    """Raise TypeError that names the field that cannot be encoded."""
    where = type(message).__name__
    for field in message._definition.fields:
        value = getattr(message, f'_{field.name}', None)
        try:
            make_check(field, message_class)(value)
        except AssertionError as reason:
            raise TypeError(f'{where}.{field.name}: {reason}') from error
        if field.type.is_message:
            for each in value if field.type.container else [value]:
                each._TYPE_SUPPORT.encode(each)
    raise TypeError(f'{where}: {error}') from error


@cache
def message_class(name: str) -> type:
    """Return the class of `package/msg/Name`, or of a part such as `package/srv/Name_Request`.

    Raises:
        UnknownInterfaceError: nothing of that name is defined.
    """
    definition = library.message(name)
    package, kind, short = name.split('/')
    constants = {each.name: each.value for each in definition.constants}
    constants |= {
        f'{field.name.upper()}__DEFAULT': field.default
        for field in definition.fields
        if field.default is not None
    }
    meta = type(
        f'Metaclass_{short}',
        (MessageMeta,),
        {key: property(lambda _, value=value: value) for key, value in constants.items()},
    )
    namespace: dict[str, Any] = {
        **constants,
        '__slots__': [f'_{field.name}' for field in definition.fields],
        '__module__': f'{package}.{kind}.{module_name(short)}',
        '__doc__': f'{name}.',
        '_definition': definition,
        '_check_fields': True,
        '_fields_and_field_types': {each.name: each.type.text() for each in definition.fields},
        '_TYPE_SUPPORT': property(lambda self: type(self)._TYPE_SUPPORT),
        'SLOT_TYPES': property(lambda self: type(self).SLOT_TYPES),
        'get_fields_and_field_types': classmethod(lambda cls: dict(cls._fields_and_field_types)),
        '__repr__': _repr,
        '__eq__': _eq,
        '__hash__': None,
        '__reduce__': _reduce,
    }
    setters: dict[str, Check] = {}
    for field in definition.fields:
        check = make_check(field, message_class)
        setters[field.name] = check
        namespace[field.name] = _property(field.name, check)
    cls = meta(short, (), namespace)
    cls.__init__ = _initializer(cls, definition, setters)
    return cls


def _property(name: str, check: Check) -> property:
    attribute = f'_{name}'

    def store(self: Any, value: Any) -> None:
        setattr(self, attribute, check(value))

    return property(attrgetter(attribute), store, doc=f"Message field '{name}'.")


def _initializer(
    cls: type, definition: MessageDefinition, setters: dict[str, Check]
) -> Callable[..., None]:
    defaults = [
        (field.name, getattr(cls, f'_{field.name}').__set__, _default(field))
        for field in definition.fields
    ]

    def __init__(self: Any, **values: Any) -> None:  # noqa: N807  (becomes the class's own)
        values.pop('check_fields', None)
        for name, store, default in defaults:
            if name in values:
                store(self, setters[name](values.pop(name)))
            else:
                store(self, default())
        if values:
            raise AssertionError(
                'Invalid arguments passed to constructor: ' + ', '.join(sorted(values))
            )

    __init__.__qualname__ = f'{cls.__name__}.__init__'
    return __init__


def _default(field: Field) -> Callable[[], Any]:
    """Return what makes the value of a field that the constructor was not given."""
    kind = field.type
    if field.default is not None:
        check = make_check(field, message_class)
        value = field.default
        if kind.base in ('float', 'double') and not kind.container:
            value = float(value)
        return lambda: check(list(value) if kind.container else value)
    if kind.is_packed and kind.container:
        if kind.container == 'array':
            size, dtype = kind.size, DTYPES[kind.base]
            return lambda: np.zeros(size, dtype)
        return _empty_array(TYPE_CODES[kind.base])
    if kind.is_message:
        cls = message_class(kind.base)
        if not kind.container:
            return cls
        size = kind.size if kind.container == 'array' else 0
        return lambda: [cls() for _ in range(size)]
    zero = {'boolean': False, 'octet': b'\x00', 'float': 0.0, 'double': 0.0}.get(
        kind.base, '' if kind.is_string else 0
    )
    if kind.container:
        size = kind.size if kind.container == 'array' else 0
        return lambda: [zero] * size
    return lambda: zero


def _empty_array(code: str) -> Callable[[], Any]:
    return lambda: array.array(code)


def _repr(self: Any) -> str:
    package, kind, _ = type(self).__module__.split('.')
    parts = []
    for field in self._definition.fields:
        value = getattr(self, field.name)
        if field.type.is_packed and field.type.container in ('bounded', 'unbounded'):
            parts.append(f'{field.name}={value.tolist()!r}')
        else:
            parts.append(f'{field.name}={value!r}')
    return f'{package}.{kind}.{type(self).__name__}({", ".join(parts)})'


def _eq(self: Any, other: object) -> bool:
    if not isinstance(other, type(self)):
        return False
    for field in self._definition.fields:
        mine, theirs = getattr(self, field.name), getattr(other, field.name)
        if isinstance(mine, np.ndarray):
            if not np.array_equal(mine, theirs):
                return False
        elif mine != theirs:
            return False
    return True


def _restore(cls: type, values: dict[str, Any]) -> Any:
    message = cls.__new__(cls)
    for name, value in values.items():
        setattr(message, name, value)
    return message


def _reduce(self: Any) -> tuple:
    # Slots instead of `__dict__`: this serves copy, deepcopy and pickling by the user.
    names = type(self).__slotnames__
    return _restore, (type(self), {name: getattr(self, name) for name in names})
