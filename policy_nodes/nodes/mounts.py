"""Where tf says that sensors sit on the robot, at the time of each of their samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geometry_msgs.msg import TransformStamped
from rclpy.time import Time
from tf2_ros import Buffer, TransformException, TransformListener

from policy_nodes.nodes.translate import nanoseconds, quaternion_array
from policy_nodes.safety.mount import Mount

AHEAD_NS = 1_000_000_000  # tf that is stamped so far ahead of now is of before a clock jump


class TfMounts:
    """Asks tf; listens to it only if there is a sensor to ask for."""

    def __init__(self, node: Any, base_frame: str, frames: Mapping[str, str]) -> None:
        """Begin to listen.

        Args:
            node: that listens and logs.
            base_frame: of the robot.
            frames: of the sensors that tf places, by name.
        """
        self._node = node
        self._base_frame = base_frame
        self._frames = dict(frames)
        self._buffer = Buffer()
        if self._frames:
            self._listener = TransformListener(self._buffer, node)

    def mount(self, sensor: str, stamp_ns: int) -> Mount | None:
        """Where a sensor sat at a time [ns]: then, or as near to it as tf knows.

        Returns:
            None if tf does not know, or if the sensor needs no tf.
        """
        if sensor not in self._frames:
            return None
        try:
            found = self._nearest(self._frames[sensor], stamp_ns)
            move = found.transform.translation
            # the latest transform of a chain that does not move carries no stamp
            known_ns = nanoseconds(found.header.stamp)
            return Mount.of_pose(
                (move.x, move.y, move.z),
                quaternion_array(found.transform.rotation),
                known_ns or None,
            )
        except (TransformException, ValueError) as error:
            self._node.get_logger().warning(
                f'tf does not place {sensor} on {self._base_frame}: {error}',
                throttle_duration_sec=2.0,
            )
            return None

    def _nearest(self, frame: str, stamp_ns: int) -> TransformStamped:
        latest = self._buffer.lookup_transform(self._base_frame, frame, Time())
        if nanoseconds(latest.header.stamp) - self._node.get_clock().now().nanoseconds > AHEAD_NS:
            # the clock went back: else what comes from now on would be mixed with it, or refused
            self._buffer.clear()
            raise TransformException('tf is stamped later than now; waiting for news')
        if nanoseconds(latest.header.stamp) <= stamp_ns:
            return latest
        # tf is ahead of the sample, so it can say where the sensor was
        return self._buffer.lookup_transform(self._base_frame, frame, Time(nanoseconds=stamp_ns))
