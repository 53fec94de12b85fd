"""A cube to be grasped."""

from __future__ import annotations

import mujoco

from policy_nodes.simulation.tabletop.objects.colours import Rgba
from policy_nodes.simulation.tabletop.objects.geoms import Floats, add_box, turned
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP

EDGE = 0.05625  # [m] of MemoryBench's blocks
SMALL_EDGE = 0.045  # [m] of all others
DENSITY = 2000.0  # [kg/m^3]


def add_block(
    spec: mujoco.MjSpec,
    name: str,
    place: Floats,
    yaw: float,
    rgba: Rgba,
    *,
    edge: float = EDGE,
    below: float = TABLE_TOP,
) -> None:
    """Put a block down.

    Args:
        spec: of the world.
        name: of the body.
        place: (2,) of its centre [m].
        yaw: [rad].
        rgba: colour.
        edge: [m].
        below: height of what it stands on [m].
    """
    body = spec.worldbody.add_body(
        name=name, pos=[place[0], place[1], below + edge / 2], quat=turned(yaw)
    )
    body.add_freejoint(name=f'{name}_free')
    add_box(body, (edge / 2,) * 3, (0.0, 0.0, 0.0), rgba, density=DENSITY)
