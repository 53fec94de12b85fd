"""The storages that bags are kept in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rosbag2_py.mcap_reader import McapReader
    from rosbag2_py.mcap_writer import McapWriter
    from rosbag2_py.options import StorageOptions
    from rosbag2_py.sqlite_reader import SqliteReader
    from rosbag2_py.sqlite_writer import SqliteWriter

ENDINGS = {'.mcap': 'mcap', '.db3': 'sqlite3'}
_IDENTIFIERS = frozenset(ENDINGS.values())


def get_default_storage_id() -> str:
    """Return the storage of new bags for which none is named."""
    return 'mcap'


def get_registered_readers() -> set[str]:
    """Return the names of the storages that bags are read from."""
    return set(_IDENTIFIERS)


def get_registered_writers() -> set[str]:
    """Return the names of the storages that bags are written to."""
    return set(_IDENTIFIERS)


def get_registered_serializers() -> set[str]:
    """Return the names of converters to other formats of messages: there are none."""
    return set()


def open_reader(path: Path, identifier: str) -> McapReader | SqliteReader:
    """Open a file to read.

    Args:
        path: of the file.
        identifier: of its storage; '' to tell it by its ending.

    Raises:
        RuntimeError: the storage is unknown, or the file cannot be read.
        ModuleNotFoundError: the storage needs a package that is not installed.
    """
    if not identifier:
        identifier = ENDINGS.get(path.suffix, '')
        if not identifier:
            raise RuntimeError(
                f'{path} is no bag: files of bags end with {" or ".join(ENDINGS)}; name the '
                'storage if it is one'
            )
    return _class(identifier, 'Reader')(path)


def open_writer(
    path: Path, options: StorageOptions, distribution: str
) -> McapWriter | SqliteWriter:
    """Create a file to write; its name gets the storage's ending.

    Raises:
        RuntimeError: the storage is unknown, or the file cannot be written.
        ModuleNotFoundError: the storage needs a package that is not installed.
    """
    kind = _class(options.storage_id, 'Writer')
    return kind(path.with_name(path.name + kind.ending), options, distribution)


def _class(identifier: str, role: str) -> Any:
    if identifier not in _IDENTIFIERS:
        raise RuntimeError(
            f'No storage {identifier!r} is known; known are {", ".join(sorted(_IDENTIFIERS))}'
        )
    # Loaded when needed: a program that reads one kind of bags need not have the other's library.
    try:
        if identifier == 'sqlite3':
            from rosbag2_py import sqlite_reader, sqlite_writer

            return {'Reader': sqlite_reader.SqliteReader, 'Writer': sqlite_writer.SqliteWriter}[
                role
            ]
        from rosbag2_py import mcap_reader, mcap_writer
    except ModuleNotFoundError as error:
        if error.name not in ('mcap', 'zstandard'):
            raise
        raise ModuleNotFoundError(
            f"bags in MCAP need the package {error.name}: pip install 'ros2-embedded[bags]'",
            name=error.name,
        ) from None
    return {'Reader': mcap_reader.McapReader, 'Writer': mcap_writer.McapWriter}[role]
