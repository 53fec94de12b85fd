"""Values of parameters as rcl's YAML parser reads them, which is not quite YAML.

null and ~ are strings, dates are strings, 010 is 8, whole numbers beyond 64 bits are floats,
lists hold one type, and there are no anchors.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

_TRUE = ('Y', 'y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON')
_FALSE = ('N', 'n', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF')
_INTEGER = re.compile(r'[-+]?(?:0[xX][0-9a-fA-F]+|[0-9]+)$')
_FLOAT = re.compile(r'[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$')
_SPECIAL = {
    '.nan': 'nan', '.NaN': 'nan', '.NAN': 'nan',
    '.inf': 'inf', '.Inf': 'inf', '.INF': 'inf', '+.inf': 'inf', '+.Inf': 'inf', '+.INF': 'inf',
    '-.inf': '-inf', '-.Inf': '-inf', '-.INF': '-inf',
}  # fmt: skip


def scalar(text: str, quoted: bool) -> bool | int | float | str:
    """Return what a scalar means; a quoted one is a string."""
    if quoted:
        return text
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.match(text):
        number = _whole(text)
        return number if -(2**63) <= number < 2**63 else float(number)
    if _FLOAT.match(text):
        return float(text)
    return float(_SPECIAL[text]) if text in _SPECIAL else text


def _whole(text: str) -> int:
    digits = text.lstrip('+-')
    base = 16 if digits[:2] in ('0x', '0X') else 8 if len(digits) > 1 and digits[0] == '0' else 10
    try:
        number = int(digits, base)
    except ValueError:
        number = int(digits)  # 09 is no octal number
    return -number if text.startswith('-') else number


def value_of(node: yaml.Node) -> Any:
    """Return the value of a scalar or a list of scalars.

    Raises:
        ValueError: the list mixes types or holds something else than scalars.
    """
    if isinstance(node, yaml.ScalarNode):
        return scalar(node.value, node.style in ('"', "'", '|', '>'))
    line = node.start_mark.line + 1
    values = []
    for each in node.value:
        if not isinstance(each, yaml.ScalarNode):
            raise ValueError(f'A list may hold scalars only, at line {line}')
        values.append(value_of(each))
        if type(values[-1]) is not type(values[0]):
            raise ValueError(
                'Sequence should be of same type. Value type '
                f"'{_TYPE_NAMES[type(values[-1])]}' do not belong at line_num {line}"
            )
    # The real parser leaves a parameter with an empty list without a value.
    return values or None


_TYPE_NAMES = {bool: 'bool', int: 'integer', float: 'double', str: 'string'}


def parse_value(text: str) -> Any:
    """Return the value of a text given on the command line.

    Raises:
        ValueError: it is no value.
    """
    node = compose(text)
    if node is None or isinstance(node, yaml.MappingNode):
        raise ValueError(f'{text!r} is no value of a parameter')
    return value_of(node)


def compose(text: str) -> yaml.Node | None:
    """Return the nodes of a YAML text without giving them meaning.

    Raises:
        ValueError: the text is no YAML, or has anchors or aliases.
    """
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if getattr(event, 'anchor', None):
                raise ValueError(
                    f'Anchors and aliases are not supported, at line {event.start_mark.line + 1}'
                )
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, 'problem_mark', None)
        line = f' near line {mark.line + 1}' if mark is not None else ''
        raise ValueError(f'Error parsing a event{line}') from error
