"""Compression of the files or messages of a bag, by Zstandard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import ModuleType

FORMATS = ('zstd',)
_LARGEST = 1 << 31  # bytes; a message that would unpack to more is taken for damage


class CompressionMode(Enum):
    """What is compressed."""

    NONE = 0
    FILE = 1
    MESSAGE = 2


@dataclass
class CompressionOptions:
    """How a bag is compressed.

    Attributes:
        compression_format: zstd.
        compression_mode: files or messages.
        compression_queue_size, compression_threads, thread_priority: taken and not used:
            messages are compressed as they are written, and none is dropped.
    """

    compression_format: str
    compression_mode: CompressionMode
    compression_queue_size: int = 1
    compression_threads: int = 0
    thread_priority: int | None = None


def compression_mode_from_string(compression_mode: str) -> CompressionMode:
    """Return a mode by its name; NONE for ''.

    Raises:
        RuntimeError: there is no such mode.
    """
    name = compression_mode.upper() or 'NONE'
    if name not in CompressionMode.__members__:
        raise RuntimeError(
            f'no compression mode {compression_mode!r} is known; known are '
            f'{", ".join(CompressionMode.__members__)}'
        )
    return CompressionMode[name]


def compression_mode_to_string(compression_mode: CompressionMode) -> str:
    """Return the name of a mode."""
    return compression_mode.name


def get_registered_compressors() -> set[str]:
    """Return the names of the formats that bags are compressed in."""
    return set(FORMATS)


def check_format(name: str) -> None:
    """Refuse a format that is not known.

    Raises:
        RuntimeError: it is not known.
        ModuleNotFoundError: the package zstandard is not installed.
    """
    if name not in FORMATS:
        raise RuntimeError(
            f'No compression format {name!r} is known; known are {", ".join(FORMATS)}'
        )
    _zstandard()


def _zstandard() -> ModuleType:
    try:
        import zstandard
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "compressed bags need the package zstandard: pip install 'ros2-embedded[bags]'",
            name='zstandard',
        ) from None
    return zstandard


def compress(data: bytes) -> bytes:
    """Return a message compressed."""
    return _zstandard().ZstdCompressor().compress(data)


def decompress(data: bytes) -> bytes:
    """Return a message as it was.

    Raises:
        RuntimeError: it is damaged.
    """
    zstandard = _zstandard()
    try:
        if zstandard.frame_content_size(data) > _LARGEST:
            raise RuntimeError('a message in the bag would unpack to more than 2 GiB')
        return zstandard.ZstdDecompressor().decompress(data, max_output_size=_LARGEST)
    except zstandard.ZstdError as error:
        raise RuntimeError(f'a compressed message in the bag is damaged: {error}') from error


def compress_file(path: Path) -> Path:
    """Put a compressed file, which ends with .zstd, in the place of a file; return its path.

    Raises:
        RuntimeError: it cannot be written.
    """
    packed = path.with_name(f'{path.name}.zstd')
    draft = packed.with_name(f'{packed.name}.part')
    try:
        with path.open('rb') as source, draft.open('wb') as target:
            _zstandard().ZstdCompressor().copy_stream(source, target)
        draft.replace(packed)
        path.unlink()
    except OSError as error:
        raise RuntimeError(f'{packed} cannot be written: {error.strerror}') from error
    return packed


def decompress_file(path: Path, folder: Path) -> Path:
    """Write what a compressed file holds into a folder; return its path.

    Raises:
        RuntimeError: it cannot be read, or is damaged.
    """
    zstandard = _zstandard()
    target = folder / path.name.removesuffix('.zstd')
    try:
        with path.open('rb') as source, target.open('wb') as sink:
            zstandard.ZstdDecompressor().copy_stream(source, sink)
    except OSError as error:
        raise RuntimeError(f'{path} cannot be unpacked: {error.strerror}') from error
    except zstandard.ZstdError as error:
        raise RuntimeError(f'{path} is damaged: {error}') from error
    return target
