"""What a person detector would report of the crowd: noisy, with misses and false positives.

It stands in for a detector on lidar or images and has no identity to offer: the tracker has to
find out who is who. Its errors depend on the episode's seed and the step alone, so an episode
looks the same in a node and among thousands in one process.
"""

import math

import torch
from torch import Tensor

from policy_nodes.simulation.crowd import counter_random
from policy_nodes.simulation.crowd.world import Observation

NOISE_STREAM, MISS_STREAM, FALSE_STREAM = 201, 202, 203
FALSE_SLOTS = 4  # most false positives in one sweep


class PersonDetector:
    """Turns the people in view into detections in the robot's frame."""

    def __init__(
        self,
        *,
        noise: float = 0.04,
        miss: float = 0.05,
        false_positives: float = 0.02,
        max_range: float = 10.0,
    ) -> None:
        """Set the errors; `PersonDetector.perfect` has none.

        Args:
            noise: standard deviation of a position along each axis [m].
            miss: probability that a person in view is not detected in a sweep.
            false_positives: expected number of detections of nobody in a sweep, at most 4.
            max_range: people whose centre is farther away are not detected [m].

        Raises:
            ValueError: for a number out of its range.
        """
        for name, value, most in (
            ('noise', noise, math.inf),
            ('miss', miss, 1.0),
            ('false_positives', false_positives, float(FALSE_SLOTS)),
            ('max_range', max_range, math.inf),
        ):
            if not 0.0 <= value <= most:
                raise ValueError(f'detector: {name} is {value}; give a number from 0 to {most:g}')
        self.noise = noise
        self.miss = miss
        self.false_positives = false_positives
        self.max_range = max_range

    @classmethod
    def perfect(cls, max_range: float = math.inf) -> 'PersonDetector':
        """Build a detector without errors that sees everybody in view up to max_range [m]."""
        return cls(noise=0.0, miss=0.0, false_positives=0.0, max_range=max_range)

    def detect(self, view: Observation, seed: Tensor, step: Tensor) -> Tensor:
        """Detect people in one sweep of each world.

        Args:
            view: what the robots see; detections are relative to its reported, late pose.
            seed: (worlds,) of the episodes.
            step: (worlds,) steps since the start.

        Returns:
            (worlds, people + 4, 2) in base_link [m]; NaN where nothing is detected.
        """
        offset = view.people - view.pose[:, None, :2]
        people = offset.shape[1]
        noise = counter_random.normal(seed, NOISE_STREAM, step, (people, 2)).to(offset.dtype)
        missed = counter_random.uniform(seed, MISS_STREAM, step, (people,)) < self.miss
        found = view.visible & (offset.norm(dim=-1) <= self.max_range) & ~missed
        seen = _rotate(offset, -view.pose[:, 2]) + self.noise * noise
        seen = torch.where(found[..., None], seen, torch.nan)
        return torch.cat((seen, self._false(view, seed, step)), dim=1)

    def _false(self, view: Observation, seed: Tensor, step: Tensor) -> Tensor:
        """Positions (worlds, 4, 2), spread evenly over the area in view."""
        u = counter_random.uniform(seed, FALSE_STREAM, step, (FALSE_SLOTS, 3))
        u = u.to(view.ranges.dtype)
        rays = view.ranges_with_people.shape[1]
        ray = (u[..., 1] * rays).to(torch.int64)
        reach = view.ranges_with_people.gather(1, ray).clamp_max(self.max_range)
        bearing = ray * (2 * math.pi / rays)
        away = reach * u[..., 2].sqrt()
        spot = torch.stack((away * bearing.cos(), away * bearing.sin()), dim=-1)
        occurs = u[..., 0] < self.false_positives / FALSE_SLOTS
        return torch.where(occurs[..., None], spot, torch.nan)


def _rotate(vectors: Tensor, angle: Tensor) -> Tensor:
    """Rotate vectors (worlds, n, 2) counter-clockwise by angle (worlds,) [rad]."""
    c, s = angle.cos()[:, None], angle.sin()[:, None]
    x, y = vectors[..., 0], vectors[..., 1]
    return torch.stack((c * x - s * y, s * x + c * y), dim=-1)
