"""Coloured spheres in the air: to be reached, not to be felt."""

from __future__ import annotations

import mujoco

from policy_nodes.simulation.tabletop.objects.colours import Rgba
from policy_nodes.simulation.tabletop.objects.geoms import Floats

RADIUS = 0.03  # [m]


def add_target(spec: mujoco.MjSpec, name: str, position: Floats, rgba: Rgba) -> None:
    """Hang a sphere up at a position (3,) [m]."""
    body = spec.worldbody.add_body(name=name, pos=list(position))
    body.add_geom(
        type=mujoco.mjtGeom.mjGEOM_SPHERE,
        size=[RADIUS, 0.0, 0.0],
        rgba=list(rgba),
        contype=0,
        conaffinity=0,
    )
