"""`ros node list`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ros2_embedded.cli.errors import command
from ros2_embedded.cli.options import SPIN_TIME, SpinTime, UseSimTime
from ros2_embedded.cli.session import cli_node, settle

if TYPE_CHECKING:
    from rclpy.node import Node


@command
def node_list(
    all_nodes: Annotated[bool, typer.Option('--all', '-a', help='Show hidden nodes too.')] = False,
    count_nodes: Annotated[
        bool, typer.Option('--count-nodes', '-c', help='Show only how many nodes there are.')
    ] = False,
    spin_time: SpinTime = SPIN_TIME,
    use_sim_time: UseSimTime = False,
) -> None:
    """List the nodes that are there.

    Example: `ros node list`
    """
    with cli_node(use_sim_time=use_sim_time) as node:
        settle(node, spin_time)
        names = sorted(full_node_names(node, include_hidden=all_nodes))
    if count_nodes:
        print(len(names))
        return
    if len(set(names)) < len(names):
        print(
            'WARNING: Be aware that there are nodes in the graph that share an exact name, '
            'which can have unintended side effects.',
            file=sys.stderr,
        )
    for name in names:
        print(name)


def full_node_names(node: Node, *, include_hidden: bool) -> list[str]:
    """Return the full names of all nodes that are known, without hidden ones unless wanted."""
    return [
        f'{namespace.rstrip("/")}/{name}'
        for name, namespace in node.get_node_names_and_namespaces()
        if include_hidden or not name.startswith('_')
    ]
