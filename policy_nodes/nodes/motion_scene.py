"""The arm of the motion executor among the boxes of its parameters, ready to plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from policy_nodes.motion.arm import Arm
from policy_nodes.motion.execution import ExecutionSettings
from policy_nodes.motion.limits import motion_limits
from policy_nodes.motion.planner import MotionPlanner
from policy_nodes.motion.scene import arm_in_scene, box
from policy_nodes.nodes.interface import Setting
from policy_nodes.nodes.motion_barriers import barriers_of
from policy_nodes.simulation.tabletop.panda_model import panda_spec

LIMITS = ('lower', 'upper', 'velocity', 'acceleration', 'jerk')
EXECUTION = (
    *('frame', 'max_age', 'rows', 'dt', 'tolerance', 'response', 'near', 'turned'),
    *('patience', 'replans', 'gripper_patience', 'gripper_blind'),
)

ARM_SETTINGS = (
    Setting('joints', [''], 'names, in the order of the safety controller'),
    Setting('fingers', [''], 'joints of the gripper, if joint states tell of them'),
    Setting('lower', [0.0], 'least position of each joint', 'rad'),
    Setting('upper', [0.0], 'greatest position of each joint', 'rad'),
    Setting('velocity', [0.0], 'greatest of each joint', 'rad/s'),
    Setting('acceleration', [0.0], 'greatest of each joint', 'rad/s^2'),
    Setting('jerk', [0.0], 'greatest of each joint', 'rad/s^3'),
    Setting('margin', 0.05, 'kept from the ends of every joint', 'rad', (0.0, 0.5)),
    Setting('home', [0.0], 'a good configuration to begin the search from', 'rad'),
    Setting('tip', 'tip', 'site of the model that goes to key poses'),
    Setting('hand', '', 'body of the model that begins the hand, which may be let touch'),
    Setting('base', [0.0, 0.0, 0.0], 'place of the foot in the world', 'm'),
    Setting('base_yaw', 0.0, 'of the foot about the vertical', 'rad', (-3.2, 3.2)),
    Setting('boxes', [''], 'names of upright boxes that stand around'),
    Setting('box_centres', [0.0], 'x, y, z of each box in the world', 'm'),
    Setting('box_sizes', [0.0], 'full sizes along x, y, z of each box', 'm'),
    Setting('robot', '', 'plan within the shipped limits of its safety controller; empty: do not'),
    Setting('clearance', 0.005, 'what is nearer collides', 'm', (0.0005, 0.1)),
    Setting('singular', 0.01, 'least manipulability at a key pose', '', (0.0, 1.0)),
    Setting('step', 0.01, 'between poses of a straight line', 'm', (0.001, 0.1)),
    Setting('turn', 0.06, 'between poses of a straight line', 'rad', (0.01, 0.5)),
    Setting('seeds', 24, 'beginnings of inverse kinematics', range=(4, 1000)),
    Setting('tries', 1500, 'branches of the search round obstacles', range=(1, 100000)),
)
EXECUTION_SETTINGS = (
    Setting('frame', 'world', 'that key poses are to be stated in'),
    Setting('max_age', 3.0, 'of the observation that a key pose answers', 's', (0.05, 60.0)),
    Setting('rows', 40, 'of a proposal', range=(2, 200)),
    Setting('dt', 0.025, 'time between rows', 's', (0.005, 0.2)),
    Setting('tolerance', 0.02, 'a joint that far off has left its way', 'rad', (0.001, 0.5)),
    Setting('response', 0.03, 'so much later than told is the arm there', 's', (0.0, 0.5)),
    Setting('near', 0.005, 'the tip is there within this', 'm', (0.0001, 0.1)),
    Setting('turned', 0.02, 'the tip is there within this', 'rad', (0.001, 0.5)),
    Setting('patience', 4.0, 'getting no further for so long is the end', 's', (0.1, 60.0)),
    Setting('replans', 3, 'ways planned anew for one key pose', range=(0, 100)),
    Setting('gripper_patience', 3.0, 'longest time for the gripper', 's', (0.1, 30.0)),
    Setting('gripper_blind', 0.5, 'for a gripper that nobody measures', 's', (0.0, 30.0)),
)


def build(given: Mapping[str, Any]) -> tuple[MotionPlanner, Arm]:
    """Build the planner, and a second arm to measure with while it plans.

    Args:
        given: values of `ARM_SETTINGS` by name.

    Raises:
        ValueError: a value makes no sense; the message names it.
    """
    names = list(given['joints'])
    limits = motion_limits(names, **{name: given[name] for name in LIMITS}, margin=given['margin'])
    home = np.array(given['home'], dtype=np.float64)
    if home.shape != (len(names),) or not limits.inside(home):
        raise ValueError('home has to be one position for each joint, inside of the limits')
    model = arm_in_scene(panda_spec(), boxes(given), position=given['base'], yaw=given['base_yaw'])
    planner = MotionPlanner(
        Arm(model, names, tip=given['tip']),
        limits,
        home=home,
        **{name: given[name] for name in ('hand', 'clearance', 'singular')},
        **{name: given[name] for name in ('step', 'turn', 'seeds', 'tries')},
        hinders=barriers_of(given['robot']) if given['robot'] else None,
    )
    return planner, Arm(model, names, tip=given['tip'])


def boxes(given: Mapping[str, Any]) -> list:
    """Read the boxes.

    Raises:
        ValueError: not three numbers for each, or a size of none.
    """
    names = [name for name in given['boxes'] if name]
    centres, sizes = (np.array(given[f'box_{what}']) for what in ('centres', 'sizes'))
    if not names:
        return []
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
    """How key poses are carried out, by `EXECUTION_SETTINGS`."""
    return ExecutionSettings(**{name: given[name] for name in EXECUTION})
