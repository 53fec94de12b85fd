"""The one folder that snapshots are written to and read from."""

from __future__ import annotations

from pathlib import Path

from policy_nodes.memory.errors import MemoryBankError

SUFFIX = '.safetensors'


class SnapshotFolder:
    """Turns names that anybody may ask for into files below one folder, and nowhere else."""

    def __init__(self, folder: Path) -> None:
        """Take the folder as it is now; links on the way to it are followed once."""
        self.folder = folder.resolve()

    def file(self, path: str) -> Path:
        """Return the file of a relative path.

        Raises:
            MemoryBankError: an absolute path, one that leads out of the folder, also by a link, or
                another suffix.
        """
        relative = Path(path)
        if '\0' in path or relative.suffix != SUFFIX or relative.is_absolute():
            raise MemoryBankError(
                f'{path!r} is no name of a snapshot',
                remedy=f'use a relative path that ends in {SUFFIX}',
            )
        file = (self.folder / relative).resolve()
        if '..' in relative.parts or self.folder not in file.parents:
            raise MemoryBankError(
                f'{path!r} leads out of the folder of snapshots, {self.folder}',
                remedy='use a path below it',
            )
        return file
