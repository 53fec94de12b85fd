"""Configuring that refuses in words instead of failing with a traceback."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from rclpy.lifecycle import LifecycleState, TransitionCallbackReturn

from policy_nodes.nodes.interface import SettingError
from policy_nodes.nodes.wiring import take_down

Configure = Callable[[Any, LifecycleState], TransitionCallbackReturn]


def refuses(*kinds: type[Exception]) -> Callable[[Configure], Configure]:
    """Decorate on_configure of a node that keeps its `wires` in `standing`.

    An error of one of these kinds, or a setting that is none of the known ones, is logged in its
    own words; the node stays unconfigured, and whatever was wired up before is taken down.

    Args:
        kinds: errors that mean bad input.
    """

    def decorate(configure: Configure) -> Configure:
        @wraps(configure)
        def on_configure(node: Any, state: LifecycleState) -> TransitionCallbackReturn:
            try:
                return configure(node, state)
            except (SettingError, *kinds) as error:
                node.get_logger().error(str(error))
                take_down(node, node.standing)
                return TransitionCallbackReturn.FAILURE

        return on_configure

    return decorate
