"""Why an input cannot be used: what is wrong with it, and what to do.

Damaged inputs are told apart before any computation, so nothing that follows has to cope.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from policy_nodes.contract.samples import (
    BaseSample,
    DetectionsSample,
    LaserSample,
    PeopleSample,
)

NANO = 1_000_000_000
LARGEST = 1e6  # numbers beyond are damage, and their squares might overflow


class Fault(NamedTuple):
    """What is wrong.

    Attributes:
        reason: short name, for counting.
        sentence: for a log.
    """

    reason: str
    sentence: str


def base_fault(
    base: BaseSample, stamp_ns: int, *, odom_frame: str, base_frame: str, max_gap: float
) -> Fault | None:
    """Say why odometry cannot be used for a sensor reading; None if it can.

    Args:
        base: odometry.
        stamp_ns: of the reading.
        odom_frame: frame that the pose must be in.
        base_frame: frame that the twist must be in.
        max_gap: greatest time between odometry and reading [s].
    """
    if (base.frame, base.child_frame) != (odom_frame, base_frame):
        return Fault(
            'base_frame',
            f'odometry tells {base.child_frame!r} in {base.frame!r}, expected {base_frame!r} in '
            f'{odom_frame!r}; set the frames of the odometry or of this node',
        )
    gap = abs(stamp_ns - base.stamp_ns) / NANO
    if gap > max_gap:
        return Fault(
            'base_stamp',
            f'odometry and reading are {gap:.3g} s apart, allowed {max_gap:g} s; check the clocks '
            'and the rate of the odometry',
        )
    if np.shape(base.position) != (3,) or np.shape(base.quaternion) != (4,):
        return Fault('base_values', 'position or quaternion of the odometry has a wrong length')
    numbers = np.array([*base.position, *base.quaternion, base.v, base.w])
    # such comparisons are false for NaN, too
    if not (np.abs(numbers) <= LARGEST).all():
        return Fault(
            'base_values',
            'odometry holds NaN, infinity or numbers beyond 1e6; check its source',
        )
    length = float(np.linalg.norm(base.quaternion))
    if abs(length - 1.0) > 0.05:
        return Fault(
            'base_values',
            f'the quaternion of the odometry has length {length:.3g}; it must be 1',
        )
    return None


def detections_fault(detections: DetectionsSample, frames: Sequence[str]) -> Fault | None:
    """Say why a sweep of a detector cannot be used; None if it can.

    Args:
        detections: single positions may be NaN.
        frames: that positions may be in.
    """
    if detections.frame not in frames:
        known = ' or '.join(repr(frame) for frame in frames)
        return Fault(
            'detections_frame',
            f'detections are in frame {detections.frame!r}, expected {known}; transform them '
            'first or set the frames of this node',
        )
    shape = np.shape(detections.positions)
    if len(shape) != 2 or shape[1] != 2:
        return Fault('detections_shape', f'detections have shape {shape}, expected (people, 2)')
    return None


def scan_fault(scan: LaserSample, *, base_frame: str, max_rays: int) -> Fault | None:
    """Say why a scan cannot be used; None if it can.

    Args:
        scan: single ranges may be NaN.
        base_frame: frame that it must be in.
        max_rays: refuse more.
    """
    if scan.frame != base_frame:
        return Fault(
            'scan_frame',
            f'the scan is in frame {scan.frame!r}, expected {base_frame!r}; transform it first '
            'or set the frames of this node',
        )
    shape = np.shape(scan.ranges)
    if len(shape) != 1 or not 1 <= shape[0] <= max_rays:
        return Fault('scan_rays', f'the scan has shape {shape}, expected 1 to {max_rays} rays')
    angles = np.array([scan.angle_min, scan.angle_increment])
    if not (np.abs(angles) <= LARGEST).all() or not scan.angle_increment:
        return Fault(
            'scan_rays',
            f'the scan begins at {scan.angle_min} rad and goes on by {scan.angle_increment} rad; '
            'both must be finite, and the increment not 0',
        )
    if not 0 <= scan.range_min < scan.range_max:
        return Fault(
            'scan_rays',
            f'the limits of the scan are {scan.range_min} to {scan.range_max} m; the first must '
            'be smaller and not negative',
        )
    return None


def people_fault(
    people: PeopleSample, stamp_ns: int, *, odom_frame: str, max_gap: float
) -> Fault | None:
    """Say why tracked people cannot be used for a scan; None if they can.

    Args:
        people: tracked people.
        stamp_ns: of the scan.
        odom_frame: frame that they must be in.
        max_gap: greatest time between people and scan [s].
    """
    if people.frame != odom_frame:
        return Fault(
            'people_frame',
            f'people are in frame {people.frame!r}, expected {odom_frame!r}; transform them first '
            'or set the frames of this node',
        )
    gap = abs(stamp_ns - people.stamp_ns) / NANO
    if gap > max_gap:
        return Fault(
            'people_stamp',
            f'people and scan are {gap:.3g} s apart, allowed {max_gap:g} s; check the clocks and '
            'the rate of the tracker',
        )
    shapes = [np.shape(value) for value in (people.positions, people.velocities, people.radii)]
    count = len(people.ids)
    if shapes != [(count, 2), (count, 2), (count,)]:
        return Fault(
            'people_values',
            f'{count} people have positions, velocities and radii of shape {shapes}; they must '
            'be (people, 2), (people, 2) and (people,)',
        )
    rows = np.column_stack((people.positions, people.velocities, people.radii))
    if not (np.abs(rows) <= LARGEST).all():
        return Fault('people_values', 'people hold NaN, infinity or numbers beyond 1e6')
    return None
