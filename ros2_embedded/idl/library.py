"""Finds interface definitions by name and adds the parts that services and actions imply."""

from __future__ import annotations

import difflib
import re
from functools import cache

from ros2_embedded.idl.model import (
    ActionDefinition,
    Field,
    FieldType,
    MessageDefinition,
    ServiceDefinition,
)
from ros2_embedded.idl.packages import definition_file, definition_names, package_folders
from ros2_embedded.idl.parse import parse_message, split_parts
from ros2_embedded.idl.rosbags_store import advice, may_hold, stored_message, stored_names

# Names come from the network, too, and become names of files.
_NAME = re.compile(r'([A-Za-z]\w{0,254})/(msg|srv|action)/([A-Za-z]\w{0,254})', re.ASCII)

_UUID = FieldType('unique_identifier_msgs/msg/UUID')
_TIME = FieldType('builtin_interfaces/msg/Time')


class UnknownInterfaceError(LookupError):
    """No definition has that name; the message names close ones."""


def packages() -> list[str]:
    """Return the names of all packages that have definitions."""
    return sorted({*package_folders(), *(name.split('/')[0] for name in stored_names())})


def is_package(package: str) -> bool:
    """Whether a package has definitions; does not load the store for packages with files."""
    return package in package_folders() or (
        may_hold(package) and any(name.startswith(f'{package}/') for name in stored_names())
    )


@cache
def names(package: str, kind: str) -> tuple[str, ...]:
    """Return the names of the messages, services or actions (`kind`) of a package."""
    found = definition_names(package, kind)
    if kind == 'msg':
        prefix = f'{package}/msg/'
        found |= {name[len(prefix) :] for name in stored_names() if name.startswith(prefix)}
    return tuple(sorted(found))


@cache
def message(name: str) -> MessageDefinition:
    """Return a message, or a message that a service or action implies, by its full name.

    Raises:
        UnknownInterfaceError: nothing of that name is defined.
        DefinitionError: its file cannot be read.
    """
    package, kind, short = split_name(name)
    if kind == 'msg':
        path = definition_file(package, kind, short)
        if path is not None:
            return parse_message(name, path.read_text(encoding='utf-8'), str(path))
        stored = stored_message(name)
        if stored is None:
            raise _unknown(name)
        return stored
    for part in _parts_of(package, kind, short):
        if part.name == name:
            return part
    raise _unknown(name)


@cache
def service(name: str) -> ServiceDefinition:
    """Return `package/srv/Name`, or a service that an action implies."""
    package, kind, short = split_name(name)
    if kind == 'action':
        owner = action(f'{package}/action/{short.rsplit("_", 1)[0]}')
        for each in (owner.send_goal, owner.get_result):
            if each.name == name:
                return each
        raise _unknown(name)
    path = definition_file(package, 'srv', short)
    if path is None:
        raise _unknown(name)
    texts = split_parts(path.read_text(encoding='utf-8'), 2, str(path))
    return _service(
        name,
        parse_message(f'{name}_Request', texts[0], str(path)),
        parse_message(f'{name}_Response', texts[1], str(path)),
    )


@cache
def action(name: str) -> ActionDefinition:
    """Return `package/action/Name`."""
    package, _, short = split_name(name)
    path = definition_file(package, 'action', short)
    if path is None:
        raise _unknown(name)
    texts = split_parts(path.read_text(encoding='utf-8'), 3, str(path))
    goal, result, feedback = (
        parse_message(f'{name}_{part}', text, str(path))
        for part, text in zip(('Goal', 'Result', 'Feedback'), texts, strict=True)
    )
    send_goal = _service(
        f'{name}_SendGoal',
        MessageDefinition(
            f'{name}_SendGoal_Request', (Field('goal_id', _UUID), Field('goal', _of(goal)))
        ),
        MessageDefinition(
            f'{name}_SendGoal_Response',
            (Field('accepted', FieldType('boolean')), Field('stamp', _TIME)),
        ),
    )
    get_result = _service(
        f'{name}_GetResult',
        MessageDefinition(f'{name}_GetResult_Request', (Field('goal_id', _UUID),)),
        MessageDefinition(
            f'{name}_GetResult_Response',
            (Field('status', FieldType('int8')), Field('result', _of(result))),
        ),
    )
    feedback_message = MessageDefinition(
        f'{name}_FeedbackMessage', (Field('goal_id', _UUID), Field('feedback', _of(feedback)))
    )
    return ActionDefinition(name, goal, result, feedback, send_goal, get_result, feedback_message)


def _service(
    name: str, request: MessageDefinition, response: MessageDefinition
) -> ServiceDefinition:
    event = MessageDefinition(
        f'{name}_Event',
        (
            Field('info', FieldType('service_msgs/msg/ServiceEventInfo')),
            Field('request', FieldType(request.name, 'bounded', 1)),
            Field('response', FieldType(response.name, 'bounded', 1)),
        ),
    )
    return ServiceDefinition(name, request, response, event)


def _of(definition: MessageDefinition) -> FieldType:
    return FieldType(definition.name)


def _parts_of(package: str, kind: str, short: str) -> list[MessageDefinition]:
    """Return the messages of the service or action that a part such as `X_Request` belongs to."""
    owner = short.split('_', 1)[0]
    if kind == 'srv':
        found = service(f'{package}/srv/{short.rsplit("_", 1)[0]}')
        return [found.request, found.response, found.event]
    of_action = action(f'{package}/action/{owner}')
    services = (of_action.send_goal, of_action.get_result)
    return [
        of_action.goal,
        of_action.result,
        of_action.feedback,
        of_action.feedback_message,
        *(part for each in services for part in (each.request, each.response, each.event)),
    ]


def split_name(name: str) -> tuple[str, str, str]:
    """Return package, kind (msg, srv or action) and short name of an interface.

    Raises:
        UnknownInterfaceError: the name has another form.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise UnknownInterfaceError(
            f'{name[:255]!r} is no interface name; write package/msg/Name, package/srv/Name '
            'or package/action/Name.'
        )
    return found[1], found[2], found[3]


def _unknown(name: str) -> UnknownInterfaceError:
    package, kind, short = split_name(name)
    if advice(package):
        return UnknownInterfaceError(f'No definition of {name}: {advice(package)}.')
    if not is_package(package):
        close = difflib.get_close_matches(package, packages(), 3)
        return UnknownInterfaceError(
            f'No definition of {name}: no package {package} is known'
            + (f'; did you mean {", ".join(close)}?' if close else '.')
            + ' Name the folder of its definitions in ROS2_EMBEDDED_INTERFACES.'
        )
    close = difflib.get_close_matches(short, names(package, kind), 3)
    return UnknownInterfaceError(
        f'No definition of {name}'
        + (f'; did you mean {", ".join(close)}?' if close else f' in package {package}.')
    )
