"""`ros lifecycle nodes`, `get`, `set` and `list`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ros2_embedded.cli.asking import ask, find_node
from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.options import SPIN_TIME, NodeName, SpinTime
from ros2_embedded.cli.session import cli_node, is_hidden, settle

if TYPE_CHECKING:
    from rclpy.node import Node

GET_STATE = 'lifecycle_msgs/srv/GetState'
IncludeHidden = Annotated[bool, typer.Option('--all', '-a', help='Show hidden nodes too.')]


@command
def lifecycle_nodes(
    all_nodes: IncludeHidden = False,
    count_nodes: Annotated[
        bool, typer.Option('--count-nodes', '-c', help='Show only how many there are.')
    ] = False,
    spin_time: SpinTime = SPIN_TIME,
) -> None:
    """List the lifecycle nodes.

    Example: `ros lifecycle nodes`
    """
    with cli_node() as node:
        settle(node, spin_time)
        names = lifecycle_node_names(node, include_hidden=all_nodes)
    if count_nodes:
        print(len(names))
        return
    for name in names:
        print(name)


def lifecycle_node_names(node: Node, *, include_hidden: bool) -> list[str]:
    """Return the full names of nodes that offer their state, sorted."""
    return sorted(
        name.removesuffix('/get_state')
        for name, types in node.get_service_names_and_types()
        if name.endswith('/get_state')
        and GET_STATE in types
        and (include_hidden or not is_hidden(name))
    )


@command
def lifecycle_get(
    node_name: Annotated[
        str | None, typer.Argument(help='Full name of the node; all without it.')
    ] = None,
    spin_time: SpinTime = SPIN_TIME,
) -> None:
    """Print the state of a lifecycle node, or of all.

    Example: `ros lifecycle get /navigation_policy`
    """
    from lifecycle_msgs.srv import GetState

    with cli_node() as node:
        if node_name is not None:
            other = find_node(node, node_name, spin_time)
            print(_named(ask(node, other, 'get_state', GetState).current_state))
            return
        settle(node, spin_time)
        for other in lifecycle_node_names(node, include_hidden=False):
            try:
                state = ask(node, other, 'get_state', GetState).current_state
            except CommandError as error:
                # One node that does not answer hides no other.
                print(error, file=sys.stderr)
            else:
                print(f'{other}: {_named(state)}')


@command
def lifecycle_set(
    node_name: NodeName,
    transition: Annotated[str, typer.Argument(help='Label or id, such as `configure`.')],
    spin_time: SpinTime = SPIN_TIME,
) -> None:
    """Let a lifecycle node change its state; the exit code is 1 where it does not.

    Example: `ros lifecycle set /navigation_policy configure`
    """
    from lifecycle_msgs.srv import ChangeState, GetAvailableTransitions

    with cli_node() as node:
        other = find_node(node, node_name, spin_time)
        offered = [
            each.transition
            for each in ask(
                node, other, 'get_available_transitions', GetAvailableTransitions
            ).available_transitions
        ]
        chosen = [each for each in offered if each.label == transition] or [
            each for each in offered if str(each.id) == transition
        ]
        if not chosen:
            raise CommandError(
                'Unknown transition requested, available ones are:'
                + ''.join(f'\n- {_named(each)}' for each in offered)
            )
        # A transition may take its time, to load weights for example.
        done = ask(node, other, 'change_state', ChangeState, seconds=None, transition=chosen[0])
        if not done.success:
            raise CommandError('Transitioning failed')
        print('Transitioning successful')


@command
def lifecycle_list(
    node_name: NodeName,
    every: Annotated[
        bool, typer.Option('--all', '-a', help='Show those of all states, not of the present.')
    ] = False,
    spin_time: SpinTime = SPIN_TIME,
) -> None:
    """List the transitions that a lifecycle node offers now.

    Example: `ros lifecycle list /navigation_policy`
    """
    from lifecycle_msgs.srv import GetAvailableTransitions

    service = 'get_transition_graph' if every else 'get_available_transitions'
    with cli_node() as node:
        other = find_node(node, node_name, spin_time)
        found = ask(node, other, service, GetAvailableTransitions).available_transitions
        for each in found:
            print(
                f'- {_named(each.transition)}\n'
                f'\tStart: {each.start_state.label}\n'
                f'\tGoal: {each.goal_state.label}'
            )


def _named(each: Any) -> str:
    return f'{each.label} [{each.id}]'
