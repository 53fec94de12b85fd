"""ProcessIO event."""

from typing import Any

from .running_process_event import RunningProcessEvent


class ProcessIO(RunningProcessEvent):
    """Bytes passed between a process and launch."""

    name = 'launch.events.process.ProcessIO'

    def __init__(self, *, text: bytes, fd: int, **kwargs: Any) -> None:
        """Create an event.

        Args:
            text: the bytes, which need not end at the end of a line.
            fd: 0 standard input, 1 standard output, 2 standard error of the process.
            kwargs: see `RunningProcessEvent`.
        """
        super().__init__(**kwargs)
        self.__text = text
        self.__fd = fd

    @property
    def text(self) -> bytes:
        """The bytes, which need not end at the end of a line."""
        return self.__text

    @property
    def from_stdin(self) -> bool:
        """Whether the bytes go to standard input."""
        return self.__fd == 0

    @property
    def from_stdout(self) -> bool:
        """Whether the bytes come from standard output."""
        return self.__fd == 1

    @property
    def from_stderr(self) -> bool:
        """Whether the bytes come from standard error."""
        return self.__fd == 2
