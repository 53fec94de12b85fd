"""Collects demonstrations one by one, as a worker process does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from policy_nodes.simulation.tabletop.cameras import Cameras
from policy_nodes.simulation.tabletop.tasks.registry import make_task
from policy_nodes.simulation.tabletop.world import TabletopWorld
from policy_nodes.training.demonstration_collection import Expert, collect
from policy_nodes.training.demonstration_file import SUFFIX, write_demonstration
from policy_nodes.training.keyframes import START_EVERY


@dataclass(frozen=True)
class Wanted:
    """One demonstration to collect.

    Attributes:
        task: name.
        seed: of the episode; it says the variation too, as in `collect_into`.
    """

    task: str
    seed: int

    @property
    def place(self) -> str:
        """Which it is, in words."""
        return f'{self.task}, seed {self.seed}'

    def file(self, folder: Path) -> Path:
        """Where it is kept below a folder."""
        return folder / self.task / f'{self.seed}{SUFFIX}'


class DemonstrationDriver:
    """Lets the expert show what is wanted; world, arm and cameras stay between two of a task."""

    def __init__(self, folder: Path, every: int | None = START_EVERY) -> None:
        """Prepare the expert.

        Args:
            folder: gets `TASK/SEED.npz`.
            every: distance of the frames that samples may start from; None for the first alone.
        """
        self._folder, self._every = folder, every
        self._expert, self._cameras = Expert(), Cameras()
        self._world: TabletopWorld | None = None

    def drive(self, block: Wanted, on_done: Callable[[int, int], None]) -> bool:
        """Collect one demonstration; false where the expert did not succeed, and nothing is kept.

        Args:
            block: which.
            on_done: told how many episodes ended (1), and how many of them succeeded.
        """
        world = self._begin(block)
        shown = collect(world, self._expert, every=self._every)
        if shown is not None:
            write_demonstration(shown, block.file(self._folder))
        on_done(1, int(shown is not None))
        return shown is not None

    def _begin(self, block: Wanted) -> TabletopWorld:
        world = self._world
        if world is not None and world.task.name == block.task:
            world.reset(block.seed, block.seed % world.task.variations)
            return world
        task = make_task(block.task)
        if world is not None:
            world.close()
        self._world = TabletopWorld(
            task,
            seed=block.seed,
            variation=block.seed % task.variations,
            cameras=self._cameras,
        )
        return self._world
