"""HEIGHT by the names of its contract, for golden traces and checks of a checkpoint."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.golden_trace import GoldenTrace
from policy_nodes.contract.samples import BaseSample, PeopleSample
from policy_nodes.geometry.frames import quaternion_from_yaw, yaw_from_quaternion
from policy_nodes.policies.height import HeightPolicy
from policy_nodes.policies.navigator import Navigator, view_of

Arrays = dict[str, NDArray[Any]]
TOLERANCE = {'base': 1e-6, 'logits': 1e-4}


def observation_of(
    base: BaseSample,
    goal: NDArray[np.float64],
    people: PeopleSample,
    ranges: NDArray[np.float32],
    slots: int,
) -> Arrays:
    """Write one observation under the names of the contract; the nearest people fill the slots."""
    order = np.linalg.norm(people.positions - base.position[:2], axis=1).argsort(kind='stable')
    order = order[:slots]
    positions, velocities = np.full((slots, 2), 15.0), np.full((slots, 2), 15.0)
    positions[: len(order)] = people.positions[order]
    velocities[: len(order)] = people.velocities[order]
    yaw = yaw_from_quaternion(base.quaternion)
    return {
        'scan': np.asarray(ranges, dtype=np.float32),
        'odometry': np.array([base.position[0], base.position[1], yaw, base.v, base.w]),
        'people.positions': positions,
        'people.velocities': velocities,
        'people.count': np.array(len(order)),
        'goal': np.asarray(goal, dtype=np.float64),
    }


class HeightRun:
    """Answers observations by name through the same navigator that a node drives."""

    def __init__(self, policy: HeightPolicy, v_min: float) -> None:
        """Hold the policy.

        Args:
            policy: with weights.
            v_min: slowest permitted v [m/s].
        """
        self.policy = policy
        self.navigator = Navigator(policy, v_min=v_min)

    def reset(self) -> None:
        """Start an episode."""
        self.navigator.reset()

    def act(self, observation: Mapping[str, NDArray[Any]]) -> Arrays:
        """Answer one step with the asked twist and the logits behind it."""
        x, y, yaw, v, w = (float(value) for value in observation['odometry'])
        base = BaseSample(
            0, 'odom', 'base_link', np.array([x, y, 0.0]), quaternion_from_yaw(yaw), v, w
        )
        count = int(observation['people.count'])
        people = PeopleSample(
            0,
            'odom',
            np.arange(count),
            observation['people.positions'][:count],
            observation['people.velocities'][:count],
            np.full(count, 0.3),
        )
        scan = np.asarray(observation['scan'], dtype=np.float32)
        view = view_of(base, observation['goal'], people, scan, self.navigator.v_min)
        twist = self.policy.act(view)[0]
        return {
            'base': twist.numpy().astype(np.float64),
            'logits': self.policy.logits[0].numpy().astype(np.float64),
        }


def record_trace(run: HeightRun, episodes: list[list[Arrays]]) -> GoldenTrace:
    """Record what the policy answers to the observations of some episodes.

    Args:
        run: the policy.
        episodes: observations by `observation_of`, step by step.
    """
    observations: dict[str, list[NDArray[Any]]] = {}
    actions: dict[str, list[NDArray[Any]]] = {}
    resets: list[bool] = []
    for episode in episodes:
        run.reset()
        for step, observation in enumerate(episode):
            for name, value in observation.items():
                observations.setdefault(name, []).append(value)
            for name, value in run.act(observation).items():
                actions.setdefault(name, []).append(value)
            resets.append(step == 0)
    return GoldenTrace(
        observations={name: np.stack(values) for name, values in observations.items()},
        actions={name: np.stack(values) for name, values in actions.items()},
        resets=np.array(resets),
        tolerance=TOLERANCE,
    )
