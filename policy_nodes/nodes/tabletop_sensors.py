"""Publishes what the cameras and fingertips of a table top sense, as far as somebody listens."""

from typing import Any

from rclpy.lifecycle import LifecycleNode
from sensor_msgs.msg import JointState
from tf2_msgs.msg import TFMessage

from policy_nodes.nodes import tabletop_topics as topics
from policy_nodes.nodes.interface import speak
from policy_nodes.nodes.translate import header
from policy_nodes.nodes.translate_cameras import (
    camera_info_message,
    colour_message,
    depth_message,
    frame_message,
)
from policy_nodes.simulation.tabletop.camera_placement import NAMES
from policy_nodes.simulation.tabletop.panda_model import FINGER_JOINTS, JOINTS
from policy_nodes.simulation.tabletop.scene import FOOT
from policy_nodes.simulation.tabletop.world import TabletopWorld

WORLD, BASE, HAND = 'world', 'panda_link0', 'panda_hand'
UPRIGHT = (0.0, 0.0, 0.0, 1.0)


class TabletopSensors:
    """The sensors' publishers of a node."""

    def __init__(self, node: LifecycleNode) -> None:
        """Advertise all topics."""
        self.joints = speak(node, topics.JOINTS)
        self.frames = speak(node, topics.TF)
        self.mounts = speak(node, topics.TF_STATIC)
        self.cameras = {
            name: tuple(
                speak(node, kind[name]) for kind in (topics.COLOUR, topics.DEPTH, topics.INFO)
            )
            for name in NAMES
        }
        self.gels = {name: speak(node, topic) for name, topic in topics.TACTILE.items()}

    def publish_mounts(self, world: TabletopWorld, time_ns: int) -> None:
        """Say where the foot of the arm and the cameras are fixed."""
        mounts = [frame_message(time_ns, WORLD, BASE, FOOT, UPRIGHT)]
        for name in NAMES:
            body, position, quaternion = world.camera_mount(name)
            mounts.append(frame_message(time_ns, body, _frame(name), position, quaternion))
        self.mounts.publish(TFMessage(transforms=mounts))

    def publish_joints(self, world: TabletopWorld, time_ns: int) -> None:
        """Say where the arm and its hand are."""
        fingers = world.fingers()
        still = [0.0] * len(fingers)
        self.joints.publish(
            JointState(
                header=header(time_ns, ''),
                name=[*JOINTS, *FINGER_JOINTS],
                position=[*world.joints().tolist(), *fingers.tolist()],
                velocity=[*world.joint_velocities().tolist(), *world.finger_velocities().tolist()],
                effort=[*world.joint_efforts().tolist(), *still],
            )
        )
        position, quaternion = world.body(HAND)
        hand = frame_message(time_ns, BASE, HAND, position - FOOT, quaternion)
        self.frames.publish(TFMessage(transforms=[hand]))

    def publish_images(self, world: TabletopWorld, time_ns: int) -> None:
        """Draw and publish what somebody listens to."""
        for name, publishers in self.cameras.items():
            if any(map(_heard, publishers)):
                view, frame = world.images((name,))[name], _frame(name)
                colour, depth, info = publishers
                colour.publish(colour_message(view.rgb, time_ns, frame))
                depth.publish(depth_message(view.depth, time_ns, frame))
                info.publish(
                    camera_info_message(view.intrinsics, view.depth.shape, time_ns, frame)
                )
        if any(map(_heard, self.gels.values())):
            for name, image in world.tactile().items():
                self.gels[name].publish(colour_message(image, time_ns, f'{name}_gel'))


def _heard(publisher: Any) -> bool:
    return publisher.get_subscription_count() > 0


def _frame(camera: str) -> str:
    return f'{camera}_optical_frame'
