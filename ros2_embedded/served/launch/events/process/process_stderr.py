"""ProcessStderr event."""

from typing import Any

from .process_io import ProcessIO


class ProcessStderr(ProcessIO):
    """Bytes from the standard error of a process."""

    name = 'launch.events.process.ProcessStderr'

    def __init__(self, *, text: bytes, **kwargs: Any) -> None:
        super().__init__(text=text, fd=2, **kwargs)
