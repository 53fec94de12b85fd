"""`ros topic bw`."""

from __future__ import annotations

import sys
from collections import deque
from typing import Annotated

import typer

from ros2_embedded.cli.errors import command
from ros2_embedded.cli.options import SPIN_TIME, SpinTime, TopicName, UseSimTime
from ros2_embedded.cli.session import cli_node
from ros2_embedded.cli.topic_types import absolute_topic, await_message_class

# Below which bandwidth [byte/s] which unit is used, and how many bytes it is.
_UNITS = ((1e3, 'B', 1.0), (1e6, 'KB', 1e3), (float('inf'), 'MB', 1e6))


@command
def topic_bw(
    topic_name: TopicName,
    window: Annotated[
        int, typer.Option('--window', '-w', min=2, help='Messages to average over.')
    ] = 100,
    spin_time: SpinTime = SPIN_TIME,
    use_sim_time: UseSimTime = False,
) -> None:
    """Print how many bytes come by a topic, once a second.

    Example: `ros topic bw /camera/image`
    """
    import rclpy
    from rclpy.qos import qos_profile_sensor_data

    with cli_node(use_sim_time=use_sim_time) as node:
        name = absolute_topic(node, topic_name)
        kind = await_message_class(node, name, topic_name, spin_time)
        clock = node.get_clock()
        received: deque[tuple[int, int]] = deque(maxlen=window)

        def show() -> None:
            text = bandwidth(list(received), clock.now().nanoseconds)
            if text is not None:
                print(text)
            elif received and received[0][0] > clock.now().nanoseconds:
                print('WARNING: time is reset!', file=sys.stderr)
                received.clear()

        node.create_subscription(
            kind,
            name,
            lambda data: received.append((clock.now().nanoseconds, len(data))),
            qos_profile_sensor_data,
            raw=True,
        )
        print(f'Subscribed to [{name}]')
        node.create_timer(1.0, show)
        rclpy.spin(node)


def bandwidth(received: list[tuple[int, int]], now: int) -> str | None:
    """Return bandwidth and sizes in words, None before the second message.

    Args:
        received: time [ns] and size [byte] of messages, the oldest first.
        now: present time [ns].
    """
    if len(received) < 2 or now <= received[0][0]:
        return None
    sizes = [size for _, size in received]
    rate = sum(sizes) / ((now - received[0][0]) * 1e-9)
    unit, scale = next((unit, scale) for limit, unit, scale in _UNITS if rate < limit)
    digits = 0 if scale == 1.0 else 2
    shown = [
        f'{value / scale:.{digits}f} {unit}'
        for value in (rate, sum(sizes) / len(sizes), min(sizes), max(sizes))
    ]
    return (
        f'{shown[0]}/s from {len(sizes)} messages\n'
        f'\tMessage size mean: {shown[1]} min: {shown[2]} max: {shown[3]}'
    )
