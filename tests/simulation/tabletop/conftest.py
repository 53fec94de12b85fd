"""A task of one block and nothing to do, and worlds with it that end for certain."""

from __future__ import annotations

from collections.abc import Iterator

import mujoco
import pytest

from policy_nodes.simulation.tabletop.cameras import Cameras
from policy_nodes.simulation.tabletop.scene import TABLE_TOP
from policy_nodes.simulation.tabletop.world import TabletopWorld

EDGE = 0.05  # [m]


class BlockTask:
    """A block at a random place; variation 1 stands it to the right, 0 to the left.

    Attributes:
        begun: episodes that began.
        watched: periods that were watched since.
    """

    name = 'block'
    variations = 2
    wordings = 1

    def __init__(self, place: tuple[float, float, float] | None = None) -> None:
        """Stand the block at a place of its centre [m]; None draws one."""
        self.place = place
        self.begun = self.watched = 0

    @property
    def succeeded(self) -> bool:
        return False

    def instruction(self, variation: int, wording: int = 0) -> str:
        return 'look at the block'

    def build(self, spec, draw) -> None:
        side = 1.0 - 2.0 * draw.variation
        x, y = draw.random.uniform((0.2, 0.05), (0.4, 0.2))
        place = self.place or (x, side * y, TABLE_TOP + 0.5 * EDGE)
        body = spec.worldbody.add_body(name='block', pos=place)
        body.add_freejoint()
        body.add_geom(
            name='block',
            type=mujoco.mjtGeom.mjGEOM_BOX,
            size=[0.5 * EDGE] * 3,
            mass=0.2,
            rgba=(0.0, 1.0, 0.0, 1.0),
        )

    def begin(self, world) -> None:
        self.begun += 1
        self.watched = 0

    def watch(self, world) -> None:
        self.watched += 1

    def waypoints(self, world) -> list:
        return []


@pytest.fixture(scope='session')
def cameras() -> Iterator[Cameras]:
    """Cameras that all worlds of a run share: loading them takes longest."""
    found = Cameras()
    yield found
    found.close()


@pytest.fixture(scope='session')
def block_world(cameras):
    """Make worlds with a block."""

    def make(seed=1, place=None, **options) -> TabletopWorld:
        return TabletopWorld(BlockTask(place), seed=seed, cameras=cameras, **options)

    return make
