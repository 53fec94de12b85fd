"""Noise on what a training policy sees, so that it holds up behind a real tracker and lidar."""

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from policy_nodes.simulation.crowd import counter_random

SHARE, POSITION, VELOCITY, MISSED, RANGE = 301, 302, 303, 304, 305
EPOCH = 512  # a world keeps its kind of noise for so many steps


@dataclass(frozen=True)
class Perturbation:
    """How much noise; a part of the worlds stays free of it.

    Attributes:
        share: of worlds with noise.
        position: of people, standard deviation [m].
        velocity: of people, standard deviation [m/s].
        missed: chance that a visible person is not seen in a step.
        range: of the lidar, standard deviation [m].
    """

    share: float = 0.1
    position: float = 0.04
    velocity: float = 0.08
    missed: float = 0.03
    range: float = 0.01

    def apply(self, view: Any, key: Tensor, clock: Tensor) -> Any:
        """Disturb an observation of the crowd world (a dataclass with its fields)."""
        kind = torch.div(clock, EPOCH, rounding_mode='floor')
        noisy = counter_random.uniform(key, SHARE, kind) < self.share
        on = noisy.to(view.pose.dtype)[:, None, None]
        people = view.people.shape[1]
        spot = counter_random.normal(key, POSITION, clock, (people, 2))
        pace = counter_random.normal(key, VELOCITY, clock, (people, 2))
        lost = counter_random.uniform(key, MISSED, clock, (people,)) < self.missed
        rays = counter_random.normal(key, RANGE, clock, view.ranges.shape[1:])
        return replace(
            view,
            people=view.people + on * self.position * spot,
            people_velocity=view.people_velocity + on * self.velocity * pace,
            visible=view.visible & ~(lost & noisy[:, None]),
            ranges=(view.ranges + on[:, 0] * self.range * rays).clamp_min(0.0),
        )
