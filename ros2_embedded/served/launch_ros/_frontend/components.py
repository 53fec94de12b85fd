"""Containers and components in markup."""

from __future__ import annotations

from launch.frontend import Entity, Parser
from launch.frontend.actions import pairs
from launch.frontend.conditions import parse_condition
from launch.frontend.expose import Parsed

from ..actions import ComposableNodeContainer
from ..descriptions import ComposableNode
from .node import parse_node, parse_remappings_and_parameters


def parse_container(entity: Entity, parser: Parser) -> Parsed:
    """Return what a container in markup stands for."""
    arguments = parse_node(entity, parser)
    arguments['composable_node_descriptions'] = parse_components(entity, parser, optional=True)
    return ComposableNodeContainer, arguments


def parse_components(entity: Entity, parser: Parser, *, optional: bool) -> list[ComposableNode]:
    """Return the components within an element.

    Raises:
        AttributeError: there are none, and they are not optional.
    """
    entities = entity.get_attr('composable_node', data_type=list[Entity], optional=optional)
    return [_parse_component(each, parser) for each in entities or ()]


def _parse_component(entity: Entity, parser: Parser) -> ComposableNode:
    arguments = parse_condition(entity, parser)
    for attribute, argument in (('pkg', 'package'), ('plugin', 'plugin'), ('name', 'name')):
        arguments[argument] = parser.parse_substitution(entity.get_attr(attribute))
    namespace = entity.get_attr('namespace', optional=True)
    if namespace is not None:
        arguments['namespace'] = parser.parse_substitution(namespace)
    arguments.update(parse_remappings_and_parameters(entity, parser))
    extra = pairs(entity, parser, 'extra_arg')
    if extra is not None:
        arguments['extra_arguments'] = [{name: value} for name, value in extra]
    entity.assert_entity_completely_parsed()
    return ComposableNode(**arguments)
