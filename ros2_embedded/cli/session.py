"""The node that a command looks at the graph with."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ros2_embedded.cli.errors import CommandError
from ros2_embedded.cli.options import SPIN_TIME

if TYPE_CHECKING:
    from rclpy.node import Node

POLL_PERIOD = 0.02  # how often the graph is looked at while waiting [s]
DISCOVERY_TIME = 2.0  # longest wait for the first other node [s]


@contextlib.contextmanager
def cli_node(
    *, use_sim_time: bool = False, handle_signals: bool = True, name: str | None = None
) -> Iterator[Node]:
    """Yield a node; it leaves the graph when the command ends, however it ends.

    Args:
        use_sim_time: take the time from /clock.
        handle_signals: let Ctrl-C end all of rclpy, else it is a KeyboardInterrupt only.
        name: name of the node; None: a hidden one.

    Raises:
        CommandError: that is no name of a node.
    """
    import rclpy
    from rclpy.exceptions import InvalidNodeNameException
    from rclpy.parameter import Parameter
    from rclpy.signals import SignalHandlerOptions

    options = SignalHandlerOptions.ALL if handle_signals else SignalHandlerOptions.NO
    rclpy.init(args=[], signal_handler_options=options)
    try:
        try:
            node = rclpy.create_node(
                name or f'_ros2cli_{os.getpid()}',
                start_parameter_services=False,
                parameter_overrides=[Parameter('use_sim_time', value=use_sim_time)],
                automatically_declare_parameters_from_overrides=True,
            )
        except InvalidNodeNameException as error:
            raise CommandError(str(error)) from error
        try:
            yield node
            if not rclpy.ok():
                # a signal between two rounds of a spin ends it without an exception
                raise KeyboardInterrupt
        finally:
            node.destroy_node()
    finally:
        rclpy.try_shutdown()


def settle(node: Node, seconds: float) -> None:
    """Wait until the graph is known.

    Where nobody is known by then, as on a slow network, it waits for the first node and as long
    again, but not for ever.

    Args:
        node: node that looks.
        seconds: time to wait [s].
    """
    time.sleep(seconds)
    if not _knows_others(node) and wait_until(
        lambda: _knows_others(node), _longest(seconds) - seconds
    ):
        time.sleep(seconds)


def wait_for_name(node: Node, condition: Callable[[], object], seconds: float) -> bool:
    """Wait until something is known by its name, and longer as long as nobody is known at all.

    Args:
        node: node that looks.
        condition: whether it is known.
        seconds: time to wait [s].

    Returns:
        whether it is known.
    """
    if wait_until(condition, seconds):
        return True
    if _knows_others(node):
        return False
    longer = _longest(seconds) - seconds
    if not wait_until(lambda: _knows_others(node), longer):
        return False
    return wait_until(condition, seconds)


def _knows_others(node: Node) -> bool:
    own = (node.get_name(), node.get_namespace())
    return any(each != own for each in node.get_node_names_and_namespaces())


def _longest(seconds: float) -> float:
    # Whoever asks for less than usual gets what he asks for.
    return DISCOVERY_TIME if SPIN_TIME <= seconds < DISCOVERY_TIME else seconds


def wait_until(condition: Callable[[], object], seconds: float) -> bool:
    """Wait until a condition holds; return whether it does within the time [s]."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(POLL_PERIOD)
    return True


def is_hidden(name: str) -> bool:
    """Tell whether a name of the graph is hidden: a part of it starts with an underscore."""
    return any(part.startswith('_') for part in name.split('/'))
