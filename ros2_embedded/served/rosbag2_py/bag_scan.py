"""What is known of a bag without metadata.yaml, from its files."""

from __future__ import annotations

import re
from pathlib import Path

from rclpy.duration import Duration
from rclpy.time import Time
from rosbag2_py.bag_metadata import BagMetadata, FileInformation, TopicInformation
from rosbag2_py.storages import ENDINGS, open_reader

_NUMBER = re.compile(r'_(\d+)$')


def bag_files(folder: Path) -> list[Path]:
    """Return the files of a bag in the order of their numbers."""
    found = [each for each in folder.iterdir() if each.suffix in ENDINGS and each.is_file()]

    def number(path: Path) -> tuple[int, str]:
        end = _NUMBER.search(path.stem)
        return (int(end[1]) if end else 0, path.name)

    return sorted(found, key=number)


def scan_bag(folder: Path, identifier: str) -> BagMetadata:
    """Return the metadata of a bag as its files tell it.

    Args:
        folder: of the bag.
        identifier: of its storage, '' to tell it by the files' endings.

    Raises:
        RuntimeError: there are no files, or one is damaged.
    """
    files = bag_files(folder)
    if not files:
        raise RuntimeError(
            f'Could not find metadata in bag directory {folder}, nor files that end with '
            f'{" or ".join(ENDINGS)}'
        )
    found = BagMetadata()
    topics: dict[str, TopicInformation] = {}
    spans: list[tuple[int, int]] = []
    for path in files:
        storage = open_reader(path, identifier)
        part = storage.metadata()
        storage.close()
        found.storage_identifier = part.storage_identifier
        found.custom_data.update(part.custom_data)
        found.ros_distro = part.ros_distro or found.ros_distro
        found.bag_size += part.bag_size
        found.message_count += part.message_count
        found.compression_mode = part.compression_mode or found.compression_mode
        found.compression_format = part.compression_format or found.compression_format
        found.relative_file_paths.append(path.name)
        found.files.append(
            FileInformation(path.name, part.starting_time, part.duration, part.message_count)
        )
        if part.message_count:
            start = part.starting_time.nanoseconds
            spans.append((start, start + part.duration.nanoseconds))
        for each in part.topics_with_message_count:
            known = topics.setdefault(
                each.topic_metadata.name, TopicInformation(each.topic_metadata, 0)
            )
            known.message_count += each.message_count
    found.topics_with_message_count = list(topics.values())
    if spans:
        start = min(first for first, _ in spans)
        found.starting_time = Time(nanoseconds=start)
        found.duration = Duration(nanoseconds=max(last for _, last in spans) - start)
    return found
