"""Makes service and action classes from definitions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

from ros2_embedded.idl import library
from ros2_embedded.idl.type_hash import type_hash
from ros2_embedded.messages.classes import message_class, module_name


@dataclass(frozen=True)
class ServiceSupport:
    """What the transport needs to know of a service: its name, `package/srv/Name`."""

    name: str

    @property
    def type_hash(self) -> str:
        """RIHS01 hash of the service."""
        return type_hash(self.name)


class ServiceMeta(type):
    """Metaclass of service classes."""

    @classmethod
    def __import_type_support__(cls) -> None:
        """Do nothing: there is no C type support to load."""

    def __call__(cls, *_: Any, **__: Any) -> NoReturn:
        """Refuse to make an instance, as rosidl does."""
        raise NotImplementedError(f'{cls._kind} classes can not be instantiated')


@cache
def service_class(name: str) -> type:
    """Return the class of `package/srv/Name`, with Request, Response and Event.

    Raises:
        UnknownInterfaceError: nothing of that name is defined.
    """
    definition = library.service(name)
    package, kind, short = name.split('/')
    return ServiceMeta(
        short,
        (),
        {
            '__module__': f'{package}.{kind}.{module_name(short)}',
            '__doc__': f'{name}.',
            '_kind': 'Service',
            '_TYPE_SUPPORT': ServiceSupport(name),
            'Request': message_class(definition.request.name),
            'Response': message_class(definition.response.name),
            'Event': message_class(definition.event.name),
        },
    )


@cache
def action_class(name: str) -> type:
    """Return the class of `package/action/Name`, with Goal, Result, Feedback and Impl.

    Raises:
        UnknownInterfaceError: nothing of that name is defined.
    """
    definition = library.action(name)
    package, kind, short = name.split('/')
    module = f'{package}.{kind}.{module_name(short)}'
    impl = type(
        'Impl',
        (),
        {
            '__module__': module,
            '__qualname__': f'{short}.Impl',
            'SendGoalService': service_class(definition.send_goal.name),
            'GetResultService': service_class(definition.get_result.name),
            'FeedbackMessage': message_class(definition.feedback_message.name),
            'CancelGoalService': service_class('action_msgs/srv/CancelGoal'),
            'GoalStatusMessage': message_class('action_msgs/msg/GoalStatusArray'),
        },
    )
    return ServiceMeta(
        short,
        (),
        {
            '__module__': module,
            '__doc__': f'{name}.',
            '_kind': 'Action',
            '_TYPE_SUPPORT': ServiceSupport(name),
            'Goal': message_class(definition.goal.name),
            'Result': message_class(definition.result.name),
            'Feedback': message_class(definition.feedback.name),
            'Impl': impl,
        },
    )
