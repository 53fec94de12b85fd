"""The campaign of a TurtleBot in a crowd."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import LaserScan

from policy_nodes.evaluation.faults import begins, common_faults
from policy_nodes.evaluation.faults.base_motion import BaseMotion
from policy_nodes.evaluation.faults.common_faults import CLOCK, codes
from policy_nodes.evaluation.faults.fault import Fault, Onset
from policy_nodes.evaluation.faults.robot import Robot, Stream
from policy_nodes.evaluation.faults.tampers import edit, flood
from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.parameters.parameter import flatten
from policy_stack.msg import TrackedPersons

NAME = 'turtlebot'
PERIOD = 0.1
WALL = 0.19  # [m] of a wall that suddenly stands around the robot
BLIND = math.radians(60.0)  # to either side of ahead
# what a crowd makes a sound controller do
CROWD = codes(
    *('zone_stop', 'approach_stop', 'people_stop', 'zone_slow', 'approach_slow'),
    *('people_slow', 'people_give_way', 'velocity_limit', 'acceleration_limit', 'jerk_limit'),
)


def robot() -> Robot:
    """Describe the launched TurtleBot with its faults; time-outs come from its yaml."""
    values = flatten(node_parameters('safety_controller', NAME))
    config = BaseSafetyConfig.from_mapping(values)
    return Robot(
        NAME,
        'navigation_policy',
        {
            'proposal': Stream('navigation_policy/cmd_vel', TwistStamped),
            'scan': Stream('scan', LaserScan),
            'odometry': Stream('odom', Odometry),
            'people': Stream('tracked_people', TrackedPersons),
            CLOCK: Stream('/clock', Clock),
        },
        'proposal',
        Stream('cmd_vel', TwistStamped),
        lambda: BaseMotion(config, PERIOD),
        _faults(config),
        {'episodes': '100000', 'scenario': 'rand', 'record': 'false'},
        PERIOD,
        CROWD,
    )


def _faults(config: BaseSafetyConfig) -> tuple[Fault, ...]:
    timeout = config.proposal.timeout
    return (
        *common_faults.of_proposals('proposal', timeout),
        *_bad_proposals(),
        *common_faults.of_a_sensor('scan', 'The lidar', config.scan.timeout),
        *common_faults.of_a_sensor('odometry', 'Odometry', config.odometry.timeout),
        Fault(
            'scan_blind',
            'S12',
            'The lidar sees nothing ahead.',
            begins.on('scan', by=edit(_blind)),
            codes('scan_blind'),
            Onset.DAMAGED,
            'scan',
        ),
        Fault(
            'obstacle_appears',
            'S12',
            'A wall stands around the robot at once.',
            begins.on('scan', by=edit(_wall)),
            codes('zone_stop', 'approach_stop'),
            Onset.DAMAGED,
            'scan',
            stands=False,
        ),
        Fault(
            'runs_away',
            'S10',
            'Odometry says that the base is 0.5 m/s faster than it was sent.',
            begins.on('odometry', by=edit(_faster)),
            codes('tracking_error'),
            Onset.DAMAGED,
            'odometry',
            config.tracking.response + config.tracking.time,
            lasts=1.5,
            latches=True,
        ),
        *common_faults.of_the_clock(timeout, config.clock.future_tolerance),
        *common_faults.of_processes(timeout, config.heartbeat.timeout),
        *common_faults.of_people(),
    )


def _bad_proposals() -> tuple[Fault, ...]:
    def stops(name: str, sentence: str, change: Any, *reasons: str) -> Fault:
        by = begins.on('proposal', by=edit(change))
        return Fault(name, 'S3', sentence, by, codes(*reasons), Onset.DAMAGED, 'proposal')

    def limited(name: str, behaviour: str, sentence: str, change: Any, *reasons: str) -> Fault:
        by = begins.on('proposal', by=edit(change))
        given = codes(*reasons)
        return Fault(name, behaviour, sentence, by, given, Onset.DAMAGED, 'proposal', stops=False)

    return (
        stops('proposal_nan', 'One value is NaN.', _number(math.nan), 'proposal_not_finite'),
        stops('proposal_inf', 'One value is infinite.', _number(math.inf), 'proposal_not_finite'),
        stops('proposal_frame', 'It is stated in another frame.', _frame, 'proposal_frame'),
        stops('proposal_axis', 'It asks for sideways motion.', _sideways, 'proposal_axis'),
        limited('proposal_wild', 'S9', 'It is ten times too fast.', _wild, 'velocity_limit'),
        limited(
            *('proposal_alternating', 'S9', 'It changes from full ahead to full astern.'),
            _alternating(),
            *('acceleration_limit', 'jerk_limit', 'velocity_limit'),
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


def _number(value: float) -> Any:
    def change(message: TwistStamped, chance: random.Random) -> None:
        vector = chance.choice([message.twist.linear, message.twist.angular])
        setattr(vector, chance.choice('xyz'), value)

    return change


def _faster(message: Odometry, _chance: random.Random) -> None:
    message.twist.twist.linear.x += 0.5


def _frame(message: TwistStamped, _chance: random.Random) -> None:
    message.header.frame_id = 'map'


def _sideways(message: TwistStamped, _chance: random.Random) -> None:
    message.twist.linear.y = 0.3


def _wild(message: TwistStamped, chance: random.Random) -> None:
    message.twist.linear.x = 5.0
    message.twist.angular.z = chance.choice([-10.0, 10.0])


def _alternating() -> Any:
    def change(message: TwistStamped, _chance: random.Random) -> None:
        stamp = message.header.stamp
        ahead = (stamp.sec * 10 + stamp.nanosec // 100_000_000) % 2
        message.twist.linear.x = 0.5 if ahead else -0.5
        message.twist.angular.z = 1.0 if ahead else -1.0

    return change


def _angles(message: LaserScan) -> np.ndarray:
    turn = message.angle_min + message.angle_increment * np.arange(len(message.ranges))
    return np.arctan2(np.sin(turn), np.cos(turn))


def _blind(message: LaserScan, _chance: random.Random) -> None:
    ranges = np.array(message.ranges, dtype=np.float32)
    ranges[np.abs(_angles(message)) < BLIND] = np.nan
    message.ranges = ranges.tolist()


def _wall(message: LaserScan, _chance: random.Random) -> None:
    message.ranges = [WALL] * len(message.ranges)
