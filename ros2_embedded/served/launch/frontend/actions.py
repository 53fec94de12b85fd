"""Names of launch's actions in markup."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .. import actions as launch_actions
from ..action import Action
from .conditions import parse_condition
from .entity import Entity
from .expose import Parsed, expose_action
from .parser import Parser


def expose_with_attributes(
    name: str,
    kind: Callable[..., Action],
    required: Mapping[str, str] | None = None,
    optional: Mapping[str, str] | None = None,
) -> None:
    """Make an action known whose attributes are all text with substitutions.

    Args:
        name: tag in markup.
        kind: class of the action.
        required: arguments of the class by the attributes that must be there.
        optional: arguments of the class by the attributes that may be there.
    """

    def parse(entity: Entity, parser: Parser) -> Parsed:
        arguments = parse_condition(entity, parser)
        for attribute, argument in (required or {}).items():
            arguments[argument] = parser.parse_substitution(entity.get_attr(attribute))
        for attribute, argument in (optional or {}).items():
            text = entity.get_attr(attribute, optional=True)
            if text is not None:
                arguments[argument] = parser.parse_substitution(text)
        return kind, arguments

    expose_action(name)(parse)


def pairs(
    entity: Entity, parser: Parser, tag: str, names: tuple[str, str] = ('name', 'value')
) -> list[tuple[Any, Any]] | None:
    """Return two attributes of each child of a tag, None where there is no such child."""
    children = entity.get_attr(tag, data_type=list[Entity], optional=True)
    if children is None:
        return None
    found = []
    for child in children:
        first, second = (parser.parse_substitution(child.get_attr(name)) for name in names)
        child.assert_entity_completely_parsed()
        found.append((tuple(first), second))
    return found


def _parse_argument(entity: Entity, parser: Parser) -> Parsed:
    arguments = parse_condition(entity, parser)
    arguments['name'] = parser.escape_characters(entity.get_attr('name'))
    default = entity.get_attr('default', optional=True)
    if default is not None:
        arguments['default_value'] = parser.parse_substitution(default)
    description = entity.get_attr('description', optional=True)
    if description is not None:
        arguments['description'] = parser.escape_characters(description)
    choices = entity.get_attr('choice', data_type=list[Entity], optional=True)
    if choices is not None:
        arguments['choices'] = [
            parser.escape_characters(choice.get_attr('value')) for choice in choices
        ]
    return launch_actions.DeclareLaunchArgument, arguments


def _parse_append_environment(entity: Entity, parser: Parser) -> Parsed:
    arguments = parse_condition(entity, parser)
    for name in ('name', 'value'):
        arguments[name] = parser.parse_substitution(entity.get_attr(name))
    prepend = entity.get_attr('prepend', data_type=bool, optional=True)
    if prepend is not None:
        arguments['prepend'] = parser.parse_if_substitutions(prepend)
    separator = entity.get_attr('separator', optional=True)
    if separator is not None:
        arguments['separator'] = parser.parse_substitution(separator)
    return launch_actions.AppendEnvironmentVariable, arguments


def _parse_group(entity: Entity, parser: Parser) -> Parsed:
    arguments = parse_condition(entity, parser)
    for name in ('scoped', 'forwarding'):
        value = entity.get_attr(name, data_type=bool, optional=True, can_be_str=False)
        if value is not None:
            arguments[name] = value
    kept = pairs(entity, parser, 'keep')
    if kept is not None:
        arguments['launch_configurations'] = dict(kept)
    arguments['actions'] = [
        parser.parse_action(child) for child in entity.children if child.type_name != 'keep'
    ]
    return launch_actions.GroupAction, arguments


def _parse_include(entity: Entity, parser: Parser) -> Parsed:
    arguments = parse_condition(entity, parser)
    arguments['launch_description_source'] = parser.parse_substitution(entity.get_attr('file'))
    given = pairs(entity, parser, 'arg')
    if given is not None:
        arguments['launch_arguments'] = given
    return launch_actions.IncludeLaunchDescription, arguments


def _parse_reset(entity: Entity, parser: Parser) -> Parsed:
    arguments = parse_condition(entity, parser)
    kept = pairs(entity, parser, 'keep')
    if kept is not None:
        arguments['launch_configurations'] = dict(kept)
    return launch_actions.ResetLaunchConfigurations, arguments


def _parse_shutdown(entity: Entity, parser: Parser) -> Parsed:
    arguments = parse_condition(entity, parser)
    reason = entity.get_attr('reason', optional=True)
    if reason:
        arguments['reason'] = parser.escape_characters(reason)
    return launch_actions.Shutdown, arguments


def parse_timer(entity: Entity, parser: Parser) -> dict[str, Any]:
    """Return the arguments of a timer action."""
    arguments = parse_condition(entity, parser)
    arguments['period'] = parser.parse_if_substitutions(entity.get_attr('period', data_type=float))
    arguments['actions'] = [parser.parse_action(child) for child in entity.children]
    return arguments


def _parse_timer(entity: Entity, parser: Parser) -> Parsed:
    arguments = parse_timer(entity, parser)
    cancel = entity.get_attr('cancel_on_shutdown', data_type=bool, optional=True)
    if cancel is not None:
        arguments['cancel_on_shutdown'] = parser.parse_if_substitutions(cancel)
    return launch_actions.TimerAction, arguments


_NAME = {'name': 'name'}
_NAME_AND_VALUE = {'name': 'name', 'value': 'value'}
expose_action('append_env')(_parse_append_environment)
expose_action('arg')(_parse_argument)
expose_action('executable')(launch_actions.ExecuteProcess)
expose_action('group')(_parse_group)
expose_action('include')(_parse_include)
expose_with_attributes('let', launch_actions.SetLaunchConfiguration, _NAME_AND_VALUE)
expose_with_attributes('log', launch_actions.LogInfo, {'message': 'msg'})
expose_action('reset')(_parse_reset)
expose_with_attributes('reset_env', launch_actions.ResetEnvironment)
expose_with_attributes('set_env', launch_actions.SetEnvironmentVariable, _NAME_AND_VALUE)
expose_action('shutdown')(_parse_shutdown)
expose_action('timer')(_parse_timer)
expose_with_attributes('unset_env', launch_actions.UnsetEnvironmentVariable, _NAME)
