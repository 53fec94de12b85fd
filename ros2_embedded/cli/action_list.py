"""`ros action list`, `ros action info` and `ros action type`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.options import SPIN_TIME, ActionName, SpinTime
from ros2_embedded.cli.session import cli_node, settle, wait_for_name

if TYPE_CHECKING:
    from rclpy.node import Node

ShowTypes = Annotated[bool, typer.Option('--show-types', '-t', help='Show the types as well.')]


@command
def action_list(
    show_types: ShowTypes = False,
    count_actions: Annotated[
        bool, typer.Option('--count-actions', '-c', help='Show only how many there are.')
    ] = False,
    spin_time: SpinTime = SPIN_TIME,
) -> None:
    """List the actions that are there.

    Example: `ros action list -t`
    """
    from rclpy.action import get_action_names_and_types

    with cli_node() as node:
        settle(node, spin_time)
        actions = sorted(get_action_names_and_types(node))
    if count_actions:
        print(len(actions))
        return
    for name, types in actions:
        print(f'{name} [{", ".join(types)}]' if show_types else name)


@command
def action_info(
    action_name: ActionName,
    show_types: ShowTypes = False,
    count: Annotated[
        bool, typer.Option('--count', '-c', help='Show only how many clients and servers.')
    ] = False,
    spin_time: SpinTime = SPIN_TIME,
) -> None:
    """Show which nodes call an action and which offer it.

    Example: `ros action info /fibonacci -t`
    """
    from rclpy.action import (
        get_action_client_names_and_types_by_node,
        get_action_server_names_and_types_by_node,
    )

    full = action_name if action_name.startswith('/') else f'/{action_name}'
    with cli_node() as node:
        settle(node, spin_time)
        clients = _owners(node, full, get_action_client_names_and_types_by_node)
        servers = _owners(node, full, get_action_server_names_and_types_by_node)
    print(f'Action: {action_name}')
    for title, owners in (('clients', clients), ('servers', servers)):
        print(f'Action {title}: {len(owners)}')
        for name, types in () if count else owners:
            print(f'    {name} [{", ".join(types)}]' if show_types else f'    {name}')


@command
def action_type(action_name: ActionName, spin_time: SpinTime = SPIN_TIME) -> None:
    """Print the type of an action.

    Example: `ros action type /fibonacci`
    """
    from rclpy.action import get_action_names_and_types

    full = action_name if action_name.startswith('/') else f'/{action_name}'
    with cli_node() as node:

        def types() -> list[str]:
            return dict(get_action_names_and_types(node)).get(full, [])

        if not wait_for_name(node, types, spin_time):
            raise CommandError(f"Unknown action '{full}'; `ros action list` lists those there are")
        for each in types():
            print(each)


def _owners(node: Node, action: str, query: Any) -> list[tuple[str, list[str]]]:
    found = []
    for name, namespace in sorted(node.get_node_names_and_namespaces()):
        types = dict(query(node, name, namespace)).get(action)
        if types is not None:
            found.append((f'{namespace.rstrip("/")}/{name}', types))
    return found
