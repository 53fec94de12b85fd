"""Runs one node as a process, and ends it cleanly on every way out."""

import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType

import rclpy
from rclpy.exceptions import ParameterException
from rclpy.executors import Executor, ExternalShutdownException, SingleThreadedExecutor
from rclpy.logging import get_logger
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions

from policy_nodes.nodes.interface import SettingError
from policy_nodes.safety.realtime import spare_lasting_objects

FAILED = 1
REFUSED = 2  # the launch file takes it for a mistake of the user, not for a crash


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def run(
    make: Callable[[], Node],
    args: Sequence[str] | None = None,
    executor: Callable[[], Executor] = SingleThreadedExecutor,
) -> int:
    """Create the node and spin it until it is told to stop.

    A node with a method `farewell` says its last word there: the context still stands, because
    signals interrupt the spinning here and do not shut the context down first. A node that ends
    by itself says how in its attribute `failed`.

    Args:
        make: creates the node; refuses parameters by raising.
        args: command line.
        executor: creates the executor.

    Returns:
        Exit status: 0, FAILED or REFUSED.
    """
    rclpy.init(args=args, signal_handler_options=SignalHandlerOptions.NO)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    node = None
    spinner = executor()
    try:
        node = make()
        spinner.add_node(node)
        spare_lasting_objects()
        spinner.spin()
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    except (ParameterException, SettingError) as error:
        if node is not None:
            raise
        get_logger('parameters').fatal(f'refused to start: {error}')
        return REFUSED
    finally:
        # a second Ctrl-C must not cut the last word short
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        if node is not None:
            farewell = getattr(node, 'farewell', None)
            if farewell is not None and rclpy.ok():
                farewell()
        spinner.shutdown()
        if node is not None:
            node.destroy_node()
        rclpy.try_shutdown()
    return FAILED if getattr(node, 'failed', False) else 0


def main_of(make: Callable[[], Node], **options: Callable[[], Executor]) -> None:
    """Entry point body of an executable."""
    sys.exit(run(make, **options))
