"""Recordings of an arm that goes from key pose to key pose, with the images of four cameras."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.append(str(Path(__file__).parents[2] / 'training'))

from small_demonstrations import small_demonstration

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.evaluation.demonstration_recording import record_demonstration
from policy_nodes.evaluation.message_definitions import message_definition, type_store
from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.evaluation.recording_writer import RecordingWriter
from policy_nodes.evaluation.replay.role_topics import CAMERAS, KEY_POSE
from policy_nodes.policies.manipulation import load_manipulation
from policy_nodes.policies.sam2act import hand_of
from policy_nodes.policies.sam2act_run import TracedView
from policy_nodes.training.demonstrations import Demonstration


def demonstration() -> Demonstration:
    """A block that four cameras see: those of the small demonstrations, twice each."""
    made = small_demonstration(1)
    twice = [0, 1, 0, 1]
    return replace(
        made,
        views=CAMERAS,
        colour=made.colour[:, twice],
        depth=made.depth[:, twice],
        intrinsics=made.intrinsics[twice],
        camera_from_world=made.camera_from_world[:, twice],
    )


def as_demonstration(folder: Path) -> Path:
    """The bag of the expert."""
    return record_demonstration(demonstration(), folder / 'demonstration.mcap')


def as_run(folder: Path, checkpoint: Path, rows: Sequence[int] = (0, 2, 4)) -> Path:
    """The bag of a run in which a policy asks for key poses, each a while after its images.

    Args:
        folder: to write into.
        checkpoint: of the policy.
        rows: of the demonstration whose images it looks at.
    """
    made, path = demonstration(), folder / 'run.mcap'
    asked = _key_poses(made, checkpoint, rows)
    with RecordingWriter(path) as writer:
        for each in read_recording(as_demonstration(folder)).messages():
            if each.topic == '/reached_pose':
                continue
            topic = '/goal' if each.topic == '/task_goal' else each.topic
            _put(writer, topic, each.type_name, each.log_time_ns, each.payload)
        for row, key_pose in zip(rows, asked, strict=True):
            seen = round(int(made.frame[row]) / made.rate * 1e9)
            message = _message(seen, key_pose)
            payload = bytes(type_store().serialize_cdr(message, KEY_POSE))
            _put(writer, '/key_pose', KEY_POSE, seen + 30_000_000, payload)
    return path


def _key_poses(made: Demonstration, checkpoint: Path, rows: Sequence[int]) -> list[KeyPose]:
    loaded = load_manipulation('sam2act_plus', checkpoint)
    words = loaded.encode(made.instructions[0])
    found = []
    for row in rows:
        views = [
            TracedView(
                made.colour[row, view],
                _metres(made.depth[row, view]),
                made.intrinsics[view].astype(np.float64),
                _camera(made.camera_from_world[row, view]),
            )
            for view in range(len(CAMERAS))
        ]
        hand = hand_of(*(float(way) for way in made.fingers[row]))
        found.append(loaded.policy.act(views, hand, words))
    return found


def _metres(depth: np.ndarray) -> np.ndarray:
    return np.where(depth > 0, depth.astype(np.float32) / 1000, np.float32(np.nan))


def _camera(matrix: np.ndarray) -> np.ndarray:
    return matrix.astype(np.float64)


def _message(seen: int, pose: KeyPose) -> Any:
    types = type_store().types
    stamp = types['builtin_interfaces/msg/Time'](sec=seen // 10**9, nanosec=seen % 10**9)
    x, y, z = map(float, pose.position)
    qx, qy, qz, qw = map(float, pose.quaternion)
    return types[KEY_POSE](
        header=types['std_msgs/msg/Header'](stamp=stamp, frame_id='world'),
        epoch=1,
        sequence=1,
        pose=types['geometry_msgs/msg/Pose'](
            position=types['geometry_msgs/msg/Point'](x=x, y=y, z=z),
            orientation=types['geometry_msgs/msg/Quaternion'](x=qx, y=qy, z=qz, w=qw),
        ),
        gripper=float(pose.gripper),
        ignore_collisions=bool(pose.ignore_collisions),
        confidence=0.5,
    )


def _put(writer: RecordingWriter, topic: str, kind: str, time_ns: int, payload: bytes) -> None:
    writer.write(topic, kind, message_definition(kind), payload, time_ns, time_ns)
