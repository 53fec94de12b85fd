"""Makes new bags of old ones: merged, filtered, split, compressed, or in another storage."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml
from rosbag2_py.bag_metadata import MessageDefinition, TopicMetadata
from rosbag2_py.message_definitions import LocalMessageDefinitionSource
from rosbag2_py.options import ConverterOptions, StorageOptions
from rosbag2_py.sequential_reader import SequentialReader
from rosbag2_py.sequential_writer import SequentialWriter
from rosbag2_py.stored_message import StoredMessage
from rosbag2_py.topic_choice import TopicChoice
from rosbag2_py.transport_options import RecordOptions
from rosbag2_py.writer_choice import make_writer

_KEY = 'output_bags'
_STORAGE_KEYS = {each.name: type(each.default) for each in fields(StorageOptions)} | {
    'uri': str,
    'custom_data': dict,
}
# Options that only a recording has; they are taken and not used, as in ROS 2.
_IDLE_KEYS = {
    'topic_polling_interval',
    'node_prefix',
    'compression_queue_size',
    'compression_threads',
    'compression_threads_priority',
    'topic_qos_profile_overrides',
}


def bag_rewrite(input_options: Sequence[StorageOptions], output_config_file: str) -> None:
    """Write bags as a file says, from the messages of bags in the order of their times.

    Args:
        input_options: bags to read.
        output_config_file: YAML file whose `output_bags` is a list; each item has a `uri`, and
            what else `StorageOptions` and `RecordOptions` have.

    Raises:
        RuntimeError: the file is not of that form, or a bag cannot be read or written.
    """
    outputs = [_options(each, output_config_file) for each in _read(output_config_file)]
    if not input_options or not outputs:
        raise RuntimeError('Must provide at least one input and one output bag to rewrite.')
    readers = []
    for options in input_options:
        reader = SequentialReader()
        reader.open(options, ConverterOptions())
        readers.append(reader)
    writers = []
    for storage, record in outputs:
        writer = make_writer(record)
        writer.open(storage, ConverterOptions())
        writers.append((writer, TopicChoice(record), record))
    takers = _share_out(readers, writers)
    for message in heapq.merge(*map(_messages, readers), key=lambda each: each.received):
        for writer in takers.get(message.topic, ()):
            writer.write(message.topic, message.data, message.received, message.sent)
    for writer, _, _ in writers:
        writer.close()


def _messages(reader: SequentialReader) -> Iterator[StoredMessage]:
    while reader.has_next():
        yield reader.read_stored()


def _share_out(
    readers: Sequence[SequentialReader],
    writers: Sequence[tuple[SequentialWriter, TopicChoice, RecordOptions]],
) -> dict[str, list[SequentialWriter]]:
    """Create the topics that each writer takes; return the writers of each topic."""
    topics: dict[str, TopicMetadata] = {}
    definitions: dict[str, MessageDefinition] = {}
    for reader in readers:
        definitions.update(
            {each.topic_type: each for each in reader.get_all_message_definitions()}
        )
        for each in reader.get_all_topics_and_types():
            known = topics.setdefault(each.name, each)
            if known is not each:
                if known.type != each.type:
                    raise RuntimeError(
                        f'{each.name} is {known.type} in one of the bags and {each.type} in '
                        'another; they cannot be merged'
                    )
                known.offered_qos_profiles += each.offered_qos_profiles
    takers: dict[str, list[SequentialWriter]] = {}
    for name, topic in topics.items():
        definition = definitions.get(topic.type)
        if definition is None:
            definition = LocalMessageDefinitionSource().get_full_text(topic.type)
        for writer, choice, _ in writers:
            if choice.takes(name, topic.type) and not choice.leaves_hidden(name, topic.type):
                writer.add_topic(topic, definition)
                takers.setdefault(name, []).append(writer)
    return takers


def _read(path: str) -> list[dict[str, Any]]:
    try:
        values = yaml.safe_load(Path(path).read_text(encoding='utf-8'))
    except OSError as error:
        raise RuntimeError(f'{path} cannot be read: {error.strerror}') from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise RuntimeError(f'{path} is no YAML: {error}') from error
    if not isinstance(values, dict) or _KEY not in values:
        raise RuntimeError(f"Output bag config YAML file must have top-level key '{_KEY}'")
    bags = values[_KEY]
    if not isinstance(bags, list) or not all(isinstance(each, dict) for each in bags):
        raise RuntimeError(
            f"Top-level key '{_KEY}' must contain a list of StorageOptions/RecordOptions dicts."
        )
    return bags


def _options(values: dict[str, Any], path: str) -> tuple[StorageOptions, RecordOptions]:
    """Return what an item of the file says."""
    if 'uri' not in values:
        raise RuntimeError(f'{path}: an output bag lacks its uri')
    storage, record = StorageOptions(uri=''), RecordOptions()
    if values.get('all'):
        record.all_topics = record.all_services = True
    for key, value in values.items():
        # The names of older versions, and of what rosbag2 itself calls otherwise in files.
        name = {'exclude': 'exclude_regex', 'exclude_services': 'exclude_service_events'}.get(
            key, key
        )
        if key in _IDLE_KEYS or key == 'all':
            continue
        owner: Any = storage if name in _STORAGE_KEYS else record
        if not hasattr(owner, name):
            known = [*_STORAGE_KEYS, *vars(record)]
            raise RuntimeError(
                f'{path}: {key!r} is no option of an output bag; known are {", ".join(known)}'
            )
        kind = _STORAGE_KEYS.get(name) or type(getattr(record, name))
        if not isinstance(value, kind):
            raise RuntimeError(f'{path}: {key} must be of type {kind.__name__}; it is {value!r}')
        setattr(owner, name, value)
    storage.max_cache_size = 0
    storage.snapshot_mode = False
    return storage, record
