"""The arm of the motion executor among the boxes of its parameters, ready to plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from policy_nodes.evaluation.motion_barriers import barriers_of
from policy_nodes.motion.arm import Arm
from policy_nodes.motion.execution import ExecutionSettings
from policy_nodes.motion.limits import motion_limits
from policy_nodes.motion.planner import MotionPlanner
from policy_nodes.motion.scene import Obstacle, arm_in_scene, box
from policy_nodes.simulation.tabletop.panda_model import panda_spec

LIMITS = ('lower', 'upper', 'velocity', 'acceleration', 'jerk')
PLANNER = ('hand', 'clearance', 'singular', 'step', 'turn', 'approach', 'seeds', 'tries')
EXECUTION = (
    *('frame', 'max_age', 'rows', 'dt', 'tolerance', 'response', 'near', 'turned'),
    *('patience', 'replans', 'gripper_patience', 'gripper_blind'),
)


def build(given: Mapping[str, Any]) -> tuple[MotionPlanner, Arm]:
    """Build the planner, and a second arm to measure with while it plans.

    Args:
        given: parameters of the motion executor by name; what is absent keeps its default.

    Raises:
        ValueError: a value makes no sense; the message names it.
    """
    names = list(given['joints'])
    limits = motion_limits(
        names, **{name: given[name] for name in LIMITS}, margin=given.get('margin', 0.05)
    )
    home = np.array(given['home'], dtype=np.float64)
    if home.shape != (len(names),) or not limits.inside(home):
        raise ValueError('home has to be one position for each joint, inside of the limits')
    foot = given.get('base', (0.0, 0.0, 0.0))
    yaw = given.get('base_yaw', 0.0)
    model = arm_in_scene(panda_spec(), boxes(given), position=foot, yaw=yaw)
    tip, robot = given.get('tip', 'tip'), given.get('robot', '')
    planner = MotionPlanner(
        Arm(model, names, tip=tip),
        limits,
        home=home,
        **{name: given[name] for name in PLANNER if name in given},
        hinders=barriers_of(robot) if robot else None,
    )
    return planner, Arm(model, names, tip=tip)


def boxes(given: Mapping[str, Any]) -> list[Obstacle]:
    """Read the boxes.

    Raises:
        ValueError: not three numbers for each, or a size of none.
    """
    names = [name for name in given.get('boxes', ()) if name]
    if not names:
        return []
    centres, sizes = (np.array(given[f'box_{what}']) for what in ('centres', 'sizes'))
    for what, values in (('box_centres', centres), ('box_sizes', sizes)):
        if values.size != 3 * len(names) or not np.isfinite(values).all():
            raise ValueError(f'{what} has to hold three finite numbers for each of {names}')
    if not (sizes > 0).all():
        raise ValueError('box_sizes have to be above zero')
    return [
        box(name, centre, size)
        for name, centre, size in zip(
            names, centres.reshape(-1, 3), sizes.reshape(-1, 3), strict=True
        )
    ]


def execution_settings(given: Mapping[str, Any]) -> ExecutionSettings:
    """How key poses are carried out; what is absent keeps its default."""
    return ExecutionSettings(**{name: given[name] for name in EXECUTION if name in given})
