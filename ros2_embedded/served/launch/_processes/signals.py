"""Signals to the launch process."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator

SHUTDOWN_SIGNALS = {
    signal.SIGINT: 'ctrl-c (SIGINT)',
    signal.SIGTERM: 'SIGTERM',
    signal.SIGHUP: 'SIGHUP',
}
QUIT_SIGNALS = {signal.SIGQUIT: 'ctrl-\\ (SIGQUIT)'}


@contextlib.contextmanager
def handle_signals(
    loop: asyncio.AbstractEventLoop,
    on_shutdown: Callable[[str], None],
    on_quit: Callable[[str], None],
) -> Iterator[None]:
    """Handle signals in the loop, and bring back what handled them before.

    Args:
        loop: the running loop, in the main thread.
        on_shutdown: called with words for a signal that asks to end.
        on_quit: called with words for a signal that asks to end at once.
    """
    before = {}
    try:
        for signals, callback in ((SHUTDOWN_SIGNALS, on_shutdown), (QUIT_SIGNALS, on_quit)):
            for number, words in signals.items():
                current = signal.getsignal(number)
                if number is signal.SIGHUP and current is signal.SIG_IGN:
                    # Under nohup the launch goes on when its terminal is closed.
                    continue
                before[number] = current
                loop.add_signal_handler(number, callback, words)
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
