"""A file that only grows and is never left with half a write at its end."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from policy_nodes.evaluation.recording_error import RecordingError

_REMEDIES = {
    'ENOSPC': 'free some space or record to another disk',
    'EDQUOT': 'free some space or record to another disk',
    'EFBIG': 'raise the limit on file sizes or record to another disk',
    'EEXIST': 'choose another name; a recording is never written over',
    'ENOENT': 'choose another folder',
    'ENOTDIR': 'choose another folder',
    'EACCES': 'choose a folder that you may write to',
    'EPERM': 'choose a folder that you may write to',
    'EROFS': 'choose a folder that you may write to',
}


class DiskError(RecordingError):
    """The system refused to store something."""


def explain(error: OSError, path: Path, doing: str) -> DiskError:
    """Turn an error of the system into one sentence with a remedy."""
    remedy = _REMEDIES.get(errno.errorcode.get(error.errno or 0, ''), 'look at the disk')
    return DiskError(f'{path} {doing}: {error.strerror}; {remedy}')


class AppendFile:
    """What is written is kept until `flush`, which puts all of it on disk or none of it."""

    def __init__(self, path: Path) -> None:
        """Create the file, and the folders above it.

        Raises:
            DiskError: it exists already or cannot be created.
        """
        self.path = path
        self._pending = bytearray()
        self._written = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o644)
        except OSError as error:
            raise explain(error, path, 'cannot be written') from error

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self._written

    def write(self, data: bytes) -> int:
        """Keep data for the next flush."""
        self._pending += data
        return len(data)

    def tell(self) -> int:
        """Return the offset that the next byte will have."""
        return self._written + len(self._pending)

    def flush(self) -> None:
        """Hand everything kept to the system.

        Raises:
            DiskError: the disk is full or gone; the file is cut back to the last flush.
        """
        data, done = memoryview(bytes(self._pending)), 0
        self._pending.clear()
        try:
            while done < len(data):
                done += os.write(self._handle, data[done:])
        except OSError as error:
            os.ftruncate(self._handle, self._written)
            raise explain(error, self.path, 'cannot be written any further') from error
        self._written += done

    def close(self) -> None:
        """Close the file; what was not flushed is dropped."""
        os.close(self._handle)
