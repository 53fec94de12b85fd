"""`ros topic echo`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.message_filter import message_filter
from ros2_embedded.cli.message_printing import (
    TRUNCATE_LENGTH,
    Style,
    parse_field,
    printer,
    select,
)
from ros2_embedded.cli.options import (
    SPIN_TIME,
    Csv,
    FlowStyle,
    FullLength,
    MessageFilter,
    NoArrays,
    NoTexts,
    QosDepth,
    QosDurability,
    QosHistory,
    QosLease,
    QosLiveliness,
    QosReliability,
    SpinTime,
    TopicName,
    TruncateLength,
    UseSimTime,
)
from ros2_embedded.cli.qos_choice import QosWishes, choose_qos
from ros2_embedded.cli.session import cli_node
from ros2_embedded.cli.topic_types import absolute_topic, find_message_class, message_class


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
    filter_expression: MessageFilter = None,
    csv: Csv = False,
    raw: Annotated[bool, typer.Option('--raw', help='Print the bytes of a message.')] = False,
    include_message_info: Annotated[
        bool,
        typer.Option('--include-message-info', '-i', help='Print stamps and sequence numbers.'),
    ] = False,
    no_lost_messages: Annotated[
        bool, typer.Option('--no-lost-messages', help='Do not tell of messages that were lost.')
    ] = False,
    full_length: FullLength = False,
    truncate_length: TruncateLength = TRUNCATE_LENGTH,
    no_arr: NoArrays = False,
    no_str: NoTexts = False,
    flow_style: FlowStyle = False,
    qos_profile: Annotated[
        str, typer.Option(help='Preset of the QoS to subscribe with.')
    ] = 'sensor_data',
    qos_depth: QosDepth = None,
    qos_history: QosHistory = None,
    qos_reliability: QosReliability = None,
    qos_durability: QosDurability = None,
    qos_liveliness: QosLiveliness = None,
    qos_liveliness_lease_duration_seconds: QosLease = None,
    spin_time: SpinTime = SPIN_TIME,
    use_sim_time: UseSimTime = False,
) -> None:
    """Print the messages of a topic.

    Example: `ros topic echo /odom --field pose.pose.position --once`
    """
    import rclpy
    from rclpy.event_handler import SubscriptionEventCallbacks
    from rclpy.task import Future

    steps = parse_field(field)
    is_wanted = message_filter(filter_expression)
    show = printer(
        Style(
            csv=csv,
            full_length=full_length,
            truncate_length=truncate_length,
            no_arr=no_arr,
            no_str=no_str,
            flow_style=flow_style,
        ),
        with_info=include_message_info,
    )
    wishes = QosWishes(
        qos_profile,
        qos_depth,
        qos_history,
        qos_reliability,
        qos_durability,
        qos_liveliness,
        qos_liveliness_lease_duration_seconds,
    )
    with cli_node(use_sim_time=use_sim_time) as node:
        name = absolute_topic(node, topic_name)
        kind = find_message_class(node, name, spin_time) if message_type is None else None
        if message_type is not None:
            kind = message_class(message_type)
        if kind is None:
            print(f'WARNING: topic [{topic_name}] does not appear to be published yet')
            raise CommandError('Could not determine the type for the passed topic')
        profile = choose_qos(node, name, wishes)
        done = Future()

        def callback(message: Any, info: dict[str, int]) -> None:
            if once and done.done():
                return
            chosen = message if raw else select(message, steps)
            if not is_wanted(chosen):
                return
            show(chosen, info)
            if once:
                done.set_result(True)

        events = SubscriptionEventCallbacks(
            message_lost=None if no_lost_messages else _tell_of_lost_messages
        )
        node.create_subscription(kind, name, callback, profile, raw=raw, event_callbacks=events)
        rclpy.spin_until_future_complete(node, done, timeout_sec=timeout)


def _tell_of_lost_messages(status: Any) -> None:
    print(
        f'A message was lost!!!\n\ttotal count change:{status.total_count_change}'
        f'\n\ttotal count: {status.total_count}',
        end='---\n',
    )
