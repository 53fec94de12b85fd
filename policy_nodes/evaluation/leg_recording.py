"""What a recording tells of legs: joints, torques, feet, and how evenly their loop ran."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from policy_nodes.evaluation.episode_streams import Floats
from policy_nodes.evaluation.episode_topics import Topics, readable
from policy_nodes.evaluation.message_arrays import NANO, stamp_ns
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_reader import read_recording

JOINT_STATE = 'sensor_msgs/msg/JointState'
TOPICS: Topics = {
    'odom': ('/odom', 'nav_msgs/msg/Odometry'),
    'joints': ('/joint_states', JOINT_STATE),
    'feet': ('/foot_contacts', JOINT_STATE),
    'behaviour': ('/course_navigator/behaviour', 'std_msgs/msg/String'),
    'loop': ('/locomotion_policy/loop', 'policy_stack/msg/Tensor'),
}


@dataclass(frozen=True)
class Rows:
    """Values of named things over time.

    Attributes:
        names: of the columns.
        time: (n,) since the episode began [s].
        values: (n, names).
    """

    names: tuple[str, ...]
    time: Floats
    values: Floats


@dataclass(frozen=True)
class LegRecord:
    """An episode of legs.

    Attributes:
        body: (n, 6) time [s], x, y, z [m], yaw, pitch [rad].
        position: of the joints [rad].
        torque: of the joints [Nm].
        feet: forces on them [N].
        behaviours: when one was asked for first [s], and its name.
        loop: (m,) when the policy proposed, on a steady clock [s].
    """

    body: Floats
    position: Rows
    torque: Rows
    feet: Rows
    behaviours: tuple[tuple[float, str], ...]
    loop: Floats

    @property
    def periods(self) -> Floats:
        """Time between proposals [s]."""
        periods: Floats = np.diff(self.loop)
        return periods


def read_legs(path: Path, zero_ns: int) -> LegRecord:
    """Read the legs of a recording; what is not there is empty.

    Args:
        path: of the recording.
        zero_ns: when the episode began on the clock of the nodes; what was before is left out.

    Raises:
        RecordingError: it is no recording at all.
    """
    recording = read_recording(path)
    keys = dict(readable(recording, [], TOPICS))
    found: dict[str, list[tuple[int, Any]]] = defaultdict(list)
    for recorded in recording.messages(*keys) if keys else ():
        try:
            found[keys[recorded.topic]].append((recorded.log_time_ns, recorded.decode()))
        except RecordingError:
            continue  # the report tells of damage already
    return LegRecord(
        body=_body(found['odom'], zero_ns),
        position=_rows(found['joints'], 'position', zero_ns),
        torque=_rows(found['joints'], 'effort', zero_ns),
        feet=_rows(found['feet'], 'effort', zero_ns),
        behaviours=_behaviours(found['behaviour'], found['odom'], zero_ns),
        loop=_loop([message for _, message in found['loop']]),
    )


def read_loop(path: Path) -> Floats:
    """Read when the policy of a recording proposed, on a steady clock [s]; empty without word.

    Raises:
        RecordingError: it is no recording at all.
    """
    recording = read_recording(path)
    names = [name for name, key in readable(recording, [], TOPICS) if key == 'loop']
    return _loop([each.decode() for each in recording.messages(*names)] if names else [])


def _body(messages: list[tuple[int, Any]], zero_ns: int) -> Floats:
    rows = []
    for _, message in messages:
        spot, turn = message.pose.pose.position, message.pose.pose.orientation
        x, y, z, w = turn.x, turn.y, turn.z, turn.w
        yaw = np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))
        pitch = np.arcsin(np.clip(2 * (w * y - x * z), -1.0, 1.0))
        time = (stamp_ns(message) - zero_ns) / NANO
        rows.append((time, spot.x, spot.y, spot.z, yaw, pitch))
    table = np.array(rows, dtype=np.float64).reshape(-1, 6)
    return table[(table[:, 0] >= 0) & np.isfinite(table).all(axis=1)]


def _rows(messages: list[tuple[int, Any]], field: str, zero_ns: int) -> Rows:
    """Values of the messages that name what the first of them names, in its order."""
    names = tuple(messages[0][1].name) if messages else ()
    times, values = [], []
    for _, message in messages:
        row = np.asarray(getattr(message, field), dtype=np.float64)
        if tuple(message.name) == names and len(row) == len(names):
            times.append((stamp_ns(message) - zero_ns) / NANO)
            values.append(row)
    time = np.array(times, dtype=np.float64)
    table = np.array(values, dtype=np.float64).reshape(-1, len(names))
    kept = (time >= 0) & np.isfinite(table).all(axis=1)
    return Rows(names, time[kept], table[kept])


def _behaviours(
    words: list[tuple[int, Any]], odometry: list[tuple[int, Any]], zero_ns: int
) -> tuple[tuple[float, str], ...]:
    """Words without a stamp came when the odometry did that was logged beside them."""
    if not odometry:
        return ()
    logged = np.array([at for at, _ in odometry], dtype=np.float64)
    stamps = np.array([stamp_ns(message) - zero_ns for _, message in odometry]) / NANO
    found: list[tuple[float, str]] = []
    for at, message in words:
        if not found or found[-1][1] != message.data:
            found.append((max(float(np.interp(at, logged, stamps)), 0.0), message.data))
    return tuple(found)


def _loop(messages: list[Any]) -> Floats:
    parts = [
        np.frombuffer(bytes(each.data), '<f8') for each in messages if len(each.data) % 8 == 0
    ]
    return np.concatenate(parts) if parts else np.zeros(0)
