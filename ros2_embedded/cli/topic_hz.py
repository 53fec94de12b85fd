"""`ros topic hz`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ros2_embedded.cli.errors import command
from ros2_embedded.cli.message_filter import message_filter
from ros2_embedded.cli.options import (
    SPIN_TIME,
    MessageFilter,
    SpinTime,
    TopicName,
    UseSimTime,
)
from ros2_embedded.cli.rate import NANOSECONDS, RateWindow
from ros2_embedded.cli.session import cli_node
from ros2_embedded.cli.topic_types import absolute_topic, await_message_class


@command
def topic_hz(
    topic_name: TopicName,
    window: Annotated[
        int, typer.Option('--window', '-w', min=1, help='Messages to average over.')
    ] = 10_000,
    filter_expression: MessageFilter = None,
    wall_time: Annotated[
        bool, typer.Option('--wall-time', help='Measure by the system clock, not by /clock.')
    ] = False,
    spin_time: SpinTime = SPIN_TIME,
    use_sim_time: UseSimTime = False,
) -> None:
    """Print how often messages of a topic come, about once a second.

    Example: `ros topic hz -w 100 /scan`
    """
    import rclpy
    from rclpy.clock import Clock, ClockType
    from rclpy.qos import qos_profile_sensor_data

    is_wanted = message_filter(filter_expression)
    with cli_node(use_sim_time=use_sim_time) as node:
        name = absolute_topic(node, topic_name)
        kind = await_message_class(node, name, topic_name, spin_time)
        clock = Clock(clock_type=ClockType.SYSTEM_TIME) if wall_time else node.get_clock()
        times = RateWindow(window)
        printed: int | None = None

        def callback(message: Any) -> None:
            nonlocal printed
            if not is_wanted(message):
                return
            now = clock.now().nanoseconds
            if times.add(now) or printed is None:
                printed = now
            elif now >= printed + NANOSECONDS:
                printed = now
                print(times.rate())

        # The bytes as they come: messages need not be decoded to be counted.
        raw = filter_expression is None
        node.create_subscription(kind, name, callback, qos_profile_sensor_data, raw=raw)
        rclpy.spin(node)
