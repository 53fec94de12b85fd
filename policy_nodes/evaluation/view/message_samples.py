"""Turns single messages, live or recorded, into what the scene draws."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import BaseSample, DetectionsSample, LaserSample
from policy_nodes.evaluation.message_arrays import stamp_ns
from policy_nodes.evaluation.pixel_arrays import tensor_array
from policy_nodes.evaluation.view.palette import Colour
from policy_nodes.perception.tracked_people import TrackedPeople

Floats = NDArray[np.float64]
CIRCLE = np.linspace(0.0, 2.0 * np.pi, 25)


class DrawnLine(NamedTuple):
    """A line to draw.

    Attributes:
        points: (n, 2) [m].
        colour: red, green, blue, alpha.
    """

    points: Floats
    colour: Colour


def base(message: Any) -> BaseSample:
    """Read odometry."""
    place, turn = message.pose.pose.position, message.pose.pose.orientation
    twist = message.twist.twist
    return BaseSample(
        stamp_ns=stamp_ns(message),
        frame=message.header.frame_id,
        child_frame=message.child_frame_id,
        position=np.array([place.x, place.y, place.z]),
        quaternion=np.array([turn.x, turn.y, turn.z, turn.w]),
        v=twist.linear.x,
        w=twist.angular.z,
    )


def laser(message: Any) -> LaserSample:
    """Read a scan."""
    return LaserSample(
        stamp_ns=stamp_ns(message),
        frame=message.header.frame_id,
        angle_min=message.angle_min,
        angle_increment=message.angle_increment,
        range_min=message.range_min,
        range_max=message.range_max,
        ranges=np.asarray(message.ranges, dtype=np.float32),
    )


def detections(message: Any) -> DetectionsSample:
    """Read detected people."""
    spots = [(each.position.x, each.position.y) for each in message.poses]
    return DetectionsSample(
        stamp_ns(message), message.header.frame_id, np.array(spots, dtype=float).reshape(-1, 2)
    )


def tracked(message: Any) -> TrackedPeople:
    """Read people, whatever their state."""
    persons = message.persons

    def numbers(*rows: Any, width: int = 2) -> Floats:
        return np.array(rows, dtype=np.float64).reshape(-1, width)

    return TrackedPeople(
        stamp_ns=stamp_ns(message),
        frame=message.header.frame_id,
        ids=np.array([each.id for each in persons], dtype=np.int64),
        states=np.array([each.state for each in persons], dtype=np.uint8),
        positions=numbers(*((each.position.x, each.position.y) for each in persons)),
        velocities=numbers(*((each.velocity.x, each.velocity.y) for each in persons)),
        covariances=numbers(*(each.position_covariance for each in persons), width=4).reshape(
            -1, 2, 2
        ),
        radii=np.array([each.radius for each in persons], dtype=np.float64),
        ages=np.array([each.age for each in persons], dtype=np.float64),
        unseen=np.array([each.unseen for each in persons], dtype=np.float64),
    )


def twist(message: Any) -> Floats:
    """Read v [m/s] and w [rad/s] of a stamped twist."""
    return np.array([message.twist.linear.x, message.twist.angular.z])


def drawn_lines(message: Any) -> list[DrawnLine]:
    """Read the line strips of markers, and cylinders as the circles that they stand on."""
    found = []
    for marker in message.markers:
        red, green, blue, alpha = (
            min(255, max(0, round(255 * float(share))))
            for share in (marker.color.r, marker.color.g, marker.color.b, marker.color.a)
        )
        if marker.action == marker.ADD and marker.type == marker.LINE_STRIP:
            points = np.array([(each.x, each.y) for each in marker.points], dtype=np.float64)
        elif marker.action == marker.ADD and marker.type == marker.CYLINDER:
            round_it = marker.scale.x / 2 * np.stack((np.cos(CIRCLE), np.sin(CIRCLE)), axis=1)
            points = round_it + np.array([marker.pose.position.x, marker.pose.position.y])
        else:
            continue
        found.append(DrawnLine(points.reshape(-1, 2), (red, green, blue, alpha)))
    return found


def weights(message: Any) -> Floats:
    """Read a row of weights.

    Raises:
        ValueError: it is no row of floating-point numbers.
    """
    values = tensor_array(message)
    if values.ndim != 1 or values.dtype.kind != 'f':
        raise ValueError(
            f'tensor {message.name!r} has element type {message.dtype} and shape {values.shape}; '
            'a row of floating-point numbers is drawn'
        )
    return values.astype(np.float64)
