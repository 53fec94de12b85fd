"""Boxes and cylinders for MuJoCo in the house's terms."""

from __future__ import annotations

from collections.abc import Sequence

import mujoco
import numpy as np
from numpy.typing import NDArray

from policy_nodes.simulation.tabletop.objects.colours import Rgba

Floats = NDArray[np.float64]

# sliding, twisting [m], rolling [m]: wood and plastic between rubber fingers
FRICTION = (1.0, 0.005, 0.0001)
CONTACT_DIMENSIONS = 4  # a block held by two pads must not spin between them


def turned(yaw: float) -> list[float]:
    """Quaternion wxyz, MuJoCo's order, of a yaw [rad]."""
    return [float(np.cos(yaw / 2)), 0.0, 0.0, float(np.sin(yaw / 2))]


def add_box(
    body: mujoco.MjsBody,
    half: Sequence[float],
    position: Sequence[float],
    rgba: Rgba,
    *,
    yaw: float = 0.0,
    density: float = 500.0,
    solid: bool = True,
) -> None:
    """Add a box to a body.

    Args:
        body: it belongs to.
        half: (3,) half edges [m].
        position: (3,) of its centre in the body [m].
        rgba: colour.
        yaw: in the body [rad].
        density: [kg/m^3].
        solid: things bump into it.
    """
    _add(body, mujoco.mjtGeom.mjGEOM_BOX, half, position, rgba, yaw, density, solid)


def add_cylinder(
    body: mujoco.MjsBody,
    radius: float,
    half_height: float,
    position: Sequence[float],
    rgba: Rgba,
    *,
    density: float = 500.0,
    solid: bool = True,
) -> None:
    """Add an upright cylinder [m] to a body; see `add_box`."""
    size = (radius, half_height, 0.0)
    _add(body, mujoco.mjtGeom.mjGEOM_CYLINDER, size, position, rgba, 0.0, density, solid)


def _add(
    body: mujoco.MjsBody,
    kind: mujoco.mjtGeom,
    size: Sequence[float],
    position: Sequence[float],
    rgba: Rgba,
    yaw: float,
    density: float,
    solid: bool,
) -> None:
    body.add_geom(
        type=kind,
        size=list(size),
        pos=list(position),
        quat=turned(yaw),
        rgba=list(rgba),
        density=density,
        friction=list(FRICTION),
        condim=CONTACT_DIMENSIONS,
        contype=int(solid),
        conaffinity=int(solid),
    )
