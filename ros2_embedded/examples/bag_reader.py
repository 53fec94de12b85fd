"""Prints what is in a bag: bag_reader.py FOLDER."""

from __future__ import annotations

import sys

import rosbag2_py
from rclpy.serialization import deserialize_message
from rosidl_runtime_py import message_to_yaml
from rosidl_runtime_py.utilities import get_message


def main() -> int:
    """Read one bag; the exit code is 1 for a wrong command line."""
    if len(sys.argv) != 2:
        print('usage: bag_reader.py FOLDER', file=sys.stderr)
        return 1
    reader = rosbag2_py.SequentialReader()
    reader.open(
        rosbag2_py.StorageOptions(uri=sys.argv[1], storage_id='mcap'),
        rosbag2_py.ConverterOptions('cdr', 'cdr'),
    )
    types = {each.name: get_message(each.type) for each in reader.get_all_topics_and_types()}
    while reader.has_next():
        topic, data, stamp = reader.read_next()
        message = deserialize_message(data, types[topic])
        print(f'{stamp * 1e-9:.3f} {topic} {message_to_yaml(message).strip()}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
