"""Publishes what the cameras and fingertips of a table top sense, as far as somebody listens."""

from collections import deque
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
        self._pending: deque[str] = deque()

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

    def look(self, world: TabletopWorld, time_ns: int) -> None:
        """Begin to draw what somebody listens to, all of it as of this instant.

        Drawing takes longer than a period of control, so `draw_next` does one image at a time:
        else joints would fall silent meanwhile. An instant that is not drawn yet is kept.
        """
        if self._pending:
            return
        self._pending += [name for name, heard in self.cameras.items() if any(map(_heard, heard))]
        self._pending += [name for name, heard in self.gels.items() if _heard(heard)]
        if self._pending:
            self._instant, self._looked_ns = world.instant(), time_ns

    def draw_next(self, world: TabletopWorld) -> None:
        """Draw and publish one image of the instant, if there is one left."""
        if not self._pending:
            return
        name, time_ns = self._pending.popleft(), self._looked_ns
        if name in self.gels:
            image = world.tactile((name,), self._instant)[name]
            self.gels[name].publish(colour_message(image, time_ns, f'{name}_gel'))
            return
        view, frame = world.images((name,), self._instant)[name], _frame(name)
        colour, depth, info = self.cameras[name]
        colour.publish(colour_message(view.rgb, time_ns, frame))
        depth.publish(depth_message(view.depth, time_ns, frame))
        info.publish(camera_info_message(view.intrinsics, view.depth.shape, time_ns, frame))

    def forget(self) -> None:
        """Draw nothing of the scene before."""
        self._pending.clear()


def _heard(publisher: Any) -> bool:
    return publisher.get_subscription_count() > 0


def _frame(camera: str) -> str:
    return f'{camera}_optical_frame'
