"""AsyncSafeSignalManager class, what handles signals in an event loop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import TracebackType
from typing import Any

SignalHandler = Callable[[int], Any]


class AsyncSafeSignalManager:
    """Context manager that calls handlers of signals within an event loop.

    Within the context its handlers stand for those that `signal.signal` has set, which come back
    at its end. (ROS 2's launch calls both.) To be used in the main thread.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Create a manager.

        Args:
            loop: loop that calls the handlers.
        """
        self.__loop = loop
        self.__handlers: dict[signal.Signals, SignalHandler] = {}
        self.__before: dict[signal.Signals, Any] = {}
        self.__is_active = False

    def __enter__(self) -> AsyncSafeSignalManager:
        self.__is_active = True
        for number in self.__handlers:
            self.__install(number)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        exc_traceback: TracebackType | None,
    ) -> None:
        for number in list(self.__before):
            self.__bring_back(number)
        self.__is_active = False

    def handle(
        self, signum: signal.Signals | int, handler: SignalHandler | None
    ) -> SignalHandler | None:
        """Set the handler of a signal, within the context or outside.

        Args:
            signum: the signal.
            handler: called with the signal; None: no handler any more.

        Returns:
            the handler before, None if there was none.

        Raises:
            ValueError: the handler cannot be called, or there is no such signal.
        """
        if handler is not None and not callable(handler):
            raise ValueError('signal handler must be a callable')
        number = signal.Signals(signum)
        before = self.__handlers.pop(number, None)
        if handler is not None:
            self.__handlers[number] = handler
        if self.__is_active and handler is not None and before is None:
            self.__install(number)
        elif self.__is_active and handler is None and before is not None:
            self.__bring_back(number)
        return before

    def __install(self, number: signal.Signals) -> None:
        self.__before[number] = signal.getsignal(number)
        self.__loop.add_signal_handler(number, lambda: self.__handlers[number](number))

    def __bring_back(self, number: signal.Signals) -> None:
        self.__loop.remove_signal_handler(number)
        signal.signal(number, self.__before.pop(number))
