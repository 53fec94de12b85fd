"""What a base tells, as columns: pose and twist, scan, people, goal, commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from policy_nodes.evaluation.lerobot.messages import message as build
from policy_nodes.evaluation.lerobot.stream import (
    Columns,
    Facts,
    Singles,
    Stream,
    floats,
    twist_stream,
)
from policy_nodes.evaluation.message_arrays import yaw_of
from policy_nodes.geometry.frames import quaternion_from_yaw

Names = Mapping[str, tuple[str, ...]]
Values = Mapping[str, Singles]

STATE, SCAN, GOAL = 'observation.state', 'observation.scan', 'observation.goal'
PEOPLE = 'observation.people'
PERSON = ('x', 'y', 'vx', 'vy', 'radius')
SLOTS = 16  # of people, in the tracker's order; an empty one is all zero
CONFIRMED = 1  # TrackedPerson


def _read_odometry(message: Any) -> Columns:
    at, twist = message.pose.pose, message.twist.twist
    values = [
        *(at.position.x, at.position.y, yaw_of(at.orientation)),
        *(twist.linear.x, twist.angular.z),
    ]
    return {STATE: (('x', 'y', 'yaw', 'v', 'w'), np.array(values))}


def _odometry(values: Values, names: Names, facts: Facts) -> Facts:
    x, y, yaw, v, w = floats(values[STATE])
    turn = quaternion_from_yaw(yaw)
    return {
        'child_frame_id': facts['child'],
        'pose__pose__position__x': x,
        'pose__pose__position__y': y,
        'pose__pose__orientation__z': float(turn[2]),
        'pose__pose__orientation__w': float(turn[3]),
        'twist__twist__linear__x': v,
        'twist__twist__angular__z': w,
    }


def _read_scan(message: Any) -> Columns:
    ranges = np.asarray(message.ranges, dtype=np.float64)
    # JSON and the statistics of a data set know no infinity: nothing seen is the greatest
    # range; too near, and unknown, is a range of 0, below the least one
    ranges = np.where(np.isposinf(ranges), message.range_max, ranges)
    ranges = np.where(np.isfinite(ranges), ranges, 0.0)
    return {SCAN: (tuple(f'ray_{i}' for i in range(len(ranges))), ranges)}


def _scan(values: Values, names: Names, facts: Facts) -> Facts:
    rays = values[SCAN].astype(np.float32)
    known = {name: facts[name] for name in _SCAN_FACTS}
    last = facts['angle_min'] + facts['angle_increment'] * (len(rays) - 1)
    return known | {'ranges': rays, 'angle_max': last}


_SCAN_FACTS = ('angle_min', 'angle_increment', 'range_min', 'range_max')


def _scan_facts(message: Any) -> Facts:
    return {name: float(getattr(message, name)) for name in _SCAN_FACTS}


def _read_goal(message: Any) -> Columns:
    at = message.pose.position
    return {GOAL: (('x', 'y', 'tolerance'), np.array([at.x, at.y, message.tolerance]))}


def _goal(values: Values, names: Names, facts: Facts) -> Facts:
    x, y, tolerance = floats(values[GOAL])
    return {
        'task': facts['task'],
        'pose__position__x': x,
        'pose__position__y': y,
        'pose__orientation__w': 1.0,
        'tolerance': tolerance,
    }


def _read_people(message: Any) -> Columns:
    rows = np.zeros((SLOTS, len(PERSON)))
    for row, each in zip(rows, message.persons, strict=False):
        at, moves = each.position, each.velocity
        row[:] = at.x, at.y, moves.x, moves.y, each.radius
    names = tuple(f'person_{i}.{name}' for i in range(SLOTS) for name in PERSON)
    return {PEOPLE: (names, rows.reshape(-1))}


def _people(values: Values, names: Names, facts: Facts) -> Facts:
    persons = [
        build(
            'policy_stack/msg/TrackedPerson',
            id=number,
            state=CONFIRMED,
            position__x=float(x),
            position__y=float(y),
            velocity__x=float(vx),
            velocity__y=float(vy),
            radius=float(radius),
        )
        for number, (x, y, vx, vy, radius) in enumerate(values[PEOPLE].reshape(SLOTS, -1))
        if radius > 0.0
    ]
    return {'persons': persons}


BASE = (
    Stream(
        '/odom',
        'nav_msgs/msg/Odometry',
        (STATE,),
        _read_odometry,
        _odometry,
        lambda message: {'child': message.child_frame_id},
        needed=True,
    ),
    Stream('/scan', 'sensor_msgs/msg/LaserScan', (SCAN,), _read_scan, _scan, _scan_facts),
    Stream(
        '/goal',
        'policy_stack/msg/TaskGoal',
        (GOAL,),
        _read_goal,
        _goal,
        lambda message: {'task': message.task},
    ),
    Stream('/tracked_people', 'policy_stack/msg/TrackedPersons', (PEOPLE,), _read_people, _people),
    twist_stream('/cmd_vel', 'action', needed=True),
    twist_stream('/navigation_policy/cmd_vel', 'action.proposed'),
)
