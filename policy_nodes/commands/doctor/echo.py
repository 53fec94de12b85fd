"""Sends back what it hears, until its standard input closes: the far end of `round_trip.py`."""

import sys
import threading

import rclpy
from rclpy.executors import ExternalShutdownException
from std_msgs.msg import UInt8MultiArray

DEPTH = 10


def main(name: str) -> None:
    """Run the node.

    Args:
        name: of the node; it hears on NAME/there and answers on NAME/back.
    """
    rclpy.init(args=[])
    node = rclpy.create_node(name, start_parameter_services=False, enable_rosout=False)
    publisher = node.create_publisher(UInt8MultiArray, f'{name}/back', DEPTH)
    node.create_subscription(UInt8MultiArray, f'{name}/there', publisher.publish, DEPTH)

    def wait_for_end() -> None:
        sys.stdin.read()
        rclpy.try_shutdown()

    threading.Thread(target=wait_for_end, daemon=True).start()
    try:
        rclpy.spin(node)
    except (KeyboardInterrupt, ExternalShutdownException):
        rclpy.try_shutdown()


if __name__ == '__main__':
    main(sys.argv[1])
