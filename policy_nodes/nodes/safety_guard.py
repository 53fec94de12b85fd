"""Runs callbacks of the safety controller one at a time; none of them can fail in motion."""

import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

from policy_nodes.safety.reasons import Reason


def guarded(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Run a callback of the node alone; if it fails, the last command is rest."""

    @wraps(callback)
    def call(node: Any, *arguments: Any) -> Any:
        with node.lock:
            try:
                return callback(node, *arguments)
            except Exception:
                node.get_logger().fatal(traceback.format_exc())
                node.finish(Reason.INTERNAL_ERROR)
                # a service still has to answer
                return arguments[-1] if len(arguments) > 1 else None

    return call
