"""`ros topic type` and `ros topic find`."""

from __future__ import annotations

from typing import Annotated

import typer

from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.options import SPIN_TIME, IncludeHiddenTopics, SpinTime, TopicName
from ros2_embedded.cli.session import cli_node, is_hidden, settle, wait_for_name
from ros2_embedded.cli.topic_types import absolute_topic


@command
def topic_type(topic_name: TopicName, spin_time: SpinTime = SPIN_TIME) -> None:
    """Print the type of a topic.

    Example: `ros topic type /cmd_vel`
    """
    with cli_node() as node:
        name = absolute_topic(node, topic_name)

        def types() -> list[str]:
            return dict(node.get_topic_names_and_types()).get(name, [])

        if not wait_for_name(node, types, spin_time):
            raise CommandError(f"Unknown topic '{name}'; `ros topic list` lists those there are")
        for each in types():
            print(each)


@command
def topic_find(
    topic_type: Annotated[
        str, typer.Argument(metavar='TYPE', help='Such as `sensor_msgs/msg/LaserScan`.')
    ],
    count_topics: Annotated[
        bool, typer.Option('--count-topics', '-c', help='Show only how many topics there are.')
    ] = False,
    include_hidden_topics: IncludeHiddenTopics = False,
    spin_time: SpinTime = SPIN_TIME,
) -> None:
    """List the topics of a type.

    Example: `ros topic find sensor_msgs/msg/LaserScan`
    """
    with cli_node() as node:
        settle(node, spin_time)
        found = [
            name
            for name, types in sorted(node.get_topic_names_and_types())
            if topic_type in types and (include_hidden_topics or not is_hidden(name))
        ]
    if count_topics:
        print(len(found))
        return
    for name in found:
        print(name)
