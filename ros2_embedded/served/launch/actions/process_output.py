"""ProcessOutput class, the lines that a process prints."""

from __future__ import annotations

import logging
from collections.abc import Callable

from .._processes.lines import LineSplitter


class ProcessOutput:
    """Logs the lines of a process, and keeps its whole output if asked to."""

    def __init__(self, format_line: Callable[[str], str], *, cached: bool) -> None:
        """Create the output of a process that is not started yet.

        Args:
            format_line: makes of a line what is logged.
            cached: keep the whole output.
        """
        self._format_line = format_line
        self._splitters = {1: LineSplitter(), 2: LineSplitter()}
        self._cache: dict[int, list[bytes]] | None = {1: [], 2: []} if cached else None
        self.loggers = logging.getLogger(__name__), logging.getLogger(__name__)

    def feed(self, fd: int, data: bytes) -> None:
        """Take bytes of standard output (1) or standard error (2) and log complete lines."""
        if self._cache is not None:
            self._cache[fd].append(data)
        self._log(fd, self._splitters[fd].feed(data))

    def flush(self) -> None:
        """Log what has no end of line, as the process has ended."""
        for fd, splitter in self._splitters.items():
            self._log(fd, splitter.flush())

    def _log(self, fd: int, lines: list[str]) -> None:
        for line in lines:
            self.loggers[fd - 1].info(self._format_line(line))

    def cached(self, fd: int, process_name: str | None) -> str:
        """Return the whole output so far.

        Raises:
            RuntimeError: it is not kept.
        """
        if self._cache is None:
            raise RuntimeError(
                f'cached output must be true to be able to get std{"out" if fd == 1 else "err"}, '
                f"proc '{process_name}'"
            )
        return b''.join(self._cache[fd]).decode(errors='replace')
