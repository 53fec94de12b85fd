"""Finds people in the sweeps of a lidar, by a network."""

from __future__ import annotations

import time

import numpy as np
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from sensor_msgs.msg import PointCloud2
from vision_msgs.msg import Detection3DArray

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.samples import PointsSample
from policy_nodes.contract.share import robot_file
from policy_nodes.nodes import qos
from policy_nodes.nodes.cloud_sample import cloud_sample
from policy_nodes.nodes.heartbeat import HEARTBEAT, HeartbeatPublisher
from policy_nodes.nodes.interface import (
    SENSOR_RELIABILITY,
    NodeInterface,
    Setting,
    Topic,
    declare,
    listen,
    read,
    sensor,
    speak,
)
from policy_nodes.nodes.mounts import TfMounts
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.translate_clouds import boxes_message
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.perception.cloud_arrays import points_of
from policy_nodes.perception.people_detector_checkpoint import load_people_detector
from policy_stack.msg import PolicyStatus

POINTS = Topic('points', PointCloud2, qos.NEWEST, 'sweeps of a lidar of many beams')
BOXES = Topic('people_boxes', Detection3DArray, qos.SENSOR_OUT, 'boxes round people, best first')
STATUS = Topic('~/status', PolicyStatus, qos.SENSOR_OUT, 'time that a sweep took')

INTERFACE = NodeInterface(
    name='people_detector',
    purpose='FlatFormer on the sweeps of a lidar: boxes round people, in the frame of the robot, '
    'with the stamp of the sweep. A sweep that cannot be read is named and dropped; while one is '
    'looked at, only the newest of those that come is kept.',
    publishes=(BOXES, STATUS, HEARTBEAT),
    subscribes=(POINTS,),
    settings=(
        Setting('robot', 'turtlebot', 'robot whose interface the checkpoint is held against'),
        Setting('checkpoint', 'people_detector', 'name or folder'),
        Setting('base_frame', 'base_link', 'frame of the boxes; tf places sensors on it'),
        Setting('sensor_frame', 'base_link', 'frame of the sweeps'),
        Setting('threshold', 0.3, 'least score of a person', '', (0.01, 1.0)),
        Setting('most', 64, 'people of a sweep', '', (1, 500)),
        Setting('device', 'cpu', 'to think on: cpu or cuda'),
        SENSOR_RELIABILITY,
    ),
)


class PeopleDetectorNode(LifecycleNode):
    """Looks at sweeps, publishes boxes."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        self.standing = wires(self)

    @refuses(ContractError, ValueError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Load the checkpoint; one that does not fit the robot is refused here."""
        settings = self.settings = read(self, INTERFACE.settings)
        checkpoint = Checkpoint.open(resolve_checkpoint(settings['checkpoint']))
        checkpoint.compare(RobotInterface.read(robot_file(settings['robot']))).require()
        self.detector = load_people_detector(
            checkpoint,
            threshold=settings['threshold'],
            most=settings['most'],
            device=settings['device'],
        )
        apart = settings['sensor_frame'] != settings['base_frame']
        frames = {'points': settings['sensor_frame']} if apart else {}
        self.mounts = TfMounts(self, settings['base_frame'], frames)
        self.detector.find(np.zeros((0, 4), np.float32))  # the first call is slow
        self.boxes = speak(self, BOXES)
        self.status = speak(self, STATUS)
        listen(self, sensor(POINTS, settings[SENSOR_RELIABILITY.name]), self.take)
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        return super().on_cleanup(state)

    def take(self, message: PointCloud2) -> None:
        """Look at one sweep."""
        begin = time.perf_counter()
        sample = self.placed(message)
        if sample is None:
            return
        people = self.detector.find(sample.points)
        self.boxes.publish(boxes_message(people, sample.stamp_ns, sample.frame))
        taken = (time.perf_counter() - begin) * 1e3
        self.status.publish(
            PolicyStatus(
                header=message.header,
                policy=INTERFACE.name,
                checkpoint=self.settings['checkpoint'],
                inference_ms=taken,
            )
        )

    def placed(self, message: PointCloud2) -> PointsSample | None:
        """Points of a message in the frame of the robot; None if they cannot be had."""
        cloud = cloud_sample(message)
        if cloud.frame != self.settings['sensor_frame']:
            self.get_logger().warning(
                f'a sweep is in frame {cloud.frame!r}, not in {self.settings["sensor_frame"]!r}; '
                'dropped. Set sensor_frame, or remap points to the right lidar.',
                throttle_duration_sec=2.0,
            )
            return None
        try:
            points = points_of(cloud)
        except ValueError as error:
            self.get_logger().warning(f'a sweep is dropped: {error}', throttle_duration_sec=2.0)
            return None
        base = self.settings['base_frame']
        if cloud.frame != base:
            mount = self.mounts.mount('points', cloud.stamp_ns)
            if mount is None:
                return None
            points[:, :3] = points[:, :3] @ mount.rotation.T + mount.translation
        return PointsSample(cloud.stamp_ns, base, points)


def main() -> None:
    """Run the node."""
    main_of(PeopleDetectorNode)


if __name__ == '__main__':
    main()
