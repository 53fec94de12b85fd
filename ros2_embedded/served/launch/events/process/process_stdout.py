"""ProcessStdout event."""

from typing import Any

from .process_io import ProcessIO


class ProcessStdout(ProcessIO):
    """Bytes from the standard output of a process."""

    name = 'launch.events.process.ProcessStdout'

    def __init__(self, *, text: bytes, **kwargs: Any) -> None:
        super().__init__(text=text, fd=1, **kwargs)
