"""Drives an arm along the steps of a task's script.

The joints that a step ends with depend on its pose alone wherever it may be reached any way: the
inverse kinematics then begin at the arm's rest, not where the arm happens to be. Otherwise the
elbow would tell a camera which way the arm came, and a task that asks for memory would not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.simulation.tabletop.tasks.task import Waypoint

Floats = NDArray[np.float64]

# Joints (7,) [rad] that bring the tip to a position [m] and quaternion xyzw, found from a first
# guess; None where there are none.
Inverse = Callable[[Floats, Floats, Floats], Floats | None]

PERIOD = 0.01  # [s] between two commands
JOINT_SPEED = 1.0  # [rad/s] of the fastest joint at most
TIP_SPEED = 0.35  # [m/s] on a straight line at most
PEAK = 1.875  # of the time law: its greatest speed over its mean
FINGER_TIME = (0.3, 1.3)  # [s] least and most to open or close
FINGERS_REST = 1e-4  # [m] fingers that move less in a period have arrived
SETTLE_TIME = 0.15  # [s] at the end of a step
ALONG = (0.04, 0.08)  # [m] back along the fingers, where a free way begins and ends


class Arm(Protocol):
    """What the expert reads of the world."""

    def joints(self) -> Floats:
        """Return the joints (7,) [rad]."""

    def fingers(self) -> Floats:
        """Return both fingers (2,) [m]."""

    def tip(self) -> tuple[Floats, Floats]:
        """Position (3,) [m] and quaternion (4,) xyzw of the tip in the world."""


class Command(NamedTuple):
    """What the arm is to do for one period.

    Attributes:
        joints: (7,) to be at [rad].
        fingers: 0 closed, 1 open.
        step: index of the waypoint that is pursued.
    """

    joints: Floats
    fingers: float
    step: int


class UnreachableError(ValueError):
    """A step that the arm cannot do."""


def commands(
    world: Arm,
    waypoints: Sequence[Waypoint],
    inverse: Inverse,
    rest: Floats,
    *,
    fingers: float = 1.0,
) -> Iterator[Command]:
    """Say what the arm is to do, one period after another; the caller steps the world.

    Args:
        world: that the caller steps.
        waypoints: to follow.
        inverse: kinematics of the arm.
        rest: joints (7,) that free ways' ends are searched from [rad].
        fingers: where they are to begin with, 0 closed, 1 open.

    Raises:
        UnreachableError: the arm cannot do a step.
    """
    joints = world.joints()
    position, quaternion = world.tip()
    for number, (pose, straight) in enumerate(waypoints):
        goal = inverse(pose.position, pose.quaternion, joints if straight else rest)
        if goal is None:
            raise UnreachableError(
                f'step {number}: no joints bring the tip to {np.round(pose.position, 3)}, '
                f'{np.round(pose.quaternion, 3)}; move the object nearer or turn it'
            )
        if straight:
            distance = float(np.linalg.norm(pose.position - position))
            knots = _line(joints, goal, (position, quaternion), pose, inverse, number)
        else:
            distance = 0.0
            start = _back(position, quaternion, joints, inverse)
            end = _back(pose.position, pose.quaternion, goal, inverse)
            knots = np.array([joints, *start, *reversed(end), goal])
        for way in _timed(knots, distance):
            yield Command(way, fingers, number)
        # the arm comes to rest before the fingers move
        for _ in range(round(SETTLE_TIME / PERIOD)):
            yield Command(goal, fingers, number)
        if pose.gripper != fingers:
            for _ in _until_at_rest(world):
                yield Command(goal, pose.gripper, number)
        fingers, joints = pose.gripper, goal
        position, quaternion = pose.position, pose.quaternion


def _until_at_rest(world: Arm) -> Iterator[None]:
    """Go on for a period each until the fingers of a world that is stepped have arrived."""
    before = world.fingers()
    least, most = (round(time / PERIOD) for time in FINGER_TIME)
    for period in range(most):
        yield
        now = world.fingers()
        if period >= least and np.abs(now - before).max() < FINGERS_REST:
            return
        before = now


def _back(position: Floats, quaternion: Floats, joints: Floats, inverse: Inverse) -> list[Floats]:
    """Joints with the tip drawn back along the fingers, nearest first, as far as they go."""
    axis = _approach(quaternion)
    found: list[Floats] = []
    for distance in ALONG:
        drawn = inverse(position - distance * axis, quaternion, joints)
        if drawn is None:
            break
        found.append(drawn)
        joints = drawn
    return found


def _line(
    joints: Floats,
    goal: Floats,
    start: tuple[Floats, Floats],
    pose: KeyPose,
    inverse: Inverse,
    number: int,
) -> Floats:
    """Joints (k, 7) along a straight line of the tip."""
    length = float(np.linalg.norm(pose.position - start[0]))
    count = max(
        2, int(np.ceil(length / 0.01)), int(np.ceil(_turn(start[1], pose.quaternion) / 0.1))
    )
    knots = [joints]
    for share in np.arange(1, count) / count:
        position = start[0] + share * (pose.position - start[0])
        guess = joints + share * (goal - joints)
        found = inverse(position, _between(start[1], pose.quaternion, share), guess)
        if found is None:
            raise UnreachableError(
                f'step {number}: the straight line leaves the reach of the arm at '
                f'{np.round(position, 3)}; go there in two steps'
            )
        knots.append(found)
    return np.array([*knots, goal])


def _timed(knots: Floats, distance: float) -> Iterator[Floats]:
    """Joints for every period on a smooth curve through knots (k, 7), from rest to rest."""
    gaps = np.abs(np.diff(knots, axis=0)).max(axis=1)
    keep = np.concatenate([[True], gaps > 1e-9])
    knots = knots[keep]
    if len(knots) < 2:
        return
    along = np.concatenate([[0.0], np.cumsum(gaps[keep[1:]])])
    slopes = _slopes(knots, along)
    total = max(along[-1] / JOINT_SPEED, distance / TIP_SPEED) * PEAK
    count = max(1, int(np.ceil(total / PERIOD)))
    for share in np.arange(1, count + 1) / count:
        s = along[-1] * share**3 * (10.0 - 15.0 * share + 6.0 * share**2)
        yield _hermite(knots, along, slopes, s)


def _slopes(knots: Floats, along: Floats) -> Floats:
    """Slopes (k, 7) at the knots; zero where a joint turns round, so that none overshoots."""
    secants = np.diff(knots, axis=0) / np.diff(along)[:, None]
    before, after = secants[:-1], secants[1:]
    smaller = np.minimum(np.abs(before), np.abs(after))
    inner = np.where(before * after > 0, np.sign(before) * smaller, 0.0)
    return np.concatenate([secants[:1], inner, secants[-1:]])


def _hermite(knots: Floats, along: Floats, slopes: Floats, s: float) -> Floats:
    index = int(np.clip(np.searchsorted(along, s, side='right') - 1, 0, len(along) - 2))
    width = along[index + 1] - along[index]
    t = (s - along[index]) / width
    smooth = t * t * (3.0 - 2.0 * t)
    joints: Floats = (
        (1.0 - smooth) * knots[index]
        + smooth * knots[index + 1]
        + width * t * (1.0 - t) ** 2 * slopes[index]
        - width * t * t * (1.0 - t) * slopes[index + 1]
    )
    return joints


def _approach(quaternion: Floats) -> Floats:
    """Direction (3,) that the fingers of a tip with a quaternion xyzw point in."""
    x, y, z, w = quaternion
    return np.array([2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y)])


def _turn(a: Floats, b: Floats) -> float:
    """Angle between two quaternions [rad]."""
    return float(2.0 * np.arccos(np.clip(abs(float(a @ b)), 0.0, 1.0)))


def _between(a: Floats, b: Floats, share: float) -> Floats:
    """Quaternion a share of the shorter way from one to another."""
    angle = _turn(a, b) / 2.0
    if float(a @ b) < 0.0:
        b = -b
    if angle < 1e-6:
        return b
    mixed: Floats = (np.sin((1.0 - share) * angle) * a + np.sin(share * angle) * b) / np.sin(angle)
    return mixed
