"""ProcessStdin event."""

from typing import Any

from .process_io import ProcessIO


class ProcessStdin(ProcessIO):
    """Bytes for the standard input of a process."""

    name = 'launch.events.process.ProcessStdin'

    def __init__(self, *, text: bytes, **kwargs: Any) -> None:
        super().__init__(text=text, fd=0, **kwargs)
