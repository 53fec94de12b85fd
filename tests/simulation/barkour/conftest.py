"""Worlds to run in, one of each kind a test session."""

from __future__ import annotations

import numpy as np
import pytest

from policy_nodes.simulation.barkour.course import official_course
from policy_nodes.simulation.barkour.robot_model import BARKOUR
from policy_nodes.simulation.barkour.terrain import flat
from policy_nodes.simulation.barkour.world import BarkourWorld


class Handler:
    """Holds a robot in its stand."""

    kp, kd = np.full(12, BARKOUR.kp), np.full(12, BARKOUR.kd)
    stand = np.array(BARKOUR.stand)

    def hold(self, world: BarkourWorld, seconds: float = 1.0, **joints: float) -> None:
        """Hold the stand, with some joints elsewhere [rad], for some time [s]."""
        target = self.stand.copy()
        for name, angle in joints.items():
            target[world.robot.joints.index(name)] = angle
        for _ in range(round(seconds / world.period)):
            world.step(target, self.kp, self.kd)


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture(scope='session')
def _plain() -> BarkourWorld:
    return BarkourWorld(flat(), seed=1)


@pytest.fixture(scope='session')
def _official() -> BarkourWorld:
    return BarkourWorld(official_course(), seed=1)


@pytest.fixture
def plain(_plain: BarkourWorld) -> BarkourWorld:
    """A Barkour that stands on an even floor."""
    _plain.reset(1)
    return _plain


@pytest.fixture
def official(_official: BarkourWorld) -> BarkourWorld:
    """A Barkour that stands on the start table of the official course."""
    _official.reset(1)
    return _official
