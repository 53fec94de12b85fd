"""Writes a demonstration as a recording: an MCAP file that players and viewers of ROS 2 open.

The topics are those of the table top's simulator, so that a replay looks like a run. What a key
frame reached is on `/reached_pose`, one message a frame; only those of key frames have a
confidence.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from policy_nodes.evaluation.bag_metadata import offered_qos
from policy_nodes.evaluation.message_definitions import message_definition, type_store
from policy_nodes.evaluation.recording_writer import RecordingWriter
from policy_nodes.training.demonstrations import Demonstration

WORLD = 'world'
JOINTS = (
    *(f'panda_joint{i}' for i in range(1, 8)),
    'panda_finger_joint1',
    'panda_finger_joint2',
)
RECORD = 'demonstration'  # name of the metadata
NANO = 1_000_000_000
_IMAGE, _INFO = 'sensor_msgs/msg/Image', 'sensor_msgs/msg/CameraInfo'
_JOINTS, _TF = 'sensor_msgs/msg/JointState', 'tf2_msgs/msg/TFMessage'
_GOAL, _POSE = 'policy_stack/msg/TaskGoal', 'policy_stack/msg/KeyPose'


def record_demonstration(demonstration: Demonstration, path: Path) -> Path:
    """Write a recording.

    Args:
        demonstration: its frames are stamped by their number and its rate, from 0 on.
        path: file to create.

    Raises:
        RecordingError: the file exists already or cannot be written.
    """
    with RecordingWriter(path) as writer:
        recording = _Recording(writer)
        recording.put('/task_goal', _GOAL, 0, **_goal(demonstration))
        for row, frame in enumerate(demonstration.frame):
            time_ns = round(int(frame) / demonstration.rate * NANO)
            for topic, kind, fields in _messages(demonstration, row, time_ns):
                recording.put(topic, kind, time_ns, **fields)
        writer.add_metadata(
            RECORD,
            {
                'task': demonstration.task,
                'variation': str(demonstration.variation),
                'seed': str(demonstration.seed),
                'rate': str(demonstration.rate),
                'views': ' '.join(demonstration.views),
                'key_frames': ' '.join(map(str, demonstration.frame[demonstration.key])),
            },
        )
    return path


class _Recording:
    """Serialises messages into a writer."""

    def __init__(self, writer: RecordingWriter) -> None:
        self._writer = writer
        self._store = type_store()

    def put(self, topic: str, kind: str, time_ns: int, **fields: Any) -> None:
        message = self._store.types[kind](**fields)
        payload = bytes(self._store.serialize_cdr(message, kind))
        self._writer.write(
            topic, kind, message_definition(kind), payload, time_ns, time_ns, offered_qos()
        )


def _message(kind: str, **fields: Any) -> Any:
    return type_store().types[kind](**fields)


def _header(time_ns: int, frame: str) -> Any:
    stamp = _message('builtin_interfaces/msg/Time', sec=time_ns // NANO, nanosec=time_ns % NANO)
    return _message('std_msgs/msg/Header', stamp=stamp, frame_id=frame)


def _goal(demonstration: Demonstration) -> dict[str, Any]:
    return {
        'header': _header(0, WORLD),
        'task': demonstration.task,
        'instruction': demonstration.instructions[0],
        'pose': _pose(np.zeros(3), np.array([0.0, 0.0, 0.0, 1.0])),
        'tolerance': 0.0,
    }


def _messages(
    demonstration: Demonstration, row: int, time_ns: int
) -> list[tuple[str, str, dict[str, Any]]]:
    """Topic, type and fields of everything that a frame tells."""
    joints = np.concatenate([demonstration.joints[row], demonstration.fingers[row]])
    empty = np.zeros(0)
    key = demonstration.key_pose(row)
    told: list[tuple[str, str, dict[str, Any]]] = [
        (
            '/joint_states',
            _JOINTS,
            {
                'header': _header(time_ns, ''),
                'name': list(JOINTS),
                'position': joints.astype(np.float64),
                'velocity': empty,
                'effort': empty,
            },
        ),
        (
            '/reached_pose',
            _POSE,
            {
                'header': _header(time_ns, WORLD),
                'epoch': 0,
                'sequence': int(demonstration.frame[row]),
                'pose': _pose(key.position, key.quaternion),
                'gripper': key.gripper,
                'ignore_collisions': key.ignore_collisions,
                'confidence': float(demonstration.key[row]),
            },
        ),
        ('/tf', _TF, {'transforms': _cameras(demonstration, row, time_ns)}),
    ]
    for i, view in enumerate(demonstration.views):
        colour, depth = demonstration.colour[row, i], demonstration.depth[row, i]
        metres = np.where(depth > 0, depth.astype(np.float32) / 1000, np.float32(np.nan))
        told += [
            (f'/{view}/color/image_raw', _IMAGE, _image(colour, 'rgb8', view, time_ns)),
            (
                f'/{view}/depth/image_raw',
                _IMAGE,
                _image(metres.astype(np.float32), '32FC1', view, time_ns),
            ),
            (
                f'/{view}/color/camera_info',
                _INFO,
                _info(demonstration.intrinsics[i], depth.shape, view, time_ns),
            ),
        ]
    return told


def _pose(position: NDArray[Any], quaternion: NDArray[Any]) -> Any:
    return _message(
        'geometry_msgs/msg/Pose',
        position=_named('geometry_msgs/msg/Point', 'xyz', position),
        orientation=_named('geometry_msgs/msg/Quaternion', 'xyzw', quaternion),
    )


def _named(kind: str, names: str, values: NDArray[Any]) -> Any:
    return _message(kind, **dict(zip(names, map(float, values), strict=True)))


def _cameras(demonstration: Demonstration, row: int, time_ns: int) -> list[Any]:
    """Where the cameras' optical frames are in the world."""
    found = []
    for i, view in enumerate(demonstration.views):
        camera = demonstration.camera_from_world[row, i].astype(np.float64)
        turn = Rotation.from_matrix(camera[:3, :3].T)
        transform = _message(
            'geometry_msgs/msg/Transform',
            translation=_named('geometry_msgs/msg/Vector3', 'xyz', -turn.apply(camera[:3, 3])),
            rotation=_named('geometry_msgs/msg/Quaternion', 'xyzw', turn.as_quat()),
        )
        found.append(
            _message(
                'geometry_msgs/msg/TransformStamped',
                header=_header(time_ns, WORLD),
                child_frame_id=optical_frame(view),
                transform=transform,
            )
        )
    return found


def optical_frame(view: str) -> str:
    """Name the optical frame of a camera."""
    return f'{view}_optical_frame'


def _image(pixels: NDArray[Any], encoding: str, view: str, time_ns: int) -> dict[str, Any]:
    height, width = pixels.shape[:2]
    return {
        'header': _header(time_ns, optical_frame(view)),
        'height': height,
        'width': width,
        'encoding': encoding,
        'is_bigendian': 0,
        'step': pixels.nbytes // height,
        'data': np.ascontiguousarray(pixels).view(np.uint8).reshape(-1),
    }


def _info(
    intrinsics: NDArray[Any], size: tuple[int, ...], view: str, time_ns: int
) -> dict[str, Any]:
    camera = intrinsics.astype(np.float64)
    return {
        'header': _header(time_ns, optical_frame(view)),
        'height': size[0],
        'width': size[1],
        'distortion_model': 'plumb_bob',
        'd': np.zeros(5),
        'k': camera.reshape(9),
        'r': np.eye(3).reshape(9),
        'p': np.hstack([camera, np.zeros((3, 1))]).reshape(12),
        'binning_x': 0,
        'binning_y': 0,
        'roi': _message(
            'sensor_msgs/msg/RegionOfInterest',
            x_offset=0,
            y_offset=0,
            height=0,
            width=0,
            do_rectify=False,
        ),
    }
