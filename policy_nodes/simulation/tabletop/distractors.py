"""Things on the table that have nothing to do with the task."""

from __future__ import annotations

import mujoco
import numpy as np
from numpy.typing import NDArray

from policy_nodes.simulation.tabletop.scene import TABLE_TOP

Floats = NDArray[np.float64]

LOWER, UPPER = (-0.05, -0.45), (0.6, 0.45)  # [m] where they stand
SPACE = 0.06  # [m] free about each
TRIES = 100
SHAPES = (
    mujoco.mjtGeom.mjGEOM_BOX,
    mujoco.mjtGeom.mjGEOM_CYLINDER,
    mujoco.mjtGeom.mjGEOM_SPHERE,
)
ON_TABLE = 0.02  # [m] what reaches as near to the table as this stands on it


def add_distractors(spec: mujoco.MjSpec, count: int, random: np.random.Generator) -> None:
    """Put things where nothing else stands; fewer of them if there is no room.

    Args:
        spec: of the whole scene otherwise.
        count: how many.
        random: they are drawn from it.
    """
    if not count:
        return
    taken = _standing(spec)
    for number in range(count):
        size = random.uniform(0.015, 0.035, 3)
        shape = SHAPES[random.integers(len(SHAPES))]
        colour = random.uniform(0.0, 1.0, 3)
        reach = float(np.linalg.norm(size[:2]))
        place = _free_place(taken, reach, random)
        if place is None:
            continue
        taken = np.vstack([taken, (*place, reach)])
        height = size[0] if shape == mujoco.mjtGeom.mjGEOM_SPHERE else size[2]
        if shape == mujoco.mjtGeom.mjGEOM_CYLINDER:
            size[1] = size[2]
        body = spec.worldbody.add_body(
            name=f'distractor{number}', pos=(*place, TABLE_TOP + height)
        )
        body.add_freejoint()
        body.add_geom(type=shape, size=size, rgba=(*colour, 1.0), density=600.0)


def _standing(spec: mujoco.MjSpec) -> Floats:
    """Centre and radius (k, 3) [m] of what stands on the table."""
    model = spec.compile()
    data = mujoco.MjData(model)
    mujoco.mj_kinematics(model, data)
    own = [
        geom
        for geom in range(model.ngeom)
        if model.geom_bodyid[geom] or model.geom_type[geom] != mujoco.mjtGeom.mjGEOM_PLANE
    ]
    centres, radii = data.geom_xpos[own], model.geom_rbound[own]
    low = centres[:, 2] - radii < TABLE_TOP + 0.4
    # the table itself is below everything
    above = centres[:, 2] > TABLE_TOP - ON_TABLE + 1e-6
    chosen = low & above
    return np.column_stack([centres[chosen, :2], radii[chosen]])


def _free_place(taken: Floats, reach: float, random: np.random.Generator) -> Floats | None:
    for _ in range(TRIES):
        place: Floats = random.uniform(LOWER, UPPER)
        apart = np.linalg.norm(taken[:, :2] - place, axis=1) - taken[:, 2] - reach
        if (apart > SPACE).all():
            return place
    return None
