"""Put the named puzzle piece into its frame."""

from __future__ import annotations

import mujoco
import numpy as np

from policy_nodes.geometry.frames import yaw_from_quaternion
from policy_nodes.simulation.tabletop.objects.shapes import (
    BOARD,
    CLEARANCE,
    HOLD,
    PLACES,
    SHAPES,
    add_board,
    add_piece,
)
from policy_nodes.simulation.tabletop.objects.workspace import TABLE_TOP
from policy_nodes.simulation.tabletop.tasks.placement import Placement
from policy_nodes.simulation.tabletop.tasks.poses import (
    CLOSED,
    OPEN,
    at,
    downwards,
    held,
    nearest_yaw,
    over,
    step,
)
from policy_nodes.simulation.tabletop.tasks.task import Draw, Waypoint, World
from policy_nodes.simulation.tabletop.tasks.wording import check_variation, worded

SENTENCES = (
    'put the {shape} in the shape sorter',
    'place the {shape} into its frame',
    'pick up the {shape} and sort it into the matching hole',
)
BOARD_AREA = ((0.12, 0.36), (-0.22, 0.22))  # [m] of the board's middle
TURN = 0.4  # [rad] of board and pieces, each way
RAISED = 0.10  # [m] of the tip over where it grasps or lets go
SUNK = 0.006  # [m] a piece in its frame may stand above the board
DROP = 0.003  # [m] above the board, where the expert lets go


class SortShape:
    """A board with four frames, and their pieces beside it; the variation is the piece."""

    name = 'sort_shape'
    variations = len(SHAPES)
    wordings = len(SENTENCES)

    def __init__(self) -> None:
        """Wait for a scene."""
        self.succeeded = False
        self.placement = Placement(np.random.default_rng(0))
        self._shape = SHAPES[0]

    def instruction(self, variation: int, wording: int = 0) -> str:
        """Say what is asked."""
        check_variation(self.name, variation, self.variations)
        shape = SHAPES[variation]
        return worded(self.name, SENTENCES, variation, self.variations, wording, shape=shape)

    def build(self, spec: mujoco.MjSpec, draw: Draw) -> None:
        """Fix the board to the table and put the pieces down."""
        check_variation(self.name, draw.variation, self.variations)
        self.succeeded = False
        self._shape = SHAPES[draw.variation]
        self.placement = Placement(draw.random)
        place = self.placement.spot(0.15, BOARD_AREA)
        add_board(spec, 'board', place, draw.random.uniform(-TURN, TURN))
        for shape in SHAPES:
            spot = self.placement.spot(0.065)
            add_piece(spec, shape, spot, draw.random.uniform(-TURN, TURN))

    def begin(self, world: World) -> None:
        """Nothing to note."""

    def watch(self, world: World) -> None:
        """See whether the piece lies in its frame."""
        target, _ = self._frame(world)
        position, _ = world.body(self._shape)
        aside = float(np.linalg.norm(position[:2] - target))
        sunk = position[2] < TABLE_TOP + BOARD + SUNK
        if aside < 2 * CLEARANCE and sunk and not held(world, self._shape):
            self.succeeded = True

    def waypoints(self, world: World) -> list[Waypoint]:
        """Over the piece, down, close, up; over its frame, down, open."""
        position, quaternion = world.body(self._shape)
        target, board_yaw = self._frame(world)
        piece_yaw = yaw_from_quaternion(quaternion)
        grip = nearest_yaw(piece_yaw, np.pi / 2)
        # turned with the piece, by what the board is turned against it
        turned = grip + nearest_yaw(board_yaw - piece_yaw, 2 * np.pi)
        hold = over(position, position[2] + HOLD)
        down = over(target, TABLE_TOP + BOARD + DROP + HOLD)
        return [
            step(over(hold, hold[2] + RAISED), downwards(grip), OPEN, straight=False),
            step(hold, downwards(grip), CLOSED),
            step(over(hold, hold[2] + RAISED), downwards(grip), CLOSED, ignore_collisions=True),
            step(over(down, down[2] + RAISED), downwards(turned), CLOSED, straight=False),
            step(down, downwards(turned), OPEN, ignore_collisions=True),
        ]

    def _frame(self, world: World) -> tuple[np.ndarray, float]:
        position, quaternion = world.body('board')
        yaw = yaw_from_quaternion(quaternion)
        x, y = PLACES[SHAPES.index(self._shape)]
        return at(position, yaw, (float(x), float(y))), yaw
