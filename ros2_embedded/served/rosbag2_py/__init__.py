"""Bags: reading and writing, in MCAP and SQLite."""

from rosbag2_py.bag_metadata import (
    BagMetadata,
    FileInformation,
    MessageDefinition,
    TopicInformation,
    TopicMetadata,
)
from rosbag2_py.bag_rewrite import bag_rewrite
from rosbag2_py.compression import (
    CompressionMode,
    CompressionOptions,
    compression_mode_from_string,
    compression_mode_to_string,
    get_registered_compressors,
)
from rosbag2_py.info import Info
from rosbag2_py.message_definitions import LocalMessageDefinitionSource
from rosbag2_py.metadata_io import MetadataIo
from rosbag2_py.options import (
    ConverterOptions,
    ReadOrder,
    ReadOrderSortBy,
    StorageFilter,
    StorageOptions,
)
from rosbag2_py.player import Player
from rosbag2_py.qos import convert_rclcpp_qos_to_rclpy_qos, to_rclcpp_qos_vector
from rosbag2_py.recorder import Recorder
from rosbag2_py.reindexer import Reindexer
from rosbag2_py.sequential_reader import SequentialCompressionReader, SequentialReader
from rosbag2_py.sequential_writer import SequentialCompressionWriter, SequentialWriter
from rosbag2_py.storages import (
    get_default_storage_id,
    get_registered_readers,
    get_registered_serializers,
    get_registered_writers,
)
from rosbag2_py.transport_options import PlayOptions, RecordOptions, ServiceRequestsSource

__all__ = [
    'BagMetadata',
    'CompressionMode',
    'CompressionOptions',
    'ConverterOptions',
    'FileInformation',
    'Info',
    'LocalMessageDefinitionSource',
    'MessageDefinition',
    'MetadataIo',
    'PlayOptions',
    'Player',
    'ReadOrder',
    'ReadOrderSortBy',
    'RecordOptions',
    'Recorder',
    'Reindexer',
    'SequentialCompressionReader',
    'SequentialCompressionWriter',
    'SequentialReader',
    'SequentialWriter',
    'ServiceRequestsSource',
    'StorageFilter',
    'StorageOptions',
    'TopicInformation',
    'TopicMetadata',
    'bag_rewrite',
    'compression_mode_from_string',
    'compression_mode_to_string',
    'convert_rclcpp_qos_to_rclpy_qos',
    'get_default_storage_id',
    'get_registered_compressors',
    'get_registered_readers',
    'get_registered_serializers',
    'get_registered_writers',
    'to_rclcpp_qos_vector',
]
