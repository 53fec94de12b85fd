"""Scores an episode of navigation from samples, for the scorer node and the evaluation alike."""

import math
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from policy_nodes.contract.samples import BaseSample, LaserSample, PeopleSample
from policy_nodes.evaluation.run_files import ROBOT_RADIUS, EpisodeScore
from policy_nodes.geometry.frames import yaw_from_quaternion

DISCOMFORT = 0.25
TIME_STEP = 0.1
PERSON_MARGIN = 0.1  # a ray that ends this near to a person's body hit the person [m]


@dataclass
class NavigationScore:
    """Collects what happens in one episode.

    Samples may come in any order; those of one stamp are judged together. People are the true
    ones where the world knows them, else the tracked ones.

    Attributes:
        index: of the episode within the run.
        seed: of the run.
    """

    index: int
    seed: int
    _bases: dict[int, BaseSample] = field(default_factory=dict)
    _people: dict[int, PeopleSample] = field(default_factory=dict)
    _scans: dict[int, LaserSample] = field(default_factory=dict)
    _track: list[tuple[int, float, float, float]] = field(default_factory=list)
    _person_gaps: list[float] = field(default_factory=list)
    _obstacle_gap: float = math.inf

    def take_base(self, base: BaseSample) -> None:
        """Take odometry."""
        x, y, _ = base.position
        self._track.append((base.stamp_ns, float(x), float(y), base.v))
        self._bases[base.stamp_ns] = base
        self._join(base.stamp_ns)

    def take_people(self, people: PeopleSample) -> None:
        """Take people."""
        self._people[people.stamp_ns] = people
        self._join(people.stamp_ns)

    def take_scan(self, scan: LaserSample) -> None:
        """Take a scan in the base frame."""
        self._scans[scan.stamp_ns] = scan
        self._join(scan.stamp_ns)

    def _join(self, stamp_ns: int) -> None:
        base, people = self._bases.get(stamp_ns), self._people.get(stamp_ns)
        if base is None or people is None or stamp_ns not in self._scans:
            return
        scan = self._scans.pop(stamp_ns)
        self._bases.pop(stamp_ns)
        self._people.pop(stamp_ns)
        away = np.linalg.norm(people.positions - base.position[:2], axis=1) - people.radii
        gap = float(away.min()) - ROBOT_RADIUS if len(away) else math.inf
        self._person_gaps.append(gap)
        ranges = scan.ranges.astype(np.float64)
        angles = scan.angle_min + scan.angle_increment * np.arange(len(ranges))
        angles += yaw_from_quaternion(base.quaternion)
        hit = np.isfinite(ranges)
        spots = base.position[:2] + ranges[hit, None] * np.stack(
            (np.cos(angles[hit]), np.sin(angles[hit])), axis=1
        )
        if len(people.ids):
            apart = np.linalg.norm(spots[:, None] - people.positions, axis=2) - people.radii
            still = apart.min(axis=1) > PERSON_MARGIN
        else:
            still = np.ones(len(spots), dtype=bool)
        if still.any():
            nearest = float(ranges[hit][still].min()) - ROBOT_RADIUS
            self._obstacle_gap = min(self._obstacle_gap, nearest)

    def finish(self, outcome: str, steps: int) -> EpisodeScore:
        """Sum up.

        Args:
            outcome: one of `outcomes.OUTCOMES`.
            steps: control steps from start to end.
        """
        track = sorted(self._track)
        path = sum(math.dist(a[1:3], b[1:3]) for a, b in pairwise(track))
        v = np.array([row[3] for row in track])
        jerk = np.abs(np.diff(v, n=2)) / TIME_STEP**2
        gaps = np.array(self._person_gaps)
        nearest = float(gaps.min()) if len(gaps) else math.inf
        return EpisodeScore(
            index=self.index,
            seed=self.seed,
            outcome=outcome,
            time_s=steps * TIME_STEP,
            path_m=path,
            person_gap_m=nearest if math.isfinite(nearest) else None,
            obstacle_gap_m=self._obstacle_gap if math.isfinite(self._obstacle_gap) else None,
            intrusion=float((gaps < DISCOMFORT).mean()) if len(gaps) else 0.0,
            jerk=float(jerk.mean()) if len(jerk) else 0.0,
        )
