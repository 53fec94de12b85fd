"""A coloured square on the table top: to be seen, not to be felt."""

from __future__ import annotations

import mujoco

from policy_nodes.simulation.tabletop.objects.colours import Rgba
from policy_nodes.simulation.tabletop.objects.geoms import Floats, add_box
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP

EDGE = 0.10  # [m]
THICKNESS = 0.001  # [m] thick enough to be drawn above the table


def add_patch(spec: mujoco.MjSpec, name: str, place: Floats, rgba: Rgba) -> None:
    """Paint a square about a place (2,) [m]."""
    body = spec.worldbody.add_body(name=name, pos=[place[0], place[1], TABLE_TOP])
    half = (EDGE / 2, EDGE / 2, THICKNESS / 2)
    add_box(body, half, (0.0, 0.0, THICKNESS / 2), rgba, solid=False)
