"""The writer that the options of a recorder ask for."""

from __future__ import annotations

from rosbag2_py.compression import (
    CompressionMode,
    CompressionOptions,
    compression_mode_from_string,
)
from rosbag2_py.sequential_writer import SequentialCompressionWriter, SequentialWriter
from rosbag2_py.transport_options import RecordOptions


def make_writer(options: RecordOptions) -> SequentialWriter:
    """Return a writer that compresses, or one that does not.

    Raises:
        RuntimeError: there is no such compression.
        ModuleNotFoundError: the package zstandard is not installed.
    """
    mode = compression_mode_from_string(options.compression_mode)
    if mode is CompressionMode.NONE:
        return SequentialWriter()
    return SequentialCompressionWriter(CompressionOptions(options.compression_format, mode))
