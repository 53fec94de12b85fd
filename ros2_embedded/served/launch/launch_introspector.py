"""LaunchIntrospector class, a launch description as a tree of text."""

from __future__ import annotations

from collections.abc import Iterable

from .action import Action
from .actions import EmitEvent, ExecuteProcess, LogInfo, RegisterEventHandler
from .launch_description import LaunchDescription
from .launch_description_entity import LaunchDescriptionEntity
from .some_substitutions_type import SomeSubstitutionsType
from .utilities import normalize_to_list_of_substitutions

# Title of an entity and the branches below it.
_Branch = tuple[str, 'list[_Branch]']


class LaunchIntrospector:
    """Describes launch descriptions for people."""

    def format_launch_description(self, launch_description: LaunchDescription) -> str:
        """Return the description as a tree."""
        branches = _describe_all(launch_description.entities)
        return '\n'.join([str(launch_description), *_draw(branches)])


def _draw(branches: list[_Branch]) -> list[str]:
    lines: list[str] = []
    for number, (title, inner) in enumerate(branches, start=1):
        last = number == len(branches)
        lines.append(f'{"└" if last else "├"}── {title}')
        lines += [f'{" " if last else "│"}   {line}' for line in _draw(inner)]
    return lines


def _describe_all(entities: Iterable[LaunchDescriptionEntity]) -> list[_Branch]:
    return [_describe(entity) for entity in entities]


def _describe(entity: LaunchDescriptionEntity) -> _Branch:
    if not isinstance(entity, Action):
        return f"Unknown entity('{entity}')", []
    if isinstance(entity, LogInfo):
        return f'LogInfo({format_substitutions(entity.msg)})', []
    if isinstance(entity, EmitEvent):
        return f"EmitEvent(event='{entity.event.name}')", []
    if isinstance(entity, ExecuteProcess):
        return _describe_process(entity), []
    if isinstance(entity, RegisterEventHandler):
        text, inner = entity.event_handler.describe()
        title = f"RegisterEventHandler('{entity.event_handler}'):"
        return title, [(text, _describe_all(inner))]
    return f"Action('{entity}')", []


def _describe_process(action: ExecuteProcess) -> str:
    cmd = ', '.join(format_substitutions(part) for part in action.cmd)
    cwd = None if action.cwd is None else f"'{format_substitutions(action.cwd)}'"
    env = None
    if action.env is not None:
        pairs = [
            f'{format_substitutions(name)}: {format_substitutions(value)}'
            for name, value in action.env
        ]
        env = '{' + ', '.join(pairs) + '}'
    return f'ExecuteProcess(cmd=[{cmd}], cwd={cwd}, env={env}, shell={action.shell})'


def format_substitutions(substitutions: SomeSubstitutionsType) -> str:
    """Return substitutions for people."""
    return ' + '.join(sub.describe() for sub in normalize_to_list_of_substitutions(substitutions))
