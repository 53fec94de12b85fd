"""Says of every scan that nobody was detected, where nothing detects people."""

from geometry_msgs.msg import PoseArray
from rclpy.node import Node
from sensor_msgs.msg import LaserScan

from policy_nodes.nodes import qos
from policy_nodes.nodes.interface import (
    SENSOR_RELIABILITY,
    NodeInterface,
    Topic,
    announce,
    declare,
    listen,
    read,
    sensor,
)
from policy_nodes.nodes.people_tracker import DETECTIONS
from policy_nodes.nodes.runner import main_of

SCAN = Topic('scan', LaserScan, qos.STREAM, 'whose stamp and frame the sweeps get')

INTERFACE = NodeInterface(
    name='empty_detections',
    purpose='Stands for a detector of people where there is none, as in Gazebo: a sweep without '
    'anybody for each scan, so that a policy that waits for people acts. People are then '
    'obstacles of the scan to policy and safety controller alike.',
    publishes=(DETECTIONS,),
    subscribes=(SCAN,),
    settings=(SENSOR_RELIABILITY,),
)


class EmptyDetectionsNode(Node):
    """Answers scans."""

    def __init__(self) -> None:
        """Begin at once."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        asked = read(self, INTERFACE.settings)[SENSOR_RELIABILITY.name]
        self.sweeps = announce(self, DETECTIONS)
        listen(self, sensor(SCAN, asked), self.take)

    def take(self, message: LaserScan) -> None:
        """Publish a sweep of nobody."""
        self.sweeps.publish(PoseArray(header=message.header))


def main() -> None:
    """Run the node."""
    main_of(EmptyDetectionsNode)


if __name__ == '__main__':
    main()
