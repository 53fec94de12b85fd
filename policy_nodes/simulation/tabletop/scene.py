"""The room, the table and the arm on it; tasks add the rest."""

from __future__ import annotations

from collections.abc import Sequence

import mujoco
import numpy as np

from policy_nodes.simulation.tabletop.camera_placement import add_cameras
from policy_nodes.simulation.tabletop.cameras import plain_drawing
from policy_nodes.simulation.tabletop.panda_model import add_panda, firm_contacts

TABLE_TOP = 0.752  # [m] above the floor
# The arm's foot stands so that its tip at home is at (0.278, -0.008, 1.473), where RLBench's is:
# with the published joints at home the tip is 0.5509, 0, 0.7010 from the foot. That puts the foot
# 2 cm above the table, on a plate. The tool leans by 10 degrees then; the published tip by 14.
FOOT = (-0.273, -0.008, TABLE_TOP + 0.02)

BACKGROUND = ('floor', 'table', 'wall_ahead', 'wall_behind', 'wall_left', 'wall_right')
LAMP = 'lamp'
WOOD, FLOOR, WALL, STEEL = (
    (0.72, 0.62, 0.50, 1.0),
    (0.55, 0.55, 0.55, 1.0),
    (0.85, 0.86, 0.84, 1.0),
    (0.35, 0.36, 0.38, 1.0),
)
HALF = float(np.sqrt(0.5))


def base_scene() -> mujoco.MjSpec:
    """Build the scene without a task.

    World frame: x away from the robot, y to its left, z up, the floor at 0.
    """
    spec = firm_contacts()
    plain_drawing(spec)
    _add_room(spec.worldbody)
    _add_box(spec.worldbody, 'table', (0.2, 0.0, TABLE_TOP - 0.02), (1.3, 1.5, 0.04), WOOD)
    plate = (FOOT[0], FOOT[1], TABLE_TOP + 0.01)
    _add_box(spec.worldbody, 'plate', plate, (0.2, 0.2, 0.02), STEEL)
    _add_lights(spec)
    add_panda(spec, FOOT)
    add_cameras(spec)
    return spec


def _add_room(world: mujoco.MjsBody) -> None:
    """Add floor and walls, which are seen but not touched: every pixel has a finite depth."""
    places = (
        ('floor', (0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0), FLOOR),
        ('wall_ahead', (2.5, 0.0, 0.0), (HALF, 0.0, -HALF, 0.0), WALL),
        ('wall_behind', (-1.5, 0.0, 0.0), (HALF, 0.0, HALF, 0.0), WALL),
        ('wall_left', (0.0, 2.0, 0.0), (HALF, HALF, 0.0, 0.0), WALL),
        ('wall_right', (0.0, -2.0, 0.0), (HALF, -HALF, 0.0, 0.0), WALL),
    )
    for name, position, quaternion, colour in places:
        world.add_geom(
            name=name,
            type=mujoco.mjtGeom.mjGEOM_PLANE,
            pos=position,
            quat=quaternion,
            size=(5.0, 5.0, 1.0),
            rgba=colour,
            contype=0,
            conaffinity=0,
        )


def _add_box(
    world: mujoco.MjsBody,
    name: str,
    centre: Sequence[float],
    size: Sequence[float],
    colour: Sequence[float],
) -> None:
    world.add_geom(
        name=name,
        type=mujoco.mjtGeom.mjGEOM_BOX,
        pos=centre,
        size=[0.5 * side for side in size],
        rgba=colour,
    )


def _add_lights(spec: mujoco.MjSpec) -> None:
    light = spec.visual.headlight
    light.ambient, light.diffuse, light.specular = (0.35,) * 3, (0.25,) * 3, (0.0,) * 3
    spec.worldbody.add_light(
        name=LAMP,
        type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL,
        pos=(0.5, 0.5, 2.5),
        dir=(-0.3, -0.3, -0.9),
        diffuse=(0.5, 0.5, 0.5),
        specular=(0.0, 0.0, 0.0),
        castshadow=False,
    )
