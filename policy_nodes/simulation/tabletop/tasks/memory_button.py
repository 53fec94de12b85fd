"""The button of the memory tasks: it hides what was, and its place says nothing of it."""

from __future__ import annotations

import mujoco
import numpy as np

from policy_nodes.simulation.tabletop.objects.button import PRESSED, add_button, slide_of
from policy_nodes.simulation.tabletop.objects.colours import COLOURS
from policy_nodes.simulation.tabletop.objects.workspace import CENTRE
from policy_nodes.simulation.tabletop.tasks.placement import Placement
from policy_nodes.simulation.tabletop.tasks.task import Draw, World

BUTTON = 'button'
RADIUS = 0.075  # [m] of the circle that the box fits in at any yaw


def put_button(
    spec: mujoco.MjSpec,
    draw: Draw,
    placement: Placement,
    middle: tuple[float, float],
    extent: tuple[float, float],
    box: str,
) -> None:
    """Fix the button anywhere in a rectangle.

    Args:
        spec: of the world.
        draw: of the episode.
        placement: of what stands there.
        middle: of the rectangle, from the workspace's centre [m].
        extent: its full lengths [m]; the whole button stays inside.
        box: colour of the box.
    """
    centre = CENTRE[:2] + middle
    room = np.array(extent) / 2 - RADIUS
    (left, near), (right, far) = centre - room, centre + room
    place = placement.spot(RADIUS, ((float(left), float(right)), (float(near), float(far))))
    yaw = draw.random.uniform(-np.pi, np.pi)
    add_button(spec, BUTTON, place, yaw, COLOURS[box], COLOURS['red'])


class ButtonRest:
    """Where the cap was at the beginning: a push is told from there."""

    def __init__(self, world: World) -> None:
        """Note it."""
        self._rest = world.joint(slide_of(BUTTON))

    def pressed(self, world: World) -> bool:
        """Whether the cap is down."""
        return world.joint(slide_of(BUTTON)) - self._rest > PRESSED
