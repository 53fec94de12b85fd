"""Writes one file of a bag in MCAP, as rosbag2_storage_mcap does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from mcap.writer import CompressionType, Writer
from rosbag2_py.bag_metadata import BagMetadata, MessageDefinition, TopicMetadata
from rosbag2_py.metadata_io import MetadataIo
from rosbag2_py.options import StorageOptions
from rosbag2_py.qos import qos_text
from rosbag2_py.stored_message import StoredMessage

_CHUNK = 768 * 1024  # bytes, rosbag2's
_PRESETS: dict[str, dict[str, Any]] = {
    '': {},
    'none': {},
    'fastwrite': {'noChunking': True},
    'zstd_fast': {'compression': 'Zstd'},
    'zstd_small': {'compression': 'Zstd', 'chunkSize': 4 * 1024 * 1024},
}
_COMPRESSIONS = ('None', 'Lz4', 'Zstd')
FLUSH_PERIOD = 0.5  # s


class McapWriter:
    """One new file; what is older than `FLUSH_PERIOD` outlives the process."""

    identifier = 'mcap'
    ending = '.mcap'
    smallest_split = 1024  # bytes

    def __init__(self, path: Path, options: StorageOptions, distribution: str) -> None:
        """Create a file.

        Raises:
            RuntimeError: it cannot be written, or a setting is not known.
        """
        self.path = path
        self._channels: dict[str, int] = {}
        self._schemas: dict[str, int] = {}
        self._pending = 0
        settings = _settings(options)
        compression = settings.get('compression', 'None')
        with self._writing():
            self._stream = path.open('xb')
            self._writer = Writer(
                self._stream,
                chunk_size=int(settings.get('chunkSize', _CHUNK)),
                compression=CompressionType[compression.upper()],
                use_chunking=not settings.get('noChunking', False),
            )
            self._writer.start(profile='ros2', library='ros2_embedded')
            self._writer.flush()
        self._flushed = time.monotonic()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise RuntimeError(f'{self.path} cannot be written: {error.strerror}') from error

    @property
    def size(self) -> int:
        """Bytes that were written, with those that wait for their chunk to end."""
        return self._stream.tell() + self._pending

    def add_metadata(self, metadata: BagMetadata) -> None:
        """Keep the metadata of the bag; of several, the last counts."""
        text = MetadataIo().serialize_metadata(metadata)
        with self._writing():
            self._writer.add_metadata('rosbag2', {'serialized_metadata': text})
            self._writer.flush()

    def add_topic(self, topic: TopicMetadata, definition: MessageDefinition) -> None:
        """Keep a topic and the definition of its type."""
        with self._writing():
            if topic.type not in self._schemas:
                self._schemas[topic.type] = self._writer.register_schema(
                    topic.type,
                    definition.encoding,
                    definition.encoded_message_definition.encode(),
                )
            self._channels[topic.name] = self._writer.register_channel(
                topic.name,
                topic.serialization_format,
                self._schemas[topic.type],
                {
                    'offered_qos_profiles': qos_text(topic.offered_qos_profiles),
                    'topic_type_hash': topic.type_description_hash,
                },
            )

    def remove_topic(self, topic: TopicMetadata) -> None:
        """Take no more messages of a topic; what the file says of it stays."""
        del self._channels[topic.name]

    def write(self, message: StoredMessage) -> None:
        """Keep a message.

        Raises:
            RuntimeError: it cannot be written.
        """
        with self._writing():
            self._writer.add_message(
                self._channels[message.topic],
                log_time=message.received,
                publish_time=message.sent,
                data=message.data,
            )
        self._pending += len(message.data)
        if time.monotonic() - self._flushed > FLUSH_PERIOD:
            self.flush()

    def flush(self) -> None:
        """End the chunk under way, and hand it to the system."""
        with self._writing():
            self._writer.flush()
        self._pending = 0
        self._flushed = time.monotonic()

    def close(self) -> None:
        """Write the summary and finish the file."""
        with self._writing():
            self._writer.finish()
            self._stream.close()


def _settings(options: StorageOptions) -> dict[str, Any]:
    preset = options.storage_preset_profile
    if preset not in _PRESETS:
        raise RuntimeError(
            f'unknown MCAP storage preset profile {preset!r}; known are '
            f'{", ".join(each for each in _PRESETS if each)}'
        )
    settings = dict(_PRESETS[preset])
    if options.storage_config_uri:
        settings.update(_read_settings(options.storage_config_uri))
    if settings.get('compression', 'None') not in _COMPRESSIONS:
        raise RuntimeError(
            f'unknown compression {settings["compression"]!r} of MCAP; known are '
            f'{", ".join(_COMPRESSIONS)}'
        )
    return settings


def _read_settings(path: str) -> dict[str, Any]:
    try:
        values = yaml.safe_load(Path(path).read_text(encoding='utf-8')) or {}
    except OSError as error:
        raise RuntimeError(f'{path} cannot be read: {error.strerror}') from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise RuntimeError(f'{path} is no YAML: {error}') from error
    if not isinstance(values, dict):
        raise RuntimeError(f'{path} holds no settings of MCAP: write `compression: Zstd` and such')
    return values
