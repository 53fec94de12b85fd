"""`ros topic pub`."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Annotated

import typer

from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.filling import fill_stamped, values_or_stdin
from ros2_embedded.cli.options import (
    QosDepth,
    QosDurability,
    QosHistory,
    QosLease,
    QosLiveliness,
    QosReliability,
    Stdin,
    TopicName,
    UseSimTime,
)
from ros2_embedded.cli.qos_choice import QosWishes, choose_qos
from ros2_embedded.cli.session import cli_node
from ros2_embedded.cli.topic_types import absolute_topic, message_class

if TYPE_CHECKING:
    from rclpy.node import Node
    from rclpy.publisher import Publisher

LOOK_PERIOD = 0.1  # how often subscriptions are counted while they are waited for [s]


@command
def topic_pub(
    topic_name: TopicName,
    message_type: Annotated[str, typer.Argument(help='Type, such as `std_msgs/msg/String`.')],
    values: Annotated[str, typer.Argument(help='Fields of the message, in YAML.')] = '{}',
    stdin: Stdin = False,
    rate: Annotated[float, typer.Option('--rate', '-r', help='How often [Hz].')] = 1.0,
    once: Annotated[bool, typer.Option('--once', '-1', help='Publish once and end.')] = False,
    times: Annotated[
        int, typer.Option('--times', '-t', min=0, help='Publish so often and end; 0: no end.')
    ] = 0,
    wait_matching_subscriptions: Annotated[
        int | None,
        typer.Option(
            '--wait-matching-subscriptions',
            '-w',
            min=0,
            help='Subscriptions to wait for; 1 with --once or --times, else 0.',
        ),
    ] = None,
    max_wait_time_secs: Annotated[
        float | None, typer.Option(min=0.0, help='Longest time to wait for them [s].')
    ] = None,
    keep_alive: Annotated[
        float, typer.Option(min=0.0, help='Time to stay after the last message [s].')
    ] = 0.1,
    print_every: Annotated[
        int, typer.Option('--print', '-p', min=0, help='Print every n-th message; 0: none.')
    ] = 1,
    node_name: Annotated[
        str | None, typer.Option('--node-name', '-n', help='Name of the node that publishes.')
    ] = None,
    qos_profile: Annotated[str, typer.Option(help='Preset of the QoS to offer.')] = 'default',
    qos_depth: QosDepth = None,
    qos_history: QosHistory = None,
    qos_reliability: QosReliability = None,
    qos_durability: QosDurability = None,
    qos_liveliness: QosLiveliness = None,
    qos_liveliness_lease_duration_seconds: QosLease = None,
    use_sim_time: UseSimTime = False,
) -> None:
    """Publish a message, once or over and over.

    A header that is `auto`, and a time that is `now`, get the time of publishing.

    Example: `ros topic pub --once /chatter std_msgs/msg/String "{data: hello}"`
    """
    import rclpy
    from rclpy.task import Future

    if rate <= 0.0:
        raise CommandError('rate must be greater than zero')
    if once and times:
        raise CommandError('--once and --times exclude each other')
    limit = 1 if once else times or None
    wanted = wait_matching_subscriptions
    if wanted is None:
        wanted = 0 if limit is None else 1
    if wanted == 0 and max_wait_time_secs is not None:
        raise CommandError(
            '--max-wait-time-secs option is only effective with --wait-matching-subscriptions, '
            '--once or --times'
        )
    kind = message_class(message_type)
    message, stamps = fill_stamped(kind, values_or_stdin(values, stdin))
    wishes = QosWishes(
        qos_profile,
        qos_depth,
        qos_history,
        qos_reliability,
        qos_durability,
        qos_liveliness,
        qos_liveliness_lease_duration_seconds,
    )
    with cli_node(use_sim_time=use_sim_time, name=node_name) as node:
        topic = absolute_topic(node, topic_name)
        profile = choose_qos(node, topic, wishes, suit=False)
        publisher = node.create_publisher(kind, topic, profile)
        _await_subscriptions(node, publisher, wanted, max_wait_time_secs)
        print('publisher: beginning loop')
        done = Future()
        count = 0

        def publish() -> None:
            nonlocal count
            if limit is not None and count >= limit:
                return
            count += 1
            now = node.get_clock().now().to_msg()
            for stamp in stamps:
                stamp(now)
            publisher.publish(message)
            if print_every and count % print_every == 0:
                print(f'publishing #{count}: {message!r}\n')
            if count == limit:
                done.set_result(None)

        publish()
        node.create_timer(1.0 / rate, publish)
        rclpy.spin_until_future_complete(node, done)
        if done.done():
            rclpy.spin_until_future_complete(node, Future(), timeout_sec=keep_alive)


def _await_subscriptions(
    node: Node, publisher: Publisher, wanted: int, longest: float | None
) -> None:
    import rclpy

    deadline = math.inf if longest is None else time.monotonic() + longest
    announced = -math.inf
    while (count := publisher.get_subscription_count()) < wanted:
        if time.monotonic() >= deadline:
            raise CommandError(
                f'Timed out waiting for subscribers: Expected {wanted} subcribers but only got '
                f'{count} subscribers'
            )
        if time.monotonic() - announced >= 1.0:
            print(f'Waiting for at least {wanted} matching subscription(s)...')
            announced = time.monotonic()
        rclpy.spin_once(node, timeout_sec=LOOK_PERIOD)
