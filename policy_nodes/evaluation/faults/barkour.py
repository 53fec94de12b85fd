"""The campaign of a Barkour whose legs follow joint targets."""

from __future__ import annotations

import math
import random
from typing import Any

from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import Imu, JointState, Range, Temperature

from policy_nodes.evaluation.faults import begins, common_faults, numbers
from policy_nodes.evaluation.faults.common_faults import CLOCK
from policy_nodes.evaluation.faults.fault import Fault, Onset
from policy_nodes.evaluation.faults.legged_motion import LeggedMotion
from policy_nodes.evaluation.faults.message_faults import codes, edited, flooded, limited
from policy_nodes.evaluation.faults.numbers import Change
from policy_nodes.evaluation.faults.robot import Robot, Stream
from policy_nodes.evaluation.faults.tampers import edit
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
            'contacts': Stream('foot_contacts', JointState),
            'height': Stream('body_height', Range),
            'temperature': Stream('joint_temperatures', Temperature),
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
        *common_faults.of_the_clock(
            timeout, config.clock.future_tolerance + config.proposal.period
        ),
        *common_faults.of_processes(timeout, config.heartbeat.timeout),
        *common_faults.of_people(),
    )


def _bad_proposals() -> tuple[Fault, ...]:
    nan, infinite = numbers.one('position', math.nan), numbers.one('kp', math.inf)
    short = numbers.every('position', lambda values: values[:-1])
    outside = numbers.every('position', lambda values: [6.0] * len(values))
    stiff = numbers.every('kp', lambda values: [100.0 * each for each in values])
    swapped, doubled = numbers.swapped_names, numbers.doubled_name
    unknown = numbers.unknown_name
    limits = ('leg_position_limit', 'leg_velocity_limit', 'leg_torque_limit')
    return (
        edited('proposal_nan', 'S3', 'One target is NaN.', nan, 'proposal_not_finite'),
        edited('proposal_inf', 'S3', 'One gain is infinite.', infinite, 'proposal_not_finite'),
        edited('proposal_short', 'S3', 'One target is missing.', short, 'proposal_shape'),
        edited('proposal_order', 'S3', 'Two joints are exchanged.', swapped, 'proposal_order'),
        edited('proposal_doubled', 'S3', 'A joint is named twice.', doubled, 'proposal_names'),
        edited('proposal_unknown', 'S3', 'A joint is unknown.', unknown, 'proposal_names'),
        limited('proposal_wild', 'S8', 'All targets are far outside.', outside, *limits),
        limited('proposal_stiff', 'S14', 'Gains are 100 times too high.', stiff, 'leg_gain_limit'),
        flooded('S3'),
    )


def _bad_states(config: LeggedSafetyConfig) -> tuple[Fault, ...]:
    joints, imu = config.joints, config.imu
    torque = OVER * max(joints.lasting_torque)
    heavy = numbers.every('effort', lambda values: [torque] * len(values))
    fast = numbers.one('velocity', RUNAWAY)

    def of(
        name: str, sentence: str, stream: str, change: Change, timeout: float, reason: str
    ) -> Fault:
        return edited(
            *(name, 'S14', sentence, change, reason), stream=stream, timeout=timeout, latches=True
        )

    return (
        of('tilted', 'It rolls to 0.9 rad.', 'imu', _rolled(TILT), imu.tilt_time, 'leg_tilt'),
        of('fallen', 'It lies on its side.', 'imu', _rolled(FALLEN), imu.tilt_time, 'leg_fallen'),
        of('torque', 'Joints bear too much.', 'joints', heavy, joints.torque_time, 'leg_torque'),
        of('runaway', 'A joint is too fast.', 'joints', fast, joints.runaway_time, 'leg_runaway'),
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
