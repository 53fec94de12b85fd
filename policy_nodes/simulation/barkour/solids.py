"""What stands about in a world: boxes, poles and floors, all of them fixed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, sin
from typing import Literal

import mujoco

# rays of a height scan see the ground only: a pole is thinner than a cell of its grid
GROUND_GROUP, POLE_GROUP = 0, 1
BELONGS_TO_WORLD = (0, 1)  # contype and conaffinity: touched by robots
GREY = (0.6, 0.6, 0.62, 1.0)
Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Solid:
    """Something fixed to the world.

    Attributes:
        name: unique in its world.
        kind: a pole is a cylinder; a floor is a plane without end.
        centre: of it [m].
        size: full length, width and height of a box [m]; radius, unused and height of a pole.
        heading: about z [rad].
        pitch: about its own y after the heading [rad]; above zero its front goes down.
        colour: red, green, blue and opacity, 0 to 1.
        pit: depth below its top that a height scan is to show over it [m]: a map says so of
            what must not be stepped on.
    """

    name: str
    kind: Literal['box', 'pole', 'floor']
    centre: Vector
    size: Vector = (1.0, 1.0, 1.0)
    heading: float = 0.0
    pitch: float = 0.0
    colour: tuple[float, float, float, float] = GREY
    pit: float = 0.0


def add_solids(spec: mujoco.MjSpec, solids: Iterable[Solid]) -> None:
    """Add solids to a world."""
    shapes = {
        'box': mujoco.mjtGeom.mjGEOM_BOX,
        'pole': mujoco.mjtGeom.mjGEOM_CYLINDER,
        'floor': mujoco.mjtGeom.mjGEOM_PLANE,
    }
    for solid in solids:
        a, b, c = (0.5 * side for side in solid.size)
        size = {'box': (a, b, c), 'pole': (2.0 * a, c, 0.0), 'floor': (0.0, 0.0, 1.0)}[solid.kind]
        yaw, pitch = 0.5 * solid.heading, 0.5 * solid.pitch
        spec.worldbody.add_geom(
            name=solid.name,
            type=shapes[solid.kind],
            pos=solid.centre,
            quat=(
                cos(yaw) * cos(pitch),
                -sin(yaw) * sin(pitch),
                cos(yaw) * sin(pitch),
                sin(yaw) * cos(pitch),
            ),
            size=size,
            rgba=solid.colour,
            group=POLE_GROUP if solid.kind == 'pole' else GROUND_GROUP,
            contype=BELONGS_TO_WORLD[0],
            conaffinity=BELONGS_TO_WORLD[1],
        )
