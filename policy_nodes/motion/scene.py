"""An arm among things that do not move, as one MuJoCo model to plan in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import mujoco
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PRIMITIVES = {
    mujoco.mjtGeom.mjGEOM_PLANE,
    mujoco.mjtGeom.mjGEOM_SPHERE,
    mujoco.mjtGeom.mjGEOM_CAPSULE,
    mujoco.mjtGeom.mjGEOM_ELLIPSOID,
    mujoco.mjtGeom.mjGEOM_CYLINDER,
    mujoco.mjtGeom.mjGEOM_BOX,
}


class Obstacle(NamedTuple):
    """A primitive shape in the world.

    Attributes:
        name: that refusals call it by.
        kind: of shape, as MuJoCo numbers them.
        size: (3,) as MuJoCo gives sizes, halves mostly [m].
        position: (3,) [m].
        quaternion: (4,) xyzw.
    """

    name: str
    kind: mujoco.mjtGeom
    size: Floats
    position: Floats
    quaternion: Floats


def box(name: str, centre: Iterable[float], size: Iterable[float]) -> Obstacle:
    """An upright box of full sizes [m]."""
    half = 0.5 * np.array([*size], dtype=np.float64)
    place = np.array([*centre], dtype=np.float64)
    return Obstacle(name, mujoco.mjtGeom.mjGEOM_BOX, half, place, np.array([0.0, 0.0, 0.0, 1.0]))


def arm_in_scene(
    arm: mujoco.MjSpec,
    obstacles: Iterable[Obstacle] = (),
    *,
    position: Iterable[float] = (0.0, 0.0, 0.0),
    yaw: float = 0.0,
) -> mujoco.MjModel:
    """Stand an arm among obstacles.

    Args:
        arm: stays as it is; its foot is at the origin.
        obstacles: in the world.
        position: of the foot in the world [m].
        yaw: of the foot about the vertical [rad].
    """
    scene = arm.copy()
    half = 0.5 * yaw
    for foot in scene.worldbody.bodies:
        foot.pos = [*position]
        foot.quat = [float(np.cos(half)), 0.0, 0.0, float(np.sin(half))]
    for obstacle in obstacles:
        x, y, z, w = obstacle.quaternion
        scene.worldbody.add_geom(
            name=obstacle.name,
            type=obstacle.kind,
            size=obstacle.size,
            pos=obstacle.position,
            quat=[w, x, y, z],
        )
    return scene.compile()


def obstacles_of(
    model: mujoco.MjModel, data: mujoco.MjData, *, arm: str, movable: bool = False
) -> list[Obstacle]:
    """Take the primitive shapes of a world as they stand now; shapes that touch nothing stay out.

    Args:
        model: of the world.
        data: kinematics are up to date.
        arm: body that the arm begins at; it and what it carries are no obstacles.
        movable: also things on joints.

    Raises:
        ValueError: there is no such body.
    """
    foot = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_BODY, arm)
    if foot < 0:
        known = ', '.join(model.body(index).name for index in range(model.nbody))
        raise ValueError(f'the model has no body {arm!r}; its bodies: {known}')
    carried = subtree(model, foot)
    found = []
    for index in range(model.ngeom):
        body = int(model.geom_bodyid[index])
        touches = model.geom_contype[index] or model.geom_conaffinity[index]
        still = model.body_weldid[body] == 0
        kind = mujoco.mjtGeom(int(model.geom_type[index]))
        if carried[body] or not touches or kind not in PRIMITIVES or not (still or movable):
            continue
        quaternion = np.empty(4)
        mujoco.mju_mat2Quat(quaternion, data.geom_xmat[index])
        name = model.geom(index).name or f'{model.body(body).name} {index}'
        size, place = model.geom_size[index].copy(), data.geom_xpos[index].copy()
        found.append(Obstacle(name, kind, size, place, np.roll(quaternion, -1)))
    return found


def subtree(model: mujoco.MjModel, root: int) -> NDArray[np.bool_]:
    """Which bodies (bodies,) a body carries, itself included."""
    found = np.zeros(model.nbody, dtype=np.bool_)
    found[root] = True
    for body in range(root + 1, model.nbody):
        found[body] = found[model.body_parentid[body]]
    return found
