"""What the tracker believes about people at one time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import PeopleSample

Floats = NDArray[np.float64]

TENTATIVE, CONFIRMED, OCCLUDED = 0, 1, 2  # as in policy_stack/TrackedPerson


@dataclass(frozen=True)
class TrackedPeople:
    """All tracks after a sweep (policy_stack/TrackedPersons).

    Attributes:
        stamp_ns: of the newest sweep that was used; 0 before the first.
        frame: frame of positions, velocities and covariances.
        ids: (tracks,) int64 from 1, never used twice.
        states: (tracks,) uint8 TENTATIVE, CONFIRMED, or OCCLUDED: confirmed, and not detected
            just now.
        positions: (tracks, 2) [m].
        velocities: (tracks, 2) [m/s].
        covariances: (tracks, 2, 2) of the positions [m^2].
        radii: (tracks,) [m].
        ages: (tracks,) since the first detection [s].
        unseen: (tracks,) since the last detection [s].
        remarks: what was refused in the update that led here, for a log.
    """

    stamp_ns: int
    frame: str
    ids: NDArray[np.int64]
    states: NDArray[np.uint8]
    positions: Floats
    velocities: Floats
    covariances: Floats
    radii: Floats
    ages: Floats
    unseen: Floats
    remarks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def people(self, *, tentative: bool = False, max_unseen: float = float('inf')) -> PeopleSample:
        """Pick the tracks to act on.

        Args:
            tentative: also those that are not confirmed yet.
            max_unseen: only those detected within this time [s]; 0 for those detected just now.
        """
        chosen = self.unseen <= max_unseen
        if not tentative:
            chosen &= self.states != TENTATIVE
        return PeopleSample(
            stamp_ns=self.stamp_ns,
            frame=self.frame,
            ids=self.ids[chosen],
            positions=self.positions[chosen],
            velocities=self.velocities[chosen],
            radii=self.radii[chosen],
        )
