"""Condition class, a predicate that is evaluated while launching."""

from __future__ import annotations

from collections.abc import Callable

from .launch_context import LaunchContext


class Condition:
    """Predicate over the launch context; without a predicate it is false."""

    def __init__(self, *, predicate: Callable[[LaunchContext], bool] | None = None) -> None:
        self._predicate = predicate

    def describe(self) -> str:
        """Return the condition for people."""
        return repr(self)

    def evaluate(self, context: LaunchContext) -> bool:
        """Tell whether the condition holds now."""
        return self._predicate is not None and self._predicate(context)
