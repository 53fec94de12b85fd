"""Matcher of events by their name."""

from collections.abc import Callable

from ..event import Event


def event_named(name: str) -> Callable[[Event], bool]:
    """Return a matcher of events with this name, such as `launch.events.Shutdown`."""
    return lambda event: event.name == name
