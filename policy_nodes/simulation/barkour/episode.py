"""When an episode of a quadruped ends, and how."""

from __future__ import annotations

from policy_nodes.simulation.barkour.course import TABLE, Course, Point
from policy_nodes.simulation.barkour.world import BarkourWorld

# the numbers of EpisodeStatus.msg
RUNNING, SUCCEEDED, TIMEOUT, FALLEN = 1, 2, 6, 8

STAY = 5.0  # [s] on the end table
LYING = 1.0  # [s] after which a fall counts


def episode_seed(seed: int, index: int) -> int:
    """Seed of the world of an episode.

    Args:
        seed: of the run.
        index: of the episode within the run.
    """
    return (seed << 32) | index


class EpisodeWatch:
    """Watches one episode: it ends on the end table, by a fall, or after its time.

    Whether gates were passed on the way there is for a scorer to say.
    """

    def __init__(self, world: BarkourWorld, time_limit: float) -> None:
        """Watch from now on.

        Args:
            world: that the episode runs in.
            time_limit: of the episode [s].
        """
        self._world, self._limit = world, time_limit
        self._on_table = self._lying = 0.0

    def look(self) -> int:
        """Say how the episode stands after a period."""
        period = self._world.period
        self._lying = self._lying + period if self._world.fallen else 0.0
        self._on_table = self._on_table + period if self._is_on_table() else 0.0
        if self._lying >= LYING - 1e-9:
            return FALLEN
        if self._on_table >= STAY - 1e-9:
            return SUCCEEDED
        return TIMEOUT if self._world.time >= self._limit - 1e-9 else RUNNING

    def _is_on_table(self) -> bool:
        ground = self._world.ground
        if not isinstance(ground, Course):
            return False
        x, y, _ = self._world.base().position
        offset = ground.obstacle('end_table').place.from_here(Point(float(x), float(y)))
        return max(map(abs, offset)) < 0.5 * TABLE
