"""Shutdown event."""

from ..event import Event


class Shutdown(Event):
    """The launched system shuts down."""

    name = 'launch.events.Shutdown'

    def __init__(self, *, reason: str = 'reason not given', due_to_sigint: bool = False) -> None:
        self.__reason = reason
        self.__due_to_sigint = due_to_sigint

    @property
    def reason(self) -> str:
        """Why, for people."""
        return self.__reason

    @property
    def due_to_sigint(self) -> bool:
        """Whether Ctrl-C was the reason, so that a terminal told the processes as well."""
        return self.__due_to_sigint
