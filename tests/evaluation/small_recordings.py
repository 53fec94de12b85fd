"""Small recordings for tests."""

from __future__ import annotations

from pathlib import Path

from policy_nodes.evaluation.bag_metadata import offered_qos
from policy_nodes.evaluation.message_definitions import (
    message_definition,
    type_store,
)
from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.evaluation.recording_writer import RecordingWriter

TWIST = 'geometry_msgs/msg/TwistStamped'
STATUS = 'policy_stack/msg/EpisodeStatus'


def twist(v: float, stamp_ns: int = 0) -> bytes:
    """A TwistStamped in CDR."""
    types = type_store().types
    vector = types['geometry_msgs/msg/Vector3']
    message = types[TWIST](
        header=types['std_msgs/msg/Header'](
            stamp=types['builtin_interfaces/msg/Time'](
                sec=stamp_ns // 10**9, nanosec=stamp_ns % 10**9
            ),
            frame_id='base_link',
        ),
        twist=types['geometry_msgs/msg/Twist'](
            linear=vector(x=v, y=0.0, z=0.0), angular=vector(x=0.0, y=0.0, z=0.0)
        ),
    )
    return bytes(type_store().serialize_cdr(message, TWIST))


def put(writer: RecordingWriter, number: int, topic: str = '/cmd_vel') -> None:
    """Write the twist of speed `number`, logged at `number` milliseconds."""
    writer.write(
        topic,
        TWIST,
        message_definition(TWIST),
        twist(float(number)),
        number * 10**6,
        number * 10**6,
        offered_qos(depth=1),
        type_hash='RIHS01_' + '0' * 64,
    )


def speeds(path: Path) -> list[float]:
    """The speeds on /cmd_vel of a recording."""
    found = read_recording(path).messages('/cmd_vel')
    return [each.decode().twist.linear.x for each in found]
