"""Names under the module that the real package keeps them in."""

from rosbag2_py.bag_metadata import (
    BagMetadata,
    FileInformation,
    MessageDefinition,
    TopicInformation,
    TopicMetadata,
)
from rosbag2_py.metadata_io import MetadataIo
from rosbag2_py.options import (
    ConverterOptions,
    ReadOrder,
    ReadOrderSortBy,
    StorageFilter,
    StorageOptions,
)
from rosbag2_py.qos import (
    Duration,
    QoS,
    convert_rclcpp_qos_to_rclpy_qos,
    rmw_qos_durability_policy_t,
    rmw_qos_history_policy_t,
    rmw_qos_liveliness_policy_t,
    rmw_qos_reliability_policy_t,
    to_rclcpp_qos_vector,
)
from rosbag2_py.storages import get_default_storage_id

__all__ = [
    'BagMetadata',
    'ConverterOptions',
    'Duration',
    'FileInformation',
    'MessageDefinition',
    'MetadataIo',
    'QoS',
    'ReadOrder',
    'ReadOrderSortBy',
    'StorageFilter',
    'StorageOptions',
    'TopicInformation',
    'TopicMetadata',
    'convert_rclcpp_qos_to_rclpy_qos',
    'get_default_storage_id',
    'rmw_qos_durability_policy_t',
    'rmw_qos_history_policy_t',
    'rmw_qos_liveliness_policy_t',
    'rmw_qos_reliability_policy_t',
    'to_rclcpp_qos_vector',
]
