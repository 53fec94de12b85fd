"""Checks of field values, with the words of rosidl's checked mode.

Every assignment is checked. What the unchecked mode of the real one sends rightly is accepted:
NumPy integers into integer fields, and arrays, lists of ints and buffers that convert exactly
into packed sequences.
"""

from __future__ import annotations

import array
import math
from collections import UserList
from collections.abc import Callable, Sequence, Set
from typing import Any

import numpy as np

from ros2_embedded.idl.model import Field, FieldType

Check = Callable[[Any], Any]

FLOAT32_MAX = 3.402823466e38
FLOAT64_MAX = 1.7976931348623157e308

# array.array's type code and NumPy's name of every type that is held packed.
TYPE_CODES = {
    'int8': 'b',
    'uint8': 'B',
    'int16': 'h',
    'uint16': 'H',
    'int32': 'i',
    'uint32': 'I',
    'int64': 'q',
    'uint64': 'Q',
    'float': 'f',
    'double': 'd',
}
DTYPES = {
    **{name: name for name in TYPE_CODES},
    'float': 'float32',
    'double': 'float64',
}
_PYTHON_NAMES = {'boolean': 'bool', 'octet': 'bytes', 'string': 'str', 'wstring': 'str'}


def make_check(field: Field, message_class: Callable[[str], type]) -> Check:
    """Return the function that turns an assigned value into the stored one.

    Args:
        field: the field.
        message_class: gives the class of `package/kind/Name`.

    Returns:
        A function that raises AssertionError where the value does not fit.
    """
    kind = field.type
    if not kind.container:
        return _single_check(field.name, kind, message_class)
    if kind.is_packed:
        return _array_check(field) if kind.container == 'array' else _packed_check(field)
    return _list_check(field, message_class)


def integer_range(base: str) -> tuple[int, int]:
    """Return the smallest and greatest value of an integer type."""
    bits = int(base.lstrip('uint'))
    if base.startswith('u'):
        return 0, 2**bits - 1
    return -(2 ** (bits - 1)), 2 ** (bits - 1) - 1


def _single_check(name: str, kind: FieldType, message_class: Callable[[str], type]) -> Check:
    if kind.is_message:
        return _message_check(name, message_class(kind.base))
    if kind.is_string:
        return _string_check(name, kind)
    if kind.base == 'boolean':
        return _bool_check(name)
    if kind.base == 'octet':
        return _byte_check(name)
    if kind.base in ('float', 'double'):
        return _float_check(name, kind.base)
    return _integer_check(name, kind.base)


def _message_check(name: str, cls: type) -> Check:
    def check(value: Any) -> Any:
        if not isinstance(value, cls):
            raise AssertionError(
                f"The '{name}' field must be a sub message of type '{cls.__name__}'"
            )
        return value

    return check


def _string_check(name: str, kind: FieldType) -> Check:
    bound = kind.string_bound

    def check(value: Any) -> Any:
        if bound and not (isinstance(value, str) and len(value) <= bound):
            raise AssertionError(
                f"The '{name}' field must be string value not longer than {bound}"
            )
        if not isinstance(value, str):
            raise AssertionError(f"The '{name}' field must be of type 'str'")
        return value

    return check


def _bool_check(name: str) -> Check:
    def check(value: Any) -> Any:
        if not isinstance(value, bool):
            raise AssertionError(f"The '{name}' field must be of type 'bool'")
        return value

    return check


def _byte_check(name: str) -> Check:
    def check(value: Any) -> Any:
        if not (isinstance(value, (bytes, bytearray)) and len(value) == 1):
            raise AssertionError(
                f"The '{name}' field must be of type 'bytes' or 'ByteString' with length 1"
            )
        return value

    return check


def _float_check(name: str, base: str) -> Check:
    if base == 'double':

        def check_double(value: Any) -> Any:
            if not isinstance(value, float):
                raise AssertionError(f"The '{name}' field must be of type 'float'")
            return value

        return check_double

    def check_float(value: Any) -> Any:
        if not isinstance(value, float):
            raise AssertionError(f"The '{name}' field must be of type 'float'")
        if abs(value) > FLOAT32_MAX and not math.isinf(value):
            raise AssertionError(
                f"The '{name}' field must be a float in [{-FLOAT32_MAX}, {FLOAT32_MAX}]"
            )
        return value

    return check_float


def _integer_check(name: str, base: str) -> Check:
    low, high = integer_range(base)
    sign = 'an unsigned integer' if base.startswith('u') else 'an integer'

    def check(value: Any) -> Any:
        if not isinstance(value, int):
            if not isinstance(value, np.integer):
                raise AssertionError(f"The '{name}' field must be of type 'int'")
            value = int(value)
        if not low <= value <= high:
            raise AssertionError(f"The '{name}' field must be {sign} in [{low}, {high}]")
        return value

    return check


def _is_collection(value: Any) -> bool:
    return isinstance(value, (Sequence, Set, UserList)) and not isinstance(value, str)


def container_words(kind: FieldType) -> str:
    """Return the real one's words for what a container must be."""
    words = ['a set or sequence']
    if kind.container == 'array':
        words.append(f'with length {kind.size}')
    elif kind.container == 'bounded':
        words.append(f'with length <= {kind.size}')
    if kind.string_bound:
        words.append(f'and each string value not longer than {kind.string_bound}')
    name = _PYTHON_NAMES.get(kind.base, 'int')
    if kind.is_message:
        name = kind.base.rsplit('/', 1)[1]
    elif kind.base in ('float', 'double'):
        name = 'float'
    words.append(f"and each value of type '{name}'")
    if name == 'int':
        sign = 'unsigned integer' if kind.base.startswith('u') else 'integer'
        words.append('and each {} in [{}, {}]'.format(sign, *integer_range(kind.base)))
    elif name == 'float':
        limit = FLOAT64_MAX if kind.base == 'double' else FLOAT32_MAX
        words.append(f'and each {kind.base} in [{-limit:f}, {limit:f}]')
    return ' '.join(words)


def _packed_check(field: Field) -> Check:
    name, kind = field.name, field.type
    code, dtype = TYPE_CODES[kind.base], np.dtype(DTYPES[kind.base])
    bound = kind.size if kind.container == 'bounded' else None
    words = f"The '{name}' field must be {container_words(kind)}"

    def check(value: Any) -> Any:
        if isinstance(value, array.array):
            if value.typecode != code:
                raise AssertionError(
                    f"The '{name}' array.array() must have the type code of '{code}'"
                )
            if bound is not None and len(value) > bound:
                raise AssertionError(f"The '{name}' array.array() must have a size <= {bound}")
            return value
        if isinstance(value, np.ndarray):
            stored = _from_numpy(value, code, dtype, words)
        elif dtype.itemsize == 1 and isinstance(value, (bytes, bytearray, memoryview)):
            stored = array.array(code)
            stored.frombytes(value)
        elif _is_collection(value):
            try:
                stored = array.array(code, value)
            except (TypeError, OverflowError, ValueError) as error:
                raise AssertionError(words) from error
        else:
            raise AssertionError(words)
        if bound is not None and len(stored) > bound:
            raise AssertionError(words)
        return stored

    return check


def _from_numpy(value: np.ndarray, code: str, dtype: np.dtype, words: str) -> array.array:
    """Copy a one-dimensional NumPy array whose values fit into array.array, without a loop."""
    if value.ndim != 1 or value.dtype.kind not in 'iufb':
        raise AssertionError(words)
    if value.dtype != dtype:
        if dtype.kind in 'iu':
            limits = np.iinfo(dtype)
            if value.dtype.kind not in 'iub' or (
                value.size and not limits.min <= value.min() <= value.max() <= limits.max
            ):
                raise AssertionError(words)
        value = value.astype(dtype)
    stored = array.array(code)
    stored.frombytes(np.ascontiguousarray(value).data.cast('B'))
    return stored


def _array_check(field: Field) -> Check:
    name, size = field.name, field.type.size
    dtype = np.dtype(DTYPES[field.type.base])
    words = f"The '{name}' field must be {container_words(field.type)}"

    def check(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            if value.dtype != dtype:
                raise AssertionError(
                    f"The '{name}' numpy.ndarray() must have the dtype of 'numpy.{dtype.name}'"
                )
            if value.size != size:
                raise AssertionError(f"The '{name}' numpy.ndarray() must have a size of {size}")
            return value
        if not (_is_collection(value) or isinstance(value, array.array)) or len(value) != size:
            raise AssertionError(words)
        if not all(isinstance(each, (int, float, np.number)) for each in value):
            raise AssertionError(words)
        try:
            return np.array(value if isinstance(value, bytes) else list(value), dtype=dtype)
        except OverflowError as error:
            raise AssertionError(words) from error

    return check


def _list_check(field: Field, message_class: Callable[[str], type]) -> Check:
    """Check a list of messages, strings, bools or single bytes; the list itself is kept."""
    kind = field.type
    words = f"The '{field.name}' field must be {container_words(kind)}"
    single = FieldType(kind.base, string_bound=kind.string_bound)
    element = _single_check(field.name, single, message_class)

    def check(value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.ndim == 1:
            value = value.tolist()
        is_bytes = kind.base == 'octet' and isinstance(value, (bytes, bytearray))
        if not _is_collection(value):
            raise AssertionError(words)
        if kind.container == 'array' and len(value) != kind.size:
            raise AssertionError(words)
        if kind.container == 'bounded' and len(value) > kind.size:
            raise AssertionError(words)
        if not is_bytes:
            try:
                for each in value:
                    element(each)
            except AssertionError as error:
                raise AssertionError(words) from error
        return value

    return check
