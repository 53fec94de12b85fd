"""The campaign of a Barkour whose legs follow joint targets."""

from __future__ import annotations

import math
import random
from typing import Any

from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import Imu, JointState

from policy_nodes.evaluation.faults import begins, common_faults, numbers
from policy_nodes.evaluation.faults.common_faults import CLOCK, codes
from policy_nodes.evaluation.faults.fault import Fault, Onset
from policy_nodes.evaluation.faults.legged_motion import LeggedMotion
from policy_nodes.evaluation.faults.numbers import Change
from policy_nodes.evaluation.faults.robot import Robot, Stream
from policy_nodes.evaluation.faults.tampers import edit, flood
from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.parameters.parameter import flatten
from policy_stack.msg import JointCommand

NAME = 'barkour'
PERIOD = 0.1  # [s] of allowance for a stop to begin
TILT, FALLEN = 0.9, 1.6  # [rad] about the x axis
OVER = 1.5  # of the lasting torque
RUNAWAY = 60.0  # [rad/s]
OWN = codes(
    *('leg_standing_up', 'leg_blending_in', 'leg_position_limit', 'leg_velocity_limit'),
    *('leg_torque_limit', 'leg_gain_limit'),
)


def robot() -> Robot:
    """Describe the launched Barkour with its faults; time-outs come from its yaml."""
    values = flatten(node_parameters('safety_controller', NAME))
    config = LeggedSafetyConfig.from_mapping(values)
    return Robot(
        NAME,
        'locomotion_policy',
        {
            'proposal': Stream('locomotion_policy/joint_command', JointCommand),
            'imu': Stream('imu', Imu),
            'joints': Stream('joint_states', JointState),
            CLOCK: Stream('/clock', Clock),
        },
        'proposal',
        Stream('joint_command', JointCommand),
        lambda: LeggedMotion(config, PERIOD),
        _faults(config),
        {'record': 'false', 'reset_safety': 'true'},
        PERIOD,
        OWN,
        gap=0.15,
        sits=True,
        starting=codes('leg_standing_up', 'leg_blending_in'),
    )


def _faults(config: LeggedSafetyConfig) -> tuple[Fault, ...]:
    timeout = config.proposal.timeout
    return (
        *common_faults.of_proposals('proposal', timeout),
        *_bad_proposals(),
        *common_faults.of_a_sensor('imu', 'The IMU', config.imu.timeout),
        *common_faults.of_a_sensor('joints', 'The joint state', config.joints.timeout),
        *_bad_states(config),
        *common_faults.of_the_clock(timeout, config.clock.future_tolerance),
        *common_faults.of_processes(timeout, config.heartbeat.timeout),
        *common_faults.of_people(),
    )


def _bad_proposals() -> tuple[Fault, ...]:
    def stops(name: str, sentence: str, change: Change, reason: str) -> Fault:
        by = begins.on('proposal', by=edit(change))
        return Fault(name, 'S3', sentence, by, codes(reason), Onset.DAMAGED, 'proposal')

    def limited(name: str, behaviour: str, sentence: str, change: Change, *reasons: str) -> Fault:
        by = begins.on('proposal', by=edit(change))
        given = codes(*reasons)
        return Fault(name, behaviour, sentence, by, given, Onset.DAMAGED, 'proposal', stops=False)

    return (
        stops(
            'proposal_nan',
            'One target is NaN.',
            numbers.one('position', math.nan),
            'proposal_not_finite',
        ),
        stops(
            'proposal_inf',
            'One gain is infinite.',
            numbers.one('kp', math.inf),
            'proposal_not_finite',
        ),
        stops(
            'proposal_short',
            'One target is missing.',
            numbers.every('position', lambda values: values[:-1]),
            'proposal_shape',
        ),
        stops(
            'proposal_order', 'Two joints are exchanged.', numbers.swapped_names, 'proposal_order'
        ),
        stops(
            'proposal_doubled', 'A joint is named twice.', numbers.doubled_name, 'proposal_names'
        ),
        stops(
            'proposal_unknown',
            'An unknown joint is named.',
            numbers.unknown_name,
            'proposal_names',
        ),
        limited(
            'proposal_wild',
            'S8',
            'All targets are far outside.',
            numbers.every('position', lambda values: [6.0] * len(values)),
            'leg_position_limit',
            'leg_velocity_limit',
            'leg_torque_limit',
        ),
        limited(
            'proposal_stiff',
            'S14',
            'All gains are a hundred times too high.',
            numbers.every('kp', lambda values: [100.0 * each for each in values]),
            'leg_gain_limit',
        ),
        Fault(
            'proposal_flood',
            'S3',
            'Each proposal comes ten times.',
            begins.on('proposal', by=flood),
            codes('proposal_repeated'),
            Onset.DAMAGED,
            'proposal',
            stops=False,
        ),
    )


def _bad_states(config: LeggedSafetyConfig) -> tuple[Fault, ...]:
    joints, imu = config.joints, config.imu
    lasting = max(joints.lasting_torque)

    def of(
        name: str, sentence: str, stream: str, change: Change, timeout: float, *reasons: str
    ) -> Fault:
        by = begins.on(stream, by=edit(change))
        given = codes(*reasons)
        return Fault(
            *(name, 'S14', sentence, by, given, Onset.DAMAGED, stream, timeout),
            latches=True,
        )

    return (
        of(
            'tilted', 'The body rolls to 0.9 rad.', 'imu', _rolled(TILT), imu.tilt_time, 'leg_tilt'
        ),
        of(
            'fallen',
            'The body lies on its side.',
            'imu',
            _rolled(FALLEN),
            imu.tilt_time,
            'leg_fallen',
        ),
        of(
            'torque',
            'All joints bear too much torque.',
            'joints',
            numbers.every('effort', lambda values: [OVER * lasting] * len(values)),
            joints.torque_time,
            'leg_torque',
        ),
        of(
            'runaway',
            'A joint is measured far too fast.',
            'joints',
            numbers.one('velocity', RUNAWAY),
            joints.runaway_time,
            'leg_runaway',
        ),
        Fault(
            'imu_nan',
            'S7',
            'One measured acceleration is NaN.',
            begins.on('imu', by=edit(_nan_acceleration)),
            codes('source_silent', 'source_old'),
            Onset.SILENT,
            'imu',
            imu.timeout,
        ),
    )


def _rolled(angle: float) -> Change:
    def change(message: Any, chance: random.Random) -> None:
        half = angle / 2 * chance.choice([-1.0, 1.0])
        pose = message.orientation
        pose.x, pose.y, pose.z, pose.w = math.sin(half), 0.0, 0.0, math.cos(half)

    return change


def _nan_acceleration(message: Any, _chance: random.Random) -> None:
    message.linear_acceleration.x = math.nan
