"""Attributes of processes in markup."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from ..substitution import Substitution
from ..substitutions.text_substitution import TextSubstitution
from .conditions import parse_condition

if TYPE_CHECKING:
    from .entity import Entity
    from .parser import Parser

_TEXTS = {
    'cwd': 'cwd',
    'name': 'name',
    'launch-prefix': 'prefix',
    'output': 'output',
    'respawn': 'respawn',
}
_TIMES = ('respawn_delay', 'sigkill_timeout', 'sigterm_timeout')
_OTHERS = {'respawn_max_retries': int, 'shell': bool, 'emulate_tty': bool}


def parse_cmdline(text: str, parser: Parser) -> list[list[Substitution]]:
    """Return program and arguments, split as a shell does; substitutions are not split."""
    found: list[list[Substitution]] = []
    current: list[Substitution] = []
    for part in parser.parse_substitution(text):
        if not isinstance(part, TextSubstitution):
            current.append(part)
            continue
        words = shlex.split(part.text)
        if current and part.text[:1].isspace():
            found.append(current)
            current = []
        for number, word in enumerate(words):
            if number:
                found.append(current)
                current = []
            current.append(TextSubstitution(text=word))
        if current and part.text[-1:].isspace():
            found.append(current)
            current = []
    return [*found, current] if current else found


def parse_process(entity: Entity, parser: Parser, ignore: Collection[str]) -> dict[str, Any]:
    """Return the arguments of an action that runs a process.

    Args:
        entity: the element.
        parser: of the launch file.
        ignore: arguments that are read elsewhere.

    Raises:
        ValueError: a time is negative, or `on_exit` is not `shutdown`.
    """
    from ..actions import Shutdown
    from .actions import pairs

    arguments = parse_condition(entity, parser)
    if 'cmd' not in ignore:
        arguments['cmd'] = parse_cmdline(entity.get_attr('cmd'), parser)
    for attribute, argument in _TEXTS.items():
        text = None if argument in ignore else entity.get_attr(attribute, optional=True)
        if text is not None:
            arguments[argument] = parser.parse_substitution(text)
    for name in _TIMES:
        seconds = None
        if name not in ignore:
            seconds = entity.get_attr(name, data_type=float, optional=True, can_be_str=False)
        if seconds is None:
            continue
        if seconds < 0.0:
            raise ValueError(
                f'Attribute {name} of Entity {entity.type_name} expected to be a non-negative '
                f'value but got `{seconds}`'
            )
        arguments[name] = seconds if name == 'respawn_delay' else str(seconds)
    for name, kind in _OTHERS.items():
        value = None
        if name not in ignore:
            value = entity.get_attr(name, data_type=kind, optional=True, can_be_str=False)
        if value is not None:
            arguments[name] = value
    on_exit = None if 'on_exit' in ignore else entity.get_attr('on_exit', optional=True)
    if on_exit == 'shutdown':
        arguments['on_exit'] = [Shutdown()]
    elif on_exit is not None:
        raise ValueError(
            f'Attribute on_exit of Entity {entity.type_name} expected to be shutdown but got '
            f'`{on_exit}`'
        )
    variables = None if 'additional_env' in ignore else pairs(entity, parser, 'env')
    if variables is not None:
        arguments['additional_env'] = dict(variables)
    return arguments
