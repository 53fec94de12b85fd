"""How a robot that is evaluated learns of people: from the world, or through a lidar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Eyes:
    """One way to learn of people.

    Attributes:
        true_people: the policy is told who is really in view.
        lidar: arguments of the lidar that people are found through; None for none.
        tracker: arguments of the people tracker that differ.
    """

    true_people: bool = False
    lidar: Mapping[str, Any] | None = None
    tracker: Mapping[str, Any] = field(default_factory=dict)


LOST, NOISE = 0.1, 0.05  # share of sweeps, [m]
TRACKER = {'noise': 0.1}  # [m] boxes lie less well than what the crowd world reports by default

EYES: Mapping[str, Eyes] = {
    'people as they are': Eyes(true_people=True),
    'people by lidar': Eyes(lidar={}, tracker=TRACKER),
    '10 % of sweeps lost, 5 cm noise': Eyes(lidar={'lost': LOST, 'noise': NOISE}, tracker=TRACKER),
}
