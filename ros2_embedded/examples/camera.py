"""A camera that sees a moving bar, and a node that finds it: images as arrays by cv_bridge."""

from __future__ import annotations

import numpy as np
import rclpy
from cv_bridge import CvBridge
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import Image

HEIGHT, WIDTH, BAR = 120, 160, 10


class Camera(Node):
    """Publishes colour images; the bar moves by its own width."""

    def __init__(self) -> None:
        super().__init__('camera')
        self.bridge = CvBridge()
        self.publisher = self.create_publisher(Image, 'image', qos_profile_sensor_data)
        self.timer = self.create_timer(0.1, self.shoot)
        self.count = 0

    def shoot(self) -> None:
        """Publish the next image."""
        picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        left = self.count * BAR % WIDTH
        picture[:, left : left + BAR] = (0, 0, 255)  # red, in the order of OpenCV
        message = self.bridge.cv2_to_imgmsg(picture, encoding='bgr8')
        message.header.stamp = self.get_clock().now().to_msg()
        message.header.frame_id = 'camera_optical_frame'
        self.publisher.publish(message)
        self.count += 1


class Finder(Node):
    """Says where the bar is."""

    def __init__(self) -> None:
        super().__init__('finder')
        self.bridge = CvBridge()
        self.subscription = self.create_subscription(
            Image, 'image', self.find, qos_profile_sensor_data
        )

    def find(self, message: Image) -> None:
        """Look for red in one image."""
        picture = self.bridge.imgmsg_to_cv2(message, desired_encoding='rgb8')
        columns = np.flatnonzero(picture[:, :, 0].any(axis=0))
        self.get_logger().info(f'red from column {columns[0]} to {columns[-1]}')


def main(args: list[str] | None = None) -> None:
    """Look until Ctrl-C."""
    try:
        with rclpy.init(args=args):
            executor = SingleThreadedExecutor()
            for node in (Camera(), Finder()):
                executor.add_node(node)
            executor.spin()
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == '__main__':
    main()
