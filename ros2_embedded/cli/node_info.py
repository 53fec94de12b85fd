"""`ros node info`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.node_list import full_node_names
from ros2_embedded.cli.options import SPIN_TIME, NodeName, SpinTime, UseSimTime
from ros2_embedded.cli.session import cli_node, is_hidden, settle

if TYPE_CHECKING:
    from rclpy.node import Node

NamesAndTypes = list[tuple[str, list[str]]]
FEEDBACK_TOPIC = '/_action/feedback'
FEEDBACK_TYPE = '_FeedbackMessage'


@command
def node_info(
    node_name: NodeName,
    include_hidden: Annotated[
        bool, typer.Option('--include-hidden', help='Show hidden topics and services too.')
    ] = False,
    spin_time: SpinTime = SPIN_TIME,
    use_sim_time: UseSimTime = False,
) -> None:
    """Show the topics, services and actions of a node.

    Example: `ros node info /talker`
    """
    with cli_node(use_sim_time=use_sim_time) as node:
        settle(node, spin_time)
        count = full_node_names(node, include_hidden=include_hidden).count(node_name)
        if count == 0:
            raise CommandError(f"Unable to find node '{node_name}'")
        if count > 1:
            print(
                f'There are {count} nodes in the graph with the exact name "{node_name}". '
                'You are seeing information about only one of them.',
                file=sys.stderr,
            )
        print(node_name)
        for title, names_and_types in _sections(node, node_name):
            print(f'  {title}:')
            shown = [each for each in names_and_types if include_hidden or not is_hidden(each[0])]
            for name, types in shown:
                print(f'    {name}: {", ".join(types)}')
            if not shown:
                print()


def _sections(node: Node, node_name: str) -> list[tuple[str, NamesAndTypes]]:
    namespace, _, name = node_name.rpartition('/')
    queries: tuple[tuple[str, Callable[[str, str], NamesAndTypes]], ...] = (
        ('Subscribers', node.get_subscriber_names_and_types_by_node),
        ('Publishers', node.get_publisher_names_and_types_by_node),
        ('Service Servers', node.get_service_names_and_types_by_node),
        ('Service Clients', node.get_client_names_and_types_by_node),
    )
    sections = [(title, query(name, namespace or '/')) for title, query in queries]
    subscribed, published = sections[0][1], sections[1][1]
    # A node that publishes feedback serves the action, one that subscribes to it is a client.
    sections.append(('Action Servers', _actions(published)))
    sections.append(('Action Clients', _actions(subscribed)))
    return sections


def _actions(topics: NamesAndTypes) -> NamesAndTypes:
    return [
        (name.removesuffix(FEEDBACK_TOPIC), [each.removesuffix(FEEDBACK_TYPE) for each in types])
        for name, types in topics
        if name.endswith(FEEDBACK_TOPIC)
    ]
