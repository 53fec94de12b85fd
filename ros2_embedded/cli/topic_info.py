"""`ros topic info`."""

from __future__ import annotations

from typing import Annotated

import typer

from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.options import SPIN_TIME, SpinTime, TopicName, UseSimTime
from ros2_embedded.cli.session import cli_node, settle
from ros2_embedded.cli.topic_types import absolute_topic


@command
def topic_info(
    topic_name: TopicName,
    verbose: Annotated[
        bool,
        typer.Option(
            '--verbose', '-v', help='Show node, type, type hash, GID and QoS of every endpoint.'
        ),
    ] = False,
    spin_time: SpinTime = SPIN_TIME,
    use_sim_time: UseSimTime = False,
) -> None:
    """Show the type of a topic, who publishes it and who subscribes to it.

    Example: `ros topic info -v /cmd_vel`
    """
    end = '\n\n' if verbose else '\n'
    with cli_node(use_sim_time=use_sim_time) as node:
        name = absolute_topic(node, topic_name)
        # All endpoints count, not the first that is known.
        settle(node, spin_time)
        types = dict(node.get_topic_names_and_types()).get(name)
        if types is None:
            raise CommandError(f"Unknown topic '{topic_name}'")
        print(f'Type: {types[0] if len(types) == 1 else types}', end=end)
        print(f'Publisher count: {node.count_publishers(name)}', end=end)
        if verbose:
            for endpoint in node.get_publishers_info_by_topic(name):
                print(endpoint, end=end)
        print(f'Subscription count: {node.count_subscribers(name)}', end=end)
        if verbose:
            for endpoint in node.get_subscriptions_info_by_topic(name):
                print(endpoint, end=end)
