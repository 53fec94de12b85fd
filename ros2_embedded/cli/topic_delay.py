"""`ros topic delay`."""

from __future__ import annotations

import math
from collections import deque
from typing import Annotated, Any

import typer

from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.options import SPIN_TIME, SpinTime, TopicName, UseSimTime
from ros2_embedded.cli.session import cli_node
from ros2_embedded.cli.topic_types import absolute_topic, await_message_class


@command
def topic_delay(
    topic_name: TopicName,
    window: Annotated[
        int, typer.Option('--window', '-w', min=1, help='Messages to average over.')
    ] = 10_000,
    spin_time: SpinTime = SPIN_TIME,
    use_sim_time: UseSimTime = False,
) -> None:
    """Print how old messages are when they come, by the stamps in their headers.

    Example: `ros topic delay /scan`
    """
    import rclpy
    from rclpy.qos import qos_profile_sensor_data
    from rclpy.time import Time

    with cli_node(use_sim_time=use_sim_time) as node:
        name = absolute_topic(node, topic_name)
        kind = await_message_class(node, name, topic_name, spin_time)
        if 'header' not in kind.get_fields_and_field_types():
            raise CommandError(f'msg does not have header: {name} has no stamps to look at')
        clock = node.get_clock()
        delays: deque[float] = deque(maxlen=window)
        seen = 0

        def callback(message: Any) -> None:
            nonlocal seen
            seen += 1
            delays.append((clock.now() - Time.from_msg(message.header.stamp)).nanoseconds * 1e-9)

        def show() -> None:
            nonlocal seen
            if delays:
                print(in_words(list(delays)) if seen else 'no new messages')
            seen = 0

        node.create_subscription(kind, name, callback, qos_profile_sensor_data)
        node.create_timer(1.0, show)
        rclpy.spin(node)


def in_words(delays: list[float]) -> str:
    """Return mean, extremes and deviation of delays [s]."""
    mean = sum(delays) / len(delays)
    deviation = math.sqrt(sum((each - mean) ** 2 for each in delays) / len(delays))
    return (
        f'average delay: {mean:.3f}\n\tmin: {min(delays):.3f}s max: {max(delays):.3f}s '
        f'std dev: {deviation:.5f}s window: {len(delays)}'
    )
