"""A Panda on a table, and what plans for it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from panda import HOME, LIMITS, TABLE, panda_arm

from policy_nodes.motion.inverse_kinematics import InverseKinematics
from policy_nodes.motion.planner import MotionPlanner


@pytest.fixture(scope='session')
def arm():
    return panda_arm([TABLE])


@pytest.fixture(scope='session')
def kinematics(arm):
    return InverseKinematics(arm, LIMITS, home=HOME)


@pytest.fixture(scope='session')
def planner():
    return MotionPlanner(panda_arm([TABLE]), LIMITS, home=HOME, hand='panda_hand')
