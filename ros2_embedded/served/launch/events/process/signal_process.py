"""SignalProcess event."""

from __future__ import annotations

import signal as signals
from collections.abc import Callable
from typing import TYPE_CHECKING

from ...utilities import ensure_argument_type
from .process_targeted_event import ProcessTargetedEvent

if TYPE_CHECKING:
    from ...actions import ExecuteLocal


class SignalProcess(ProcessTargetedEvent):
    """The processes that match are to be sent a signal."""

    name = 'launch.events.process.SignalProcess'

    def __init__(
        self,
        *,
        signal_number: str | signals.Signals,
        process_matcher: Callable[[ExecuteLocal], bool],
    ) -> None:
        """Create an event.

        Args:
            signal_number: signal, or its name such as `SIGKILL`.
            process_matcher: tells for an action whether its process is meant.

        Raises:
            TypeError: the signal is neither.
        """
        super().__init__(process_matcher=process_matcher)
        ensure_argument_type(
            signal_number, (str, signals.Signals), 'signal_number', 'SignalProcess'
        )
        self.__signal = signal_number

    @property
    def signal(self) -> str | signals.Signals:
        """Signal, or its name."""
        return self.__signal

    @property
    def signal_name(self) -> str:
        """Name of the signal."""
        return self.__signal if isinstance(self.__signal, str) else self.__signal.name
