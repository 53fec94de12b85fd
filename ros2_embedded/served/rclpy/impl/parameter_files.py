"""Parameter overrides for nodes, from files and from `-p name:=value`.

Rules are kept by node name in the order in which each name first appeared; all that match a node
are applied in that order, so a later name wins over an earlier one, whatever is more special.
`talker` and `/talker` mean the same node but are two names.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from rclpy.impl.parameter_values import compose, parse_value, value_of

ALL_NODES = '/**'
_KEY = 'ros__parameters'
_ASSIGNMENT = re.compile(
    r'(?:(?P<node>[A-Za-z_]\w*):)?(?P<name>[A-Za-z_~][\w.\-/]*):=(?P<value>.*)$', re.S
)

Overrides = dict[str, dict[str, Any]]


def add_assignment(overrides: Overrides, text: str) -> None:
    """Take in `name:=value` or `node:name:=value`.

    Raises:
        ValueError: it is none; the message says why.
    """
    found = _ASSIGNMENT.match(text)
    if found is None:
        raise ValueError('it must be name:=value or node:name:=value')
    if not found['value']:
        raise ValueError('the value is missing')
    node = found['node'] or ALL_NODES
    overrides.setdefault(node, {})[found['name']] = parse_value(found['value'])


def add_file(overrides: Overrides, path: str) -> None:
    """Take in a parameter file.

    Raises:
        ValueError: it cannot be opened or read; the message says why, and the line.
    """
    try:
        text = Path(path).read_text(encoding='utf-8')
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError('Error opening YAML file') from error
    root = compose(text)
    if root is None:
        return
    if not isinstance(root, yaml.MappingNode):
        raise ValueError('the file must hold node names, each with ros__parameters below it')
    _add_nodes(overrides, root, '')


def _add_nodes(overrides: Overrides, mapping: yaml.MappingNode, prefix: str) -> None:
    for key, value in mapping.value:
        line = key.start_mark.line + 1
        if key.value == _KEY:
            if not prefix:
                raise ValueError(f'There are no node names before {_KEY} at line {line}')
            if not isinstance(value, yaml.MappingNode):
                raise ValueError(f'Cannot have a value before {_KEY} at line {line}')
            _add_parameters(overrides.setdefault(prefix, {}), value, '')
        elif isinstance(value, yaml.MappingNode):
            name = f'{prefix}/{key.value.strip("/")}' if prefix else key.value
            _add_nodes(overrides, value, name)
        else:
            raise ValueError(f'Cannot have a value before {_KEY} at line {line}')


def _add_parameters(into: dict[str, Any], mapping: yaml.MappingNode, prefix: str) -> None:
    for key, value in mapping.value:
        name = f'{prefix}{key.value}'
        if isinstance(value, yaml.MappingNode):
            _add_parameters(into, value, f'{name}.')
        else:
            into[name] = value_of(value)


def overrides_for(overrides: Overrides, full_name: str) -> dict[str, Any]:
    """Return the parameters that are meant for a node, by its full name."""
    found: dict[str, Any] = {}
    for pattern, parameters in overrides.items():
        if _matches(pattern, full_name):
            found.update(parameters)
    return found


def _matches(pattern: str, full_name: str) -> bool:
    """Whether a name with wildcards fits: `/**` any tokens, `*` one token."""
    expression = ''
    for part in pattern.strip('/').split('/'):
        if part == '**':
            expression += r'(/\w+)*'
        else:
            expression += '/' + r'\w+'.join(map(re.escape, part.split('*')))
    return re.fullmatch(expression, full_name) is not None
