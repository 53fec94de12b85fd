"""`ros topic echo`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

import typer

from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.options import SPIN_TIME, SpinTime, TopicName, UseSimTime
from ros2_embedded.cli.qos_choice import choose_qos
from ros2_embedded.cli.session import cli_node
from ros2_embedded.cli.topic_types import absolute_topic, find_message_class, message_class

TRUNCATE_LENGTH = 128


@command
def topic_echo(
    topic_name: TopicName,
    message_type: Annotated[
        str | None,
        typer.Argument(help='Type of the topic, such as `std_msgs/msg/String`; else it is found.'),
    ] = None,
    once: Annotated[bool, typer.Option('--once', help='Print one message only.')] = False,
    timeout: Annotated[
        float | None, typer.Option(min=0.0, help='End after this time [s].')
    ] = None,
    field: Annotated[
        str | None,
        typer.Option(help='Print a field only, such as `pose.pose.position` or `ranges[0]`.'),
    ] = None,
    csv: Annotated[
        bool, typer.Option('--csv', help='Print a message as one line of values.')
    ] = False,
    raw: Annotated[bool, typer.Option('--raw', help='Print the bytes of a message.')] = False,
    full_length: Annotated[
        bool, typer.Option('--full-length', '-f', help='Do not shorten arrays and texts.')
    ] = False,
    truncate_length: Annotated[
        int, typer.Option('--truncate-length', '-l', min=0, help='Items to shorten them to.')
    ] = TRUNCATE_LENGTH,
    no_arr: Annotated[bool, typer.Option('--no-arr', help='Do not print arrays.')] = False,
    no_str: Annotated[bool, typer.Option('--no-str', help='Do not print texts.')] = False,
    flow_style: Annotated[
        bool, typer.Option('--flow-style', help='Print a message on one line.')
    ] = False,
    qos_profile: Annotated[
        str, typer.Option(help='Preset of the QoS to subscribe with.')
    ] = 'sensor_data',
    qos_depth: Annotated[int | None, typer.Option(min=0, help='Messages to keep.')] = None,
    qos_history: Annotated[str | None, typer.Option(help='keep_last or keep_all.')] = None,
    qos_reliability: Annotated[
        str | None, typer.Option(help='reliable or best_effort; else as suits the publishers.')
    ] = None,
    qos_durability: Annotated[
        str | None, typer.Option(help='transient_local or volatile; else as suits.')
    ] = None,
    spin_time: SpinTime = SPIN_TIME,
    use_sim_time: UseSimTime = False,
) -> None:
    """Print the messages of a topic.

    Example: `ros topic echo /odom --field pose.pose.position --once`
    """
    import rclpy
    from rclpy.task import Future

    steps = parse_field(field)
    show = printer(
        csv=csv,
        truncate_length=None if full_length else truncate_length,
        no_arr=no_arr,
        no_str=no_str,
        flow_style=flow_style,
    )
    with cli_node(use_sim_time=use_sim_time) as node:
        name = absolute_topic(node, topic_name)
        kind = find_message_class(node, name, spin_time) if message_type is None else None
        if message_type is not None:
            kind = message_class(message_type)
        if kind is None:
            print(f'WARNING: topic [{topic_name}] does not appear to be published yet')
            raise CommandError('Could not determine the type for the passed topic')
        profile = choose_qos(
            node,
            name,
            profile=qos_profile,
            depth=qos_depth,
            history=qos_history,
            reliability=qos_reliability,
            durability=qos_durability,
        )
        done = Future()

        def callback(message: Any) -> None:
            if not (once and done.done()):
                show(message if raw else select(message, steps))
            if once and not done.done():
                done.set_result(True)

        node.create_subscription(kind, name, callback, profile, raw=raw)
        rclpy.spin_until_future_complete(node, done, timeout_sec=timeout)


def parse_field(field: str | None) -> list[str | int]:
    """Return the attributes and indices that a field is reached by.

    Raises:
        CommandError: that is no field, such as `pose..x`.
    """
    if field is None:
        return []
    if not re.fullmatch(r'[A-Za-z]\w*(\[\d+\])*(\.[A-Za-z]\w*(\[\d+\])*)*', field):
        raise CommandError(f"Invalid field value '{field}'")
    return [int(step) if step.isdigit() else step for step in re.findall(r'\w+', field)]


def select(message: Any, steps: list[str | int]) -> Any:
    """Return the field of a message.

    Raises:
        CommandError: the message has no such field.
    """
    value = message
    try:
        for step in steps:
            value = value[step] if isinstance(step, int) else getattr(value, step)
    except (AttributeError, IndexError, TypeError) as error:
        field = '.'.join(map(str, steps))
        raise CommandError(f"Invalid field '{field}': {error}") from error
    return value


def printer(
    *, csv: bool, truncate_length: int | None, no_arr: bool, no_str: bool, flow_style: bool
) -> Callable[[Any], None]:
    """Return a function that prints a message, or a value of a field.

    Args:
        csv: on one line of values, else as YAML.
        truncate_length: longest array or text, None for any.
        no_arr: without the items of arrays.
        no_str: without texts.
        flow_style: YAML on one line.
    """
    from rosidl_runtime_py import message_to_csv, message_to_yaml

    options = {'truncate_length': truncate_length, 'no_arr': no_arr, 'no_str': no_str}

    def show(value: Any) -> None:
        if not hasattr(value, 'get_fields_and_field_types'):
            print(value, end='\n---\n')
        elif csv:
            print(message_to_csv(value, **options))
        else:
            print(message_to_yaml(value, **options, flow_style=flow_style), end='---\n')

    return show
