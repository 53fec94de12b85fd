"""Poses of the gripper that experts use, and the steps made of them."""

from __future__ import annotations

import numpy as np

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.geometry.frames import rotate
from policy_nodes.simulation.tabletop.tasks.task import Floats, Waypoint, World

CLOSED, OPEN = 0.0, 1.0


def downwards(yaw: float = 0.0) -> Floats:
    """Quaternion (4,) xyzw of a tip that points down; the fingers close along y when yaw is 0."""
    return np.array([np.cos(yaw / 2), np.sin(yaw / 2), 0.0, 0.0])


def level(yaw: float) -> Floats:
    """Quaternion (4,) xyzw of a tip that points along a yaw [rad]; the fingers close sideways."""
    # a quarter turn about y, then the yaw; this way round the wrist is above the fingers
    c, s = np.cos(yaw / 2), np.sin(yaw / 2)
    return np.sqrt(0.5) * np.array([-s, c, s, c])


def step(
    position: Floats,
    quaternion: Floats,
    gripper: float,
    *,
    ignore_collisions: bool = False,
    straight: bool = True,
) -> Waypoint:
    """One step of an expert; the position (3,) is of the tip [m]."""
    pose = KeyPose(np.array(position, dtype=np.float64), quaternion, gripper, ignore_collisions)
    return Waypoint(pose, straight)


def over(place: Floats, height: float) -> Floats:
    """Put a height [m] on a place (2,) or a position (3,)."""
    return np.array([place[0], place[1], height])


def at(origin: Floats, yaw: float, offset: tuple[float, float]) -> Floats:
    """Place (2,) of a point that an object at origin, turned by yaw, carries at offset [m]."""
    placed: Floats = np.asarray(origin)[:2] + rotate(np.array(offset), yaw)
    return placed


def nearest_yaw(yaw: float, symmetry: float) -> float:
    """Bring a yaw into half a symmetry [rad] about zero: the fingers hold the same way there."""
    return float((yaw + symmetry / 2) % symmetry - symmetry / 2)


def held(world: World, body: str) -> bool:
    """Whether both fingers touch a body."""
    fingers = ('panda_leftfinger', 'panda_rightfinger')
    return all(world.in_contact(finger, body) for finger in fingers)
