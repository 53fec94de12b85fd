"""Matchers that events carry to name the actions they are for."""

from collections.abc import Callable

from ..action import Action


def matches_action(target_action: Action) -> Callable[[Action], bool]:
    """Return a matcher of this very action."""
    return lambda action: action == target_action
