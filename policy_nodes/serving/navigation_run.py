"""A navigation policy of any kind by the names of its contract, one robot at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.action_term import ActionTerm
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.observation_term import ObservationTerm
from policy_nodes.contract.samples import BaseSample, PeopleSample
from policy_nodes.geometry.frames import quaternion_from_yaw
from policy_nodes.policies.navigation import NavigationPolicy
from policy_nodes.policies.navigator import Navigator, view_of
from policy_nodes.policies.velocity_steps import V_MAX, W_MAX

Arrays = Mapping[str, NDArray[Any]]

BASE = 'base'
RATE_HZ = 10.0
RAYS = 180
RADIUS = 0.3  # of a person, where nobody says otherwise [m]


def plain_contract(name: str) -> Contract:
    """State what a navigation policy without weights reads and proposes.

    Args:
        name: of the policy.
    """
    return Contract(
        robot='turtlebot',
        policy=name,
        rate_hz=RATE_HZ,
        observations=(
            ObservationTerm(
                name='scan',
                source='sensor_msgs/msg/LaserScan',
                frame='base_link',
                unit=('m',),
                shape=(RAYS,),
                rate_hz=RATE_HZ,
                stale_after_s=0.3,
            ),
            ObservationTerm(
                name='odometry',
                source='nav_msgs/msg/Odometry',
                frame='odom',
                names=('x', 'y', 'yaw', 'v', 'w'),
                unit=('m', 'm', 'rad', 'm/s', 'rad/s'),
                shape=(5,),
                rate_hz=RATE_HZ,
                stale_after_s=0.3,
            ),
            ObservationTerm(
                name='people',
                source='policy_stack/msg/TrackedPersons',
                frame='odom',
                names=('x', 'y', 'vx', 'vy'),
                unit=('m', 'm', 'm/s', 'm/s'),
                shape=(None, 4),
                rate_hz=RATE_HZ,
                stale_after_s=0.5,
            ),
            ObservationTerm(
                name='goal',
                source='policy_stack/msg/TaskGoal',
                frame='odom',
                names=('x', 'y'),
                unit=('m',),
                shape=(2,),
            ),
        ),
        actions=(
            ActionTerm(
                name=BASE,
                kind='twist',
                frame='base_link',
                names=('linear.x', 'angular.z'),
                unit=('m/s', 'rad/s'),
                limits=((-V_MAX, V_MAX), (-W_MAX, W_MAX)),
                rate_hz=RATE_HZ,
            ),
        ),
    )


class NavigationRun:
    """Answers observations by name through a navigation policy."""

    def __init__(self, policy: NavigationPolicy, v_min: float) -> None:
        """Hold the policy.

        Args:
            policy: acts on a batch of one.
            v_min: slowest permitted v [m/s].
        """
        self._navigator = Navigator(policy, v_min=v_min)

    def reset(self) -> None:
        """Start an episode."""
        self._navigator.reset()

    def act(self, observation: Arrays) -> dict[str, NDArray[Any]]:
        """Answer one step with the twist (2,) v [m/s], w [rad/s]."""
        x, y, yaw, v, w = (float(value) for value in observation['odometry'])
        base = BaseSample(
            0, 'odom', 'base_link', np.array([x, y, 0.0]), quaternion_from_yaw(yaw), v, w
        )
        count = min(int(observation['people.count']), len(observation['people.positions']))
        people = PeopleSample(
            0,
            'odom',
            np.arange(max(0, count)),
            observation['people.positions'][: max(0, count)],
            observation['people.velocities'][: max(0, count)],
            np.full(max(0, count), RADIUS),
        )
        ranges = np.asarray(observation['scan'], dtype=np.float32)
        view = view_of(base, observation['goal'], people, ranges, self._navigator.v_min)
        twist = self._navigator.policy.act(view)[0]
        return {BASE: twist.numpy().astype(np.float64)}
