"""Splitting of a process's output into lines."""

from __future__ import annotations

import codecs

MAX_LINE = 65_536  # characters; a longer line is passed on in parts


class LineSplitter:
    """Turns chunks of bytes into lines, and keeps what has no end yet."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder('utf-8')(errors='replace')
        self._rest = ''

    def feed(self, data: bytes) -> list[str]:
        """Take bytes and return the lines that are complete, without their ends."""
        *lines, self._rest = (self._rest + self._decoder.decode(data)).split('\n')
        while len(self._rest) > MAX_LINE:
            lines.append(self._rest[:MAX_LINE])
            self._rest = self._rest[MAX_LINE:]
        return lines

    def flush(self) -> list[str]:
        """Return what has no end, if there is anything, and start anew."""
        rest = self._rest + self._decoder.decode(b'', final=True)
        self._rest = ''
        self._decoder.reset()
        return [rest] if rest else []
