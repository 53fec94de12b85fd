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

from policy_nodes.evaluation.faults import common_faults
from policy_nodes.evaluation.faults.base_motion import BaseMotion
from policy_nodes.evaluation.faults.common_faults import CLOCK
from policy_nodes.evaluation.faults.fault import Fault
from policy_nodes.evaluation.faults.message_faults import codes, edited, flooded, limited
from policy_nodes.evaluation.faults.robot import Robot, Stream
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
        edited('scan_blind', 'S12', 'It sees nothing ahead.', _blind, 'scan_blind', stream='scan'),
        edited(
            *('obstacle_appears', 'S12', 'A wall stands around the robot at once.', _wall),
            *('zone_stop', 'approach_stop'),
            stream='scan',
            stands=False,
        ),
        edited(
            *('runs_away', 'S10', 'Odometry says that the base is 1 m/s too fast.', _faster),
            'tracking_error',
            stream='odometry',
            timeout=config.tracking.response + config.tracking.time,
            lasts=1.5,
            latches=True,
        ),
        *common_faults.of_the_clock(
            timeout, config.clock.future_tolerance + config.proposal.period
        ),
        *common_faults.of_processes(timeout, config.heartbeat.timeout),
        *common_faults.of_people(),
    )


def _bad_proposals() -> tuple[Fault, ...]:
    nan, infinite = _number(math.nan), _number(math.inf)
    rates = ('acceleration_limit', 'jerk_limit', 'velocity_limit')
    return (
        edited('proposal_nan', 'S3', 'One value is NaN.', nan, 'proposal_not_finite'),
        edited('proposal_inf', 'S3', 'One value is infinite.', infinite, 'proposal_not_finite'),
        edited('proposal_frame', 'S3', 'It is in another frame.', _frame, 'proposal_frame'),
        edited('proposal_axis', 'S3', 'It asks for sideways motion.', _sideways, 'proposal_axis'),
        limited('proposal_wild', 'S9', 'It is ten times too fast.', _wild, *rates),
        limited('proposal_alternating', 'S9', 'It goes to and fro.', _alternating(), *rates),
        flooded('S3'),
    )


def _number(value: float) -> Any:
    def change(message: TwistStamped, chance: random.Random) -> None:
        vector = chance.choice([message.twist.linear, message.twist.angular])
        setattr(vector, chance.choice('xyz'), value)

    return change


def _faster(message: Odometry, _chance: random.Random) -> None:
    message.twist.twist.linear.x += 1.0


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
