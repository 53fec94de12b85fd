"""`ros action send_goal`."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ros2_embedded.cli.asking import answer
from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.filling import fill, values_or_stdin
from ros2_embedded.cli.options import ActionName, Stdin
from ros2_embedded.cli.session import cli_node

if TYPE_CHECKING:
    from rclpy.node import Node

LOOK_PERIOD = 0.2  # how often Ctrl-C is noticed [s]
# By the numbers of action_msgs/msg/GoalStatus.
STATUSES = (
    'UNKNOWN',
    'ACCEPTED',
    'EXECUTING',
    'CANCELING',
    'SUCCEEDED',
    'CANCELED',
    'ABORTED',
)


@command
def action_send_goal(
    action_name: ActionName,
    action_type: Annotated[
        str, typer.Argument(help='Type, such as `example_interfaces/action/Fibonacci`.')
    ],
    goal: Annotated[str, typer.Argument(help='Fields of the goal, in YAML.')] = '{}',
    stdin: Stdin = False,
    feedback: Annotated[
        bool, typer.Option('--feedback', '-f', help='Print the feedback as well.')
    ] = False,
) -> None:
    """Send a goal and wait for its result; Ctrl-C cancels it.

    The exit code is 1 where the goal is rejected or does not succeed.

    Example: `ros action send_goal /fibonacci example_interfaces/action/Fibonacci "{order: 5}"`
    """
    import rclpy
    from rclpy.action import ActionClient
    from rosidl_runtime_py import message_to_yaml

    kind = action_class(action_type)
    wanted = fill(kind.Goal, values_or_stdin(goal, stdin))
    # The handlers of rclpy would end the context, by which the goal is to be cancelled.
    with _interrupts() as interrupted, cli_node(handle_signals=False) as node:
        client = ActionClient(node, kind, action_name)
        print('Waiting for an action server to become available...')
        while not client.wait_for_server(timeout_sec=LOOK_PERIOD):
            if interrupted:
                raise KeyboardInterrupt
        print(f'Sending goal:\n     {message_to_yaml(wanted)}')
        show = _show_feedback if feedback else None
        handle = answer(node, client.send_goal_async(wanted, show), action_name)
        if not handle.accepted:
            raise CommandError('Goal was rejected.')
        print(f'Goal accepted with ID: {bytes(handle.goal_id.uuid).hex()}\n')
        future = handle.get_result_async()
        while not future.done():
            rclpy.spin_until_future_complete(node, future, timeout_sec=LOOK_PERIOD)
            if interrupted:
                _cancel(node, handle, action_name)
                raise KeyboardInterrupt
        result = answer(node, future, action_name)
        print(f'Result:\n    {message_to_yaml(result.result)}')
        status = STATUSES[result.status] if 0 < result.status < len(STATUSES) else STATUSES[0]
        print(f'Goal finished with status: {status}')
        if status != 'SUCCEEDED':
            raise CommandError(f'{action_name} did not succeed')


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Collect Ctrl-C, so that it comes between two steps and not amidst one."""
    found: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: found.append(number))
    try:
        yield found
    finally:
        signal.signal(signal.SIGINT, before)


def action_class(name: str) -> Any:
    """Return the class of an action type, such as `example_interfaces/action/Fibonacci`.

    Raises:
        CommandError: there is no such type.
    """
    from rosidl_runtime_py.utilities import get_action

    try:
        return get_action(name)
    except (AttributeError, ImportError, LookupError, ValueError) as error:
        raise CommandError(f"The passed action type '{name}' is invalid: {error}") from error


def _show_feedback(message: Any) -> None:
    from rosidl_runtime_py import message_to_yaml

    print(f'Feedback:\n    {message_to_yaml(message.feedback)}')


def _cancel(node: Node, handle: Any, action_name: str) -> None:
    print('Canceling goal...')
    response = answer(node, handle.cancel_goal_async(), action_name)
    if not response.goals_canceling:
        raise CommandError('Failed to cancel goal')
    print('Goal canceled.')
