"""A bounded memory of surfaces that stand still, for looking behind people.

Now and then what a scan hits, people left out, is kept in the frame of the odometry. Seen again
from wherever the robot is, it tells where the wall is that a person hides just now.
"""

import numpy as np
from numpy.typing import NDArray

from policy_nodes.perception.base_pose import BasePose
from policy_nodes.perception.scan_directions import DIRECTIONS
from policy_nodes.perception.surfaces import Sightings, sight

Floats = NDArray[np.float64]


class StaticMemory:
    """A ring of looks at the surroundings."""

    def __init__(self, *, looks: int, pieces: int, contradiction: float) -> None:
        """Remember nothing.

        Args:
            looks: the oldest one goes when there are more.
            pieces: of surface in a look, at most.
            contradiction: a piece is forgotten when a scan sees farther than it by this [m].
        """
        self.contradiction = contradiction
        self._start = np.full((looks, pieces, 2), np.nan)
        self._end = np.full((looks, pieces, 2), np.nan)
        self._stamp_ns = np.zeros(looks, dtype=np.int64)
        self._next = 0

    def reset(self) -> None:
        """Forget everything."""
        self._start[:] = np.nan

    def forget_before(self, stamp_ns: int) -> None:
        """Forget looks that are older."""
        self._start[self._stamp_ns < stamp_ns] = np.nan

    def keep(self, pose: BasePose, start: Floats, end: Floats, stamp_ns: int) -> None:
        """Remember a look.

        Args:
            pose: it was taken from.
            start: (pieces, 2) in the base frame [m].
            end: (pieces, 2) in the base frame [m].
            stamp_ns: of the scan.
        """
        count = len(start)
        self._start[self._next] = np.nan
        self._start[self._next, :count] = pose.to_odom(start)
        self._end[self._next, :count] = pose.to_odom(end)
        self._stamp_ns[self._next] = stamp_ns
        self._next = (self._next + 1) % len(self._stamp_ns)

    def sight(self, pose: BasePose) -> Sightings:
        """Look at everything remembered from a pose; pieces are counted over all looks."""
        start = self._start.reshape(-1, 2)
        rows = np.flatnonzero(~np.isnan(start[:, 0]))
        end = self._end.reshape(-1, 2)[rows]
        seen = sight(pose.to_base(start[rows]), pose.to_base(end))
        return Sightings(rows[seen.piece], seen.direction, seen.range)

    def contradict(self, sightings: Sightings, seen: Floats) -> None:
        """Forget what a scan looks through: somebody stood there who was not known.

        Args:
            sightings: from the pose of the scan.
            seen: (180,) ranges of its directions [m]; NaN where it saw nothing of use.
        """
        through = seen[sightings.direction] > sightings.range + self.contradiction
        self._start.reshape(-1, 2)[sightings.piece[through]] = np.nan


def nearest(sightings: Sightings, beyond: Floats) -> Floats:
    """Tell what is nearest in each direction, beyond a distance.

    Args:
        sightings: of remembered surfaces.
        beyond: (180,) surfaces nearer than this are passed over [m].

    Returns:
        (180,) [m]; infinite where nothing is remembered.
    """
    counts = sightings.range >= beyond[sightings.direction]
    found = np.full(DIRECTIONS, np.inf)
    np.minimum.at(found, sightings.direction[counts], sightings.range[counts])
    return found
