"""What a node talks about, as tables: the node is built from them and so is its reference page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor
from rclpy.callback_groups import CallbackGroup
from rclpy.lifecycle import LifecycleNode
from rclpy.node import Node
from rclpy.qos import QoSProfile

from policy_nodes.nodes.qos import SENSOR_IN


@dataclass(frozen=True)
class Topic:
    """One topic of a node.

    Attributes:
        name: as the node asks for it; relative, or private with ~/.
        type: message class.
        qos: profile.
        purpose: one line for the reference page.
    """

    name: str
    type: type
    qos: QoSProfile
    purpose: str


@dataclass(frozen=True)
class Setting:
    """One parameter of a node.

    Attributes:
        name: dotted.
        default: value; its type is the parameter's type.
        purpose: one line.
        unit: SI unit, empty for none.
        range: least and greatest value of a number.
        choices: permitted texts; empty permits all.
        read_only: fixed once the node runs.
    """

    name: str
    default: Any
    purpose: str
    unit: str = ''
    range: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()
    read_only: bool = False


@dataclass(frozen=True)
class NodeInterface:
    """Everything the reference page of a node says.

    Attributes:
        name: of the node and its executable.
        purpose: one paragraph.
        publishes: topics.
        subscribes: topics.
        services: name, type and purpose of each.
        settings: parameters.
        variant: kind of robot, where a node has an interface for each.
    """

    name: str
    purpose: str
    publishes: tuple[Topic, ...] = ()
    subscribes: tuple[Topic, ...] = ()
    services: tuple[tuple[str, type, str], ...] = ()
    settings: tuple[Setting, ...] = ()
    variant: str = ''


class SettingError(ValueError):
    """A parameter has a value that the node cannot work with."""


def declare(node: Node, settings: tuple[Setting, ...]) -> None:
    """Declare parameters with description, unit and range; the middleware enforces the range."""
    for setting in settings:
        unit = f' [{setting.unit}]' if setting.unit else ''
        descriptor = ParameterDescriptor(
            description=setting.purpose + unit,
            read_only=setting.read_only,
            additional_constraints=f'one of {", ".join(setting.choices)}'
            if setting.choices
            else '',
        )
        if setting.range is not None:
            low, high = setting.range
            if isinstance(setting.default, int):
                span = IntegerRange(from_value=int(low), to_value=int(high), step=0)
                descriptor.integer_range = [span]
            else:
                span = FloatingPointRange(from_value=float(low), to_value=float(high), step=0.0)
                descriptor.floating_point_range = [span]
        node.declare_parameter(setting.name, setting.default, descriptor)


def read(node: Node, settings: tuple[Setting, ...]) -> dict[str, Any]:
    """Read the values by name.

    Raises:
        SettingError: a text that is none of the choices.
    """
    values = {}
    for setting in settings:
        value = node.get_parameter(setting.name).value
        if setting.choices and value not in setting.choices:
            known = ', '.join(setting.choices)
            raise SettingError(f'parameter {setting.name} is {value!r}; known: {known}')
        values[setting.name] = value
    return values


SENSOR_RELIABILITY = Setting(
    'sensor_reliability',
    'reliable',
    'asked of sensors: reliable loses nothing in lockstep, best_effort hears every driver',
    choices=('reliable', 'best_effort'),
)


def sensor(topic: Topic, reliability: str) -> Topic:
    """Change the profile of a sensor's topic to the reliability that is asked for."""
    return replace(topic, qos=SENSOR_IN) if reliability == 'best_effort' else topic


def listen(
    node: Node,
    topic: Topic,
    callback: Callable[[Any], None],
    group: CallbackGroup | None = None,
    **options: Any,
) -> Any:
    """Subscribe to a topic of the table."""
    return node.create_subscription(
        topic.type, topic.name, callback, topic.qos, callback_group=group, **options
    )


def speak(node: LifecycleNode, topic: Topic) -> Any:
    """Advertise a topic of the table; it is published only while the node is active."""
    return node.create_lifecycle_publisher(topic.type, topic.name, topic.qos)


def announce(node: Node, topic: Topic) -> Any:
    """Advertise a topic that is published in every lifecycle state."""
    return node.create_publisher(topic.type, topic.name, topic.qos)
