"""Where things stand so that the arm reaches them and the fingers fit between them."""

from __future__ import annotations

import numpy as np

from policy_nodes.simulation.tabletop.objects.workspace import ARM_BASE, FARTHEST, NEAREST
from policy_nodes.simulation.tabletop.tasks.task import Floats

ATTEMPTS = 5000
# [m] x and y that all cameras see well
AREA = ((0.05, 0.45), (-0.35, 0.35))


class Placement:
    """Circles that keep clear of one another."""

    def __init__(self, random: np.random.Generator) -> None:
        """Begin with an empty table; places are drawn from `random`."""
        self._random = random
        self._kept: list[tuple[Floats, float]] = []

    def keep(self, place: Floats, radius: float) -> None:
        """Take a circle [m] for what is put there without a draw."""
        self._kept.append((np.asarray(place)[:2], radius))

    def spot(
        self, radius: float, area: tuple[tuple[float, float], tuple[float, float]] = AREA
    ) -> Floats:
        """Draw a place (2,) [m] for a circle that touches none of those before it, and take it.

        Args:
            radius: of the circle [m].
            area: bounds of x and y of its centre [m].

        Raises:
            RuntimeError: nothing was free.
        """
        low, high = np.array(area).T
        for _ in range(ATTEMPTS):
            place: Floats = self._random.uniform(low, high)
            if self._fits(place, radius):
                self.keep(place, radius)
                return place
        raise RuntimeError(
            f'no place for a circle of {radius} m in {area} after {ATTEMPTS} draws: '
            f'{len(self._kept)} circles stand there; ask for fewer or smaller things'
        )

    def _fits(self, place: Floats, radius: float) -> bool:
        away = float(np.linalg.norm(place - ARM_BASE))
        if not NEAREST <= away <= FARTHEST:
            return False
        return all(
            float(np.linalg.norm(place - other)) >= radius + taken for other, taken in self._kept
        )
