"""`ros topic pub`."""

from __future__ import annotations

from typing import Annotated

import typer

from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.filling import fill
from ros2_embedded.cli.options import TopicName
from ros2_embedded.cli.qos_choice import choose_qos
from ros2_embedded.cli.session import cli_node
from ros2_embedded.cli.topic_types import absolute_topic, message_class

LOOK_PERIOD = 0.1  # how often subscriptions are counted while they are waited for [s]


@command
def topic_pub(
    topic_name: TopicName,
    message_type: Annotated[str, typer.Argument(help='Type, such as `std_msgs/msg/String`.')],
    values: Annotated[str, typer.Argument(help='Fields of the message, in YAML.')] = '{}',
    rate: Annotated[float, typer.Option('--rate', '-r', help='How often [Hz].')] = 1.0,
    once: Annotated[bool, typer.Option('--once', '-1', help='Publish once and end.')] = False,
    times: Annotated[
        int | None, typer.Option('--times', '-t', min=1, help='Publish so often and end.')
    ] = None,
    wait_matching_subscriptions: Annotated[
        int | None,
        typer.Option(
            '--wait-matching-subscriptions',
            '-w',
            min=0,
            help='Subscriptions to wait for; 1 with --once or --times, else 0.',
        ),
    ] = None,
    keep_alive: Annotated[
        float, typer.Option(min=0.0, help='Time to stay after the last message [s].')
    ] = 0.1,
    print_every: Annotated[
        int, typer.Option('--print', '-p', min=0, help='Print every n-th message; 0: none.')
    ] = 1,
    qos_profile: Annotated[str, typer.Option(help='Preset of the QoS to offer.')] = 'default',
    qos_depth: Annotated[int | None, typer.Option(min=0, help='Messages to keep.')] = None,
    qos_history: Annotated[str | None, typer.Option(help='keep_last or keep_all.')] = None,
    qos_reliability: Annotated[str | None, typer.Option(help='reliable or best_effort.')] = None,
    qos_durability: Annotated[
        str | None, typer.Option(help='transient_local or volatile.')
    ] = None,
) -> None:
    """Publish a message, once or over and over.

    Example: `ros topic pub --once /chatter std_msgs/msg/String "{data: hello}"`
    """
    import rclpy
    from rclpy.task import Future

    if rate <= 0.0:
        raise CommandError('rate must be greater than zero')
    if once and times is not None:
        raise CommandError('--once and --times exclude each other')
    limit = 1 if once else times
    kind = message_class(message_type)
    message = fill(kind, values)
    with cli_node() as node:
        topic = absolute_topic(node, topic_name)
        profile = choose_qos(
            node,
            topic,
            profile=qos_profile,
            depth=qos_depth,
            history=qos_history,
            reliability=qos_reliability,
            durability=qos_durability,
            suit=False,
        )
        publisher = node.create_publisher(kind, topic, profile)
        wanted = wait_matching_subscriptions
        if wanted is None:
            wanted = 0 if limit is None else 1
        announced = False
        while publisher.get_subscription_count() < wanted:
            if not announced:
                print(f'Waiting for at least {wanted} matching subscription(s)...')
                announced = True
            rclpy.spin_once(node, timeout_sec=LOOK_PERIOD)
        print('publisher: beginning loop')
        done = Future()
        count = 0

        def publish() -> None:
            nonlocal count
            if limit is not None and count >= limit:
                return
            count += 1
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
