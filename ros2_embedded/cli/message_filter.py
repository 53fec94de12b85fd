"""Choosing of messages by an expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ros2_embedded.cli.errors import CommandError
from ros2_embedded.safe_expression import evaluate_expression


def message_filter(expression: str | None) -> Callable[[Any], bool]:
    """Return a function that tells whether a message is wanted.

    Args:
        expression: of the message `m`, in Python's syntax; it is interpreted, not run. None
            wants all.

    The function raises CommandError where the expression is wrong.
    """
    if expression is None:
        return lambda message: True

    def is_wanted(message: Any) -> bool:
        try:
            return bool(evaluate_expression(expression, names={'m': message}))
        except Exception as error:  # whatever the expression raises
            raise CommandError(f"--filter '{expression}': {error}") from error

    return is_wanted
