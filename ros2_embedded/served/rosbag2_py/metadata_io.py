"""Reads and writes metadata.yaml, and the same text in the files of a bag."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from rclpy.duration import Duration
from rclpy.time import Time
from rosbag2_py.bag_metadata import (
    LATEST_VERSION,
    BagMetadata,
    FileInformation,
    TopicInformation,
    TopicMetadata,
)
from rosbag2_py.qos import qos_from_yaml, qos_to_yaml

FILE_NAME = 'metadata.yaml'
_ROOT = 'rosbag2_bagfile_information'
_BROKEN = (AttributeError, KeyError, TypeError, ValueError, OverflowError)


class MetadataIo:
    """Reads and writes the metadata of bags."""

    def write_metadata(self, uri: str, metadata: BagMetadata) -> None:
        """Write metadata.yaml into the folder of a bag.

        Raises:
            RuntimeError: it cannot be written.
        """
        path, draft = _path(uri), _path(uri).with_suffix('.yaml.part')
        try:
            draft.write_text(_dump({_ROOT: metadata_to_yaml(metadata)}), encoding='utf-8')
            draft.replace(path)
        except OSError as error:
            raise RuntimeError(f'{path} cannot be written: {error.strerror}') from error

    def read_metadata(self, uri: str) -> BagMetadata:
        """Read metadata.yaml of the folder of a bag.

        Raises:
            RuntimeError: there is none, or it is damaged.
        """
        path = _path(uri)
        try:
            text = path.read_text(encoding='utf-8')
        except OSError as error:
            raise RuntimeError(f'{path} cannot be read: {error.strerror}') from error
        except UnicodeDecodeError as error:
            raise RuntimeError(f'{path} is damaged: it is no text') from error
        values = _load(text, str(path))
        if not isinstance(values, dict) or _ROOT not in values:
            raise RuntimeError(f'{path} is no metadata of a bag: it lacks {_ROOT}')
        metadata = metadata_from_yaml(values[_ROOT], str(path))
        metadata.bag_size = sum(each.stat().st_size for each in path.parent.glob('*'))
        return metadata

    def metadata_file_exists(self, uri: str) -> bool:
        """Tell whether the folder of a bag has a metadata.yaml."""
        return _path(uri).is_file()

    def serialize_metadata(self, metadata: BagMetadata) -> str:
        """Return the text that the files of a bag keep."""
        return _dump(metadata_to_yaml(metadata))

    def deserialize_metadata(self, serialized_metadata: str) -> BagMetadata:
        """Return the metadata of a text in a file of a bag.

        Raises:
            RuntimeError: it is no such text.
        """
        source = 'the metadata in the bag'
        return metadata_from_yaml(_load(serialized_metadata, source), source)


def _path(uri: str) -> Path:
    return Path(uri) / FILE_NAME


def _dump(values: dict[str, Any]) -> str:
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)


def _load(text: str, source: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RuntimeError(f'{source} is no YAML: {error}') from error


def metadata_to_yaml(metadata: BagMetadata) -> dict[str, Any]:
    """Return metadata as rosbag2 writes it."""
    return {
        'version': metadata.version,
        'storage_identifier': metadata.storage_identifier,
        **_span(metadata),
        'message_count': metadata.message_count,
        'topics_with_message_count': [
            {
                'topic_metadata': {
                    'name': each.topic_metadata.name,
                    'type': each.topic_metadata.type,
                    'serialization_format': each.topic_metadata.serialization_format,
                    'offered_qos_profiles': qos_to_yaml(
                        each.topic_metadata.offered_qos_profiles, metadata.version
                    ),
                    'type_description_hash': each.topic_metadata.type_description_hash,
                },
                'message_count': each.message_count,
            }
            for each in metadata.topics_with_message_count
        ],
        'compression_format': metadata.compression_format,
        'compression_mode': metadata.compression_mode,
        'relative_file_paths': list(metadata.relative_file_paths),
        'files': [
            {'path': each.path, **_span(each), 'message_count': each.message_count}
            for each in metadata.files
        ],
        'custom_data': dict(metadata.custom_data) or None,
        'ros_distro': metadata.ros_distro,
    }


def _span(of: BagMetadata | FileInformation) -> dict[str, Any]:
    start = {'nanoseconds_since_epoch': of.starting_time.nanoseconds}
    duration = {'nanoseconds': of.duration.nanoseconds}
    if isinstance(of, FileInformation):
        return {'starting_time': start, 'duration': duration}
    return {'duration': duration, 'starting_time': start}


def metadata_from_yaml(values: Any, source: str) -> BagMetadata:
    """Return metadata of any version.

    Args:
        values: what stands in the YAML.
        source: where it stands, for errors.

    Raises:
        RuntimeError: a value is missing or of the wrong kind, or the version is not known.
    """
    try:
        version = int(values['version'])
        if version > LATEST_VERSION:
            raise RuntimeError(
                f'{source} is of version {version}, newer than {LATEST_VERSION}; read the bag '
                'with the ROS 2 that wrote it'
            )
        return _parse(values, version)
    except _BROKEN as error:
        raise RuntimeError(f'{source} is damaged: {error!r}') from error


def _parse(values: Any, version: int) -> BagMetadata:
    return BagMetadata(
        version=version,
        storage_identifier=str(values['storage_identifier']),
        relative_file_paths=[str(each) for each in values['relative_file_paths']],
        files=[
            FileInformation(
                path=str(each['path']),
                starting_time=_start(each),
                duration=_duration(each),
                message_count=int(each['message_count']),
            )
            for each in values.get('files') or ()
        ],
        duration=_duration(values),
        starting_time=_start(values),
        message_count=int(values['message_count']),
        topics_with_message_count=[
            TopicInformation(_topic(each['topic_metadata'], number), int(each['message_count']))
            for number, each in enumerate(values['topics_with_message_count'], 1)
        ],
        compression_format=str(values.get('compression_format') or ''),
        compression_mode=str(values.get('compression_mode') or ''),
        custom_data={
            str(key): str(each) for key, each in (values.get('custom_data') or {}).items()
        },
        ros_distro=str(values.get('ros_distro') or ''),
    )


def _topic(values: Any, number: int) -> TopicMetadata:
    return TopicMetadata(
        id=number,
        name=str(values['name']),
        type=str(values['type']),
        serialization_format=str(values['serialization_format']),
        offered_qos_profiles=qos_from_yaml(values.get('offered_qos_profiles')),
        type_description_hash=str(values.get('type_description_hash') or ''),
    )


def _start(values: Any) -> Time:
    return Time(nanoseconds=int(values['starting_time']['nanoseconds_since_epoch']))


def _duration(values: Any) -> Duration:
    return Duration(nanoseconds=int(values['duration']['nanoseconds']))
