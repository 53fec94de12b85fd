"""Records the topic `chatter` of talker.py into a bag: bag_recorder.py FOLDER [COUNT]."""

from __future__ import annotations

import sys

import rclpy
import rosbag2_py
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.utilities import remove_ros_args
from std_msgs.msg import String


class BagRecorder(Node):
    """Writes messages as they come, undecoded."""

    def __init__(self, folder: str, count: int) -> None:
        super().__init__('bag_recorder')
        self.left = count
        self.writer = rosbag2_py.SequentialWriter()
        self.writer.open(
            rosbag2_py.StorageOptions(uri=folder, storage_id='mcap'),
            rosbag2_py.ConverterOptions('cdr', 'cdr'),
        )
        self.writer.create_topic(
            rosbag2_py.TopicMetadata(
                id=0, name='/chatter', type='std_msgs/msg/String', serialization_format='cdr'
            )
        )
        self.subscription = self.create_subscription(String, '/chatter', self.record, 10, raw=True)

    def record(self, data: bytes) -> None:
        """Write one message, and end after the last."""
        self.writer.write('/chatter', data, self.get_clock().now().nanoseconds)
        self.left -= 1
        if self.left == 0:
            self.get_logger().info('recorded')
            raise SystemExit


def main(args: list[str] | None = None) -> int:
    """Record until the count is reached, or Ctrl-C."""
    given = remove_ros_args(sys.argv if args is None else args)[1:]
    if len(given) not in (1, 2):
        print('usage: bag_recorder.py FOLDER [COUNT]', file=sys.stderr)
        return 1
    with rclpy.init(args=args):
        node = BagRecorder(given[0], int(given[1]) if len(given) == 2 else -1)
        try:
            rclpy.spin(node)
        except (KeyboardInterrupt, ExternalShutdownException, SystemExit):
            pass
        finally:
            node.writer.close()
    return 0


if __name__ == '__main__':
    sys.exit(main())
