"""What readers, writers and filters of bags are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


@dataclass
class StorageOptions:
    """Where a bag is and how it is kept.

    Attributes:
        uri: folder of the bag, or one file of it to read.
        storage_id: mcap or sqlite3; '' for what there is, mcap for a new one.
        max_bagfile_size: bytes after which a new file is begun; 0 for one file.
        max_bagfile_duration: time after which a new file is begun [s]; 0 for one file.
        max_cache_size: bytes that are kept for a snapshot; otherwise it has no effect, as
            messages are written at once and handed to the system twice a second.
        storage_preset_profile: of mcap: none, fastwrite, zstd_fast or zstd_small; of sqlite3:
            none or resilient.
        storage_config_uri: YAML file with settings of the storage.
        snapshot_mode: write nothing until `take_snapshot`.
        start_time_ns, end_time_ns: messages outside of these are not written; -1 for no bound.
        custom_data: texts for metadata.yaml.
    """

    uri: str
    storage_id: str = ''
    max_bagfile_size: int = 0
    max_bagfile_duration: int = 0
    max_cache_size: int = 0
    storage_preset_profile: str = ''
    storage_config_uri: str = ''
    snapshot_mode: bool = False
    start_time_ns: int = -1
    end_time_ns: int = -1
    custom_data: dict[str, str] = field(default_factory=dict)


@dataclass
class ConverterOptions:
    """Formats of messages; all are CDR, so both are `cdr` or ''."""

    input_serialization_format: str = ''
    output_serialization_format: str = ''


@dataclass
class StorageFilter:
    """Which topics to read; without any, all.

    Attributes:
        topics: names.
        services_events: names of service event topics.
        regex: the whole name fits it.
        exclude_topics, exclude_service_events, regex_to_exclude: those to leave out.
    """

    topics: list[str] = field(default_factory=list)
    services_events: list[str] = field(default_factory=list)
    regex: str = ''
    exclude_topics: list[str] = field(default_factory=list)
    exclude_service_events: list[str] = field(default_factory=list)
    regex_to_exclude: str = ''


class ReadOrderSortBy(Enum):
    """What messages are sorted by."""

    ReceivedTimestamp = 0
    PublishedTimestamp = 1
    File = 2


@dataclass
class ReadOrder:
    """In which order messages are read."""

    sort_by: ReadOrderSortBy = ReadOrderSortBy.ReceivedTimestamp
    reverse: bool = False
