"""The campaign of a Panda that moves by chunks of joint positions."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import JointState, Range
from trajectory_msgs.msg import JointTrajectory

from policy_nodes.evaluation.faults import begins, common_faults, numbers
from policy_nodes.evaluation.faults.arm_motion import ArmMotion
from policy_nodes.evaluation.faults.common_faults import CLOCK
from policy_nodes.evaluation.faults.fault import Fault, Onset
from policy_nodes.evaluation.faults.message_faults import PROPOSAL, codes, edited, flooded, limited
from policy_nodes.evaluation.faults.numbers import Change
from policy_nodes.evaluation.faults.robot import Robot, Stream
from policy_nodes.evaluation.faults.tampers import edit
from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.parameters.parameter import flatten
from policy_stack.msg import ActionChunk

NAME = 'panda'
PERIOD = 0.1  # [s] of allowance for a stop to begin
MOVED = 0.3  # [rad] by which a joint is moved by hand
SPEED_UP = 30.0
# what the waves of a sound policy make a sound controller do
OWN = codes(
    *('velocity_limit', 'acceleration_limit', 'jerk_limit', 'position_limit'),
    *('distance_slow', 'distance_stop', 'singularity_slow', 'singularity_stop', 'workspace_stop'),
)


def robot() -> Robot:
    """Describe the launched Panda with its faults; time-outs come from its yaml."""
    config = ArmSafetyConfig.from_mapping(flatten(node_parameters('safety_controller', NAME)))
    return Robot(
        NAME,
        'motion_executor',
        {
            'proposal': Stream('motion_executor/action_chunk', ActionChunk),
            'joint_state': Stream('joint_states', JointState),
            'distance': Stream('distance', Range),
            CLOCK: Stream('/clock', Clock),
        },
        'proposal',
        Stream('joint_trajectory_controller/joint_trajectory', JointTrajectory),
        lambda: ArmMotion(config, PERIOD),
        _faults(config),
        {'record': 'false', 'reset_safety': 'true'},
        PERIOD,
        OWN,
        gap=0.5,
    )


def _faults(config: ArmSafetyConfig) -> tuple[Fault, ...]:
    timeout = config.chunk.timeout
    return (
        *common_faults.of_proposals('proposal', timeout),
        *_bad_chunks(timeout),
        *common_faults.of_a_sensor('joint_state', 'The joint state', config.joint_state.timeout),
        *_bad_states(config.joint_state.timeout),
        *common_faults.of_the_clock(timeout, config.clock.future_tolerance),
        *common_faults.of_processes(timeout, config.heartbeat.timeout),
        *common_faults.of_people(),
    )


def _bad_chunks(timeout: float) -> tuple[Fault, ...]:
    nan, infinite = numbers.one('values', math.nan), numbers.one('values', math.inf)
    short = numbers.every('values', lambda values: values[:-1])
    swapped, doubled = numbers.swapped_names, numbers.doubled_name
    unknown = numbers.unknown_name
    rates = ('velocity_limit', 'acceleration_limit', 'jerk_limit', 'position_limit')

    def outlasts(name: str, sentence: str, change: Change, reason: str) -> Fault:
        """Refuse a chunk that leaves the one before it in force until that is spent."""
        given = codes(reason, 'chunk_spent', 'proposal_silent')
        by = begins.on(PROPOSAL, by=edit(change))
        return Fault(name, 'S19', sentence, by, given, Onset.SILENT, PROPOSAL, timeout, lasts=1.5)

    return (
        edited('chunk_nan', 'S3', 'One value is NaN.', nan, 'proposal_not_finite'),
        edited('chunk_inf', 'S3', 'One value is infinite.', infinite, 'proposal_not_finite'),
        edited('chunk_short', 'S3', 'One value is missing.', short, 'proposal_shape'),
        edited('chunk_empty', 'S3', 'It has no rows.', _empty, 'proposal_timing'),
        edited('chunk_order', 'S3', 'Two joints are exchanged.', swapped, 'proposal_order'),
        edited('chunk_doubled', 'S3', 'A joint is named twice.', doubled, 'proposal_names'),
        edited('chunk_unknown', 'S3', 'A joint is unknown.', unknown, 'proposal_names'),
        edited('chunk_kind', 'S3', 'It holds velocities.', _velocities, 'proposal_kind'),
        edited('chunk_dt', 'S9', 'Its rows take no time.', _no_time, 'proposal_timing'),
        outlasts('chunk_seam', 'It begins far from the arm.', _elsewhere, 'chunk_seam'),
        outlasts('chunk_epoch', 'It is of another epoch.', _old_epoch, 'proposal_before_reset'),
        limited('chunk_wild', 'S9', 'It moves thirty times as fast.', _wild, *rates),
        flooded('S19'),
    )


def _bad_states(timeout: float) -> tuple[Fault, ...]:
    return (
        Fault(
            'joint_state_nan',
            'S7',
            'One measured position is NaN.',
            begins.on('joint_state', by=edit(numbers.one('position', math.nan))),
            codes('source_silent', 'source_old'),
            Onset.SILENT,
            'joint_state',
            timeout,
        ),
        edited(
            *('joints_blocked', 'S10', 'The joints stay where they are.', _Blocked()),
            'tracking_error',
            stream='joint_state',
            timeout=2.5,  # until a wave that just begins has left its joint behind by the bound
            lasts=3.5,
            latches=True,
        ),
        edited(
            *('joint_moved', 'S10', 'A joint is measured 0.3 rad away.', _moved),
            'tracking_error',
            stream='joint_state',
            latches=True,
        ),
    )


class _Blocked:
    """Keeps the joints where they are when the fault begins."""

    def __init__(self) -> None:
        self._stamp = -1.0
        self._position: list[float] = []

    def __call__(self, message: Any, _chance: random.Random) -> None:
        at = message.header.stamp.sec + message.header.stamp.nanosec * 1e-9
        if not 0 <= at - self._stamp < 1.0:  # another injection
            self._position = list(message.position)
        self._stamp = at
        message.position = self._position


def _moved(message: Any, chance: random.Random) -> None:
    position = list(message.position)
    position[chance.randrange(len(position))] += MOVED
    message.position = position


def _empty(message: Any, _chance: random.Random) -> None:
    message.horizon, message.values = 0, []


def _velocities(message: Any, _chance: random.Random) -> None:
    message.kind = 'velocity'


def _no_time(message: Any, _chance: random.Random) -> None:
    message.dt = 0.0


def _old_epoch(message: Any, _chance: random.Random) -> None:
    message.epoch = max(0, message.epoch - 1)


def _elsewhere(message: Any, _chance: random.Random) -> None:
    message.values = [value + 1.0 for value in message.values]


def _wild(message: Any, _chance: random.Random) -> None:
    rows = np.array(message.values).reshape(message.horizon, -1)
    message.values = (rows[0] + SPEED_UP * (rows - rows[0])).ravel().tolist()
