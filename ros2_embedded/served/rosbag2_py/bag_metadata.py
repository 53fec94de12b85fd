"""What is known of a bag, its files and its topics."""

from __future__ import annotations

from dataclasses import dataclass, field

from rclpy.duration import Duration
from rclpy.time import Time
from rosbag2_py.qos import QoS

LATEST_VERSION = 9


@dataclass
class TopicMetadata:
    """One topic; type_description_hash is '' where it is not known."""

    id: int
    name: str
    type: str
    serialization_format: str
    offered_qos_profiles: list[QoS] = field(default_factory=list)
    type_description_hash: str = ''

    def equals(self, other: TopicMetadata) -> bool:
        """Tell whether all but the QoS is the same."""
        return self._key() == other._key()

    def _key(self) -> tuple[int, str, str, str, str]:
        return (
            self.id,
            self.name,
            self.type,
            self.serialization_format,
            self.type_description_hash,
        )


@dataclass
class TopicInformation:
    """A topic and how many messages it has."""

    topic_metadata: TopicMetadata
    message_count: int


@dataclass
class FileInformation:
    """One file of a bag; its path is relative to the bag."""

    path: str
    starting_time: Time
    duration: Duration
    message_count: int


@dataclass
class MessageDefinition:
    """The text that defines a type.

    Attributes:
        topic_type: name of the type.
        encoding: ros2msg, ros2idl or unknown.
        encoded_message_definition: the text, with those of the types in it.
        type_hash: REP-2011 hash, '' where it is not known.
    """

    topic_type: str
    encoding: str
    encoded_message_definition: str
    type_hash: str


@dataclass(repr=False)
class BagMetadata:
    """A bag; its text is what `ros2 bag info` prints."""

    version: int = LATEST_VERSION
    bag_size: int = 0
    storage_identifier: str = ''
    relative_file_paths: list[str] = field(default_factory=list)
    files: list[FileInformation] = field(default_factory=list)
    duration: Duration = field(default_factory=lambda: Duration(nanoseconds=0))
    starting_time: Time = field(default_factory=lambda: Time(nanoseconds=0))
    message_count: int = 0
    topics_with_message_count: list[TopicInformation] = field(default_factory=list)
    compression_format: str = ''
    compression_mode: str = ''
    custom_data: dict[str, str] = field(default_factory=dict)
    ros_distro: str = ''

    def __repr__(self) -> str:
        from rosbag2_py.metadata_text import metadata_text

        return metadata_text(self)
