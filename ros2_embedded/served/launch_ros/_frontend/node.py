"""Attributes and children of nodes in markup."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from launch.frontend import Entity, Parser
from launch.frontend.actions import pairs
from launch.frontend.process import parse_cmdline, parse_process
from launch.frontend.type_utils import get_data_type_from_identifier

from ..parameter_descriptions import ParameterFile, ParameterValue

_TEXTS = {
    'exec': 'executable',
    'pkg': 'package',
    'name': 'name',
    'exec_name': 'exec_name',
    'namespace': 'namespace',
}


def parse_node(entity: Entity, parser: Parser, ignore: Collection[str] = ()) -> dict[str, Any]:
    """Return the arguments of an action that runs a node.

    Raises:
        AttributeError: the executable is not given.
        ValueError: see `parse_process` and `parse_parameters`.
    """
    arguments = parse_process(entity, parser, ('cmd', 'name', *ignore))
    for attribute, argument in _TEXTS.items():
        text = None if argument in ignore else entity.get_attr(attribute, optional=True)
        if text is not None:
            arguments[argument] = parser.parse_substitution(text)
    if 'executable' not in arguments:
        entity.get_attr('exec')
    for attribute, argument in (('args', 'arguments'), ('ros_args', 'ros_arguments')):
        text = entity.get_attr(attribute, optional=True)
        if text is not None:
            arguments[argument] = parse_cmdline(text, parser)
    arguments.update(parse_remappings_and_parameters(entity, parser))
    return arguments


def parse_remappings_and_parameters(entity: Entity, parser: Parser) -> dict[str, Any]:
    """Return the arguments that the tags `remap` and `param` stand for."""
    arguments: dict[str, Any] = {}
    remappings = pairs(entity, parser, 'remap', ('from', 'to'))
    if remappings is not None:
        arguments['remappings'] = remappings
    parameters = entity.get_attr('param', data_type=list[Entity], optional=True)
    if parameters is not None:
        arguments['parameters'] = [_parse_item(each, parser) for each in parameters]
    return arguments


def _parse_item(entity: Entity, parser: Parser) -> ParameterFile | dict[Any, Any]:
    path = entity.get_attr('from', optional=True)
    allow_substs = entity.get_attr('allow_substs', data_type=bool, optional=True)
    has_name = entity.get_attr('name', optional=True) is not None
    if path is not None and has_name:
        raise RuntimeError('name and from attributes are mutually exclusive')
    if path is not None:
        entity.assert_entity_completely_parsed()
        if isinstance(allow_substs, str):
            allow_substs = parser.parse_substitution(allow_substs)
        return ParameterFile(parser.parse_substitution(path), allow_substs=allow_substs or False)
    if not has_name:
        raise ValueError('param Entity should have name or from attribute')
    if allow_substs is not None:
        raise RuntimeError("'allow_substs' can only be used together with 'from' attribute")
    return _parse_values([entity], parser)


def _parse_values(entities: Sequence[Entity], parser: Parser) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for entity in entities:
        name = tuple(parser.parse_substitution(entity.get_attr('name')))
        identifier = entity.get_attr('type', optional=True)
        kind = None if identifier is None else get_data_type_from_identifier(identifier)
        value = entity.get_attr('value', data_type=kind, optional=True)
        nested = entity.get_attr('param', data_type=list[Entity], optional=True)
        entity.assert_entity_completely_parsed()
        if nested and value is not None:
            raise RuntimeError('nested parameters and value attributes are mutually exclusive')
        if nested and identifier is not None:
            raise RuntimeError('nested parameters and type attributes are mutually exclusive')
        if nested:
            found[name] = _parse_values(nested, parser)
        elif value is not None:
            parsed = parser.parse_if_substitutions(value)
            found[name] = ParameterValue(parsed, value_type=kind)
        else:
            raise RuntimeError('either a value attribute or nested params are needed')
    return found
