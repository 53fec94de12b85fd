"""A robot that stands before a scene that never changes, and does whatever key pose is asked."""

from __future__ import annotations

from typing import Any

import numpy as np
from rclpy.clock import Clock, ClockType
from scipy.spatial.transform import Rotation
from sensor_msgs.msg import JointState
from station import Station
from tf2_msgs.msg import TFMessage
from tiny_sam2act import view_from_above

from policy_nodes.nodes import manipulation_topics as topics
from policy_nodes.nodes import qos
from policy_nodes.nodes.rgbd_cameras import camera_topics
from policy_nodes.nodes.translate import header
from policy_nodes.nodes.translate_cameras import (
    camera_info_message,
    colour_message,
    depth_message,
    frame_message,
)
from policy_nodes.policies.sam2act_contract import CAMERAS, FINGERS, WORLD
from policy_stack.msg import EpisodeStatus, KeyPose, KeyPoseResult, SafetyState, TaskGoal
from policy_stack.srv import ResetEpisode

ARM = [f'panda_joint{number}' for number in range(1, 8)]
PERIOD = 0.1  # [s] of images and joints
POLICY = 'manipulation_policy'


class StillScene(Station):
    """Cameras, joints, safety controller and executor in one.

    Attributes:
        asked: key poses in order.
        answer: result of a key pose by its message; None says nothing.
        joints: (7,) of the arm [rad].
        reset_answers: key poses were reached from now on.
    """

    def __init__(self) -> None:
        super().__init__('robot')
        node = self.node
        self.views = {name: view_from_above(number) for number, name in enumerate(CAMERAS)}
        self.images = {
            key: node.create_publisher(topic.type, topic.name, qos.SENSOR_OUT)
            for key, topic in camera_topics(CAMERAS).items()
        }
        self.measured = node.create_publisher(JointState, 'joint_states', qos.SENSOR_OUT)
        self.mounts = node.create_publisher(TFMessage, '/tf_static', qos.LATCHED)
        self.goals = node.create_publisher(TaskGoal, 'goal', qos.LATCHED)
        self.episodes = node.create_publisher(EpisodeStatus, 'episode', qos.EPISODE)
        self.safety = node.create_publisher(SafetyState, 'safety_controller/state', qos.LATCHED)
        self.results = node.create_publisher(KeyPoseResult, 'motion_executor/result', qos.LATCHED)
        self.statuses = self.keep(topics.STATUS.type, f'{POLICY}/status')
        self.attention = self.keep(topics.ATTENTION.type, f'{POLICY}/memory_attention')
        self.heatmaps = self.keep(topics.HEATMAPS.type, f'{POLICY}/heatmaps')
        self.drawn = self.keep(topics.VIEWS.type, f'{POLICY}/views')
        self.beats = self.keep(topics.HEARTBEAT.type, f'{POLICY}/heartbeat', qos.HEARTBEAT_ANY)
        self.asked: list[KeyPose] = []
        self.answer: Any = reached
        self.joints = np.zeros(7)
        self.epoch, self.stop_at = 1, 0
        node.create_subscription(KeyPose, 'key_pose', self._take, qos.STREAM)
        self.publish_mounts()
        node.create_timer(PERIOD, self._publish, clock=Clock(clock_type=ClockType.STEADY_TIME))

    def now_ns(self) -> int:
        return self.node.get_clock().now().nanoseconds

    def publish_mounts(self) -> None:
        frames = []
        for name, view in self.views.items():
            turn = view.camera_from_world[:3, :3].T
            place = -turn @ view.camera_from_world[:3, 3]
            rotation = Rotation.from_matrix(turn).as_quat()
            frames.append(frame_message(self.now_ns(), WORLD, frame_of(name), place, rotation))
        self.mounts.publish(TFMessage(transforms=frames))

    def permit(self, latched: bool = False) -> None:
        state = SafetyState(header=header(self.now_ns(), ''), epoch=self.epoch, latched=latched)
        self.safety.publish(state)

    def begin(self, episode: str, words: str = 'reach the red target') -> None:
        """Reset the policy, then begin an episode as a simulator does."""
        request = ResetEpisode.Request(episode=episode)
        assert self.call(ResetEpisode, f'{POLICY}/reset_episode', request).success
        with self.changed:
            self.asked.clear()
        self.goals.publish(TaskGoal(header=header(self.now_ns(), WORLD), instruction=words))
        self.say_episode(episode, EpisodeStatus.RUNNING)

    def say_episode(self, episode: str, state: int) -> None:
        at = header(self.now_ns(), WORLD)
        self.episodes.publish(EpisodeStatus(header=at, episode=episode, state=state))

    def more(self, count: int, timeout: float = 60.0) -> list[KeyPose]:
        """Wait for so many key poses of the episode."""
        self.until(lambda: len(self.asked) >= count, timeout, f'{len(self.asked)} of {count}')
        return self.asked[:count]

    def waits(self, words: str, timeout: float = 30.0) -> None:
        """Wait until the policy says why it asks for nothing."""
        self.until(
            lambda: self.statuses and words in self.statuses[-1][1].words,
            timeout,
            str([status.words for _, status in self.statuses[-3:]]),
        )

    def _publish(self) -> None:
        at = self.now_ns()
        names, joints = [*ARM, *FINGERS], [*self.joints.tolist(), 0.04, 0.04]
        self.measured.publish(JointState(header=header(at, ''), name=names, position=joints))
        for name, view in self.views.items():
            frame = frame_of(name)
            shape = view.depth.shape
            for kind, message in (
                ('color', colour_message(view.rgb, at, frame)),
                ('depth', depth_message(view.depth, at, frame)),
                ('info', camera_info_message(view.intrinsics, shape, at, frame)),
            ):
                self.images[name, kind].publish(message)

    def _take(self, message: KeyPose) -> None:
        with self.changed:
            self.asked.append(message)
            self.changed.notify_all()
        result = self.answer(message)
        if result is not None:
            result.header = header(self.now_ns(), WORLD)
            self.results.publish(result)


def frame_of(camera: str) -> str:
    return f'{camera}_optical_frame'


def reached(message: KeyPose) -> KeyPoseResult:
    return KeyPoseResult(
        epoch=message.epoch, sequence=message.sequence, state=KeyPoseResult.REACHED
    )


def refused(message: KeyPose) -> KeyPoseResult:
    return KeyPoseResult(
        epoch=message.epoch,
        sequence=message.sequence,
        state=KeyPoseResult.REFUSED,
        reason='unreachable',
        words='It is too far away.',
    )


def accepted(message: KeyPose) -> KeyPoseResult:
    return KeyPoseResult(
        epoch=message.epoch, sequence=message.sequence, state=KeyPoseResult.ACCEPTED
    )


def rows(asked: list[KeyPose]) -> np.ndarray:
    """Key poses as values (n, 9)."""
    found = []
    for each in asked:
        place, turn = each.pose.position, each.pose.orientation
        hand = each.gripper, float(each.ignore_collisions)
        found.append([place.x, place.y, place.z, turn.x, turn.y, turn.z, turn.w, *hand])
    return np.array(found)
