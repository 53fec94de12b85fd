"""Measures what one tick of the base controller costs.

Run it by `python -m policy_nodes.safety.tick_budget`.
A tick is what a node does per control period: a scan, odometry, tracked people and a proposal.
The scan is of a room with people in it, so that zones, the approach model and the people term
all have work to do. It prints JSON with times in milliseconds on the wall, which other
programs on the machine lengthen.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Sequence

import numpy as np

from policy_nodes.contract.samples import (
    BaseSample,
    CloudField,
    CloudSample,
    LaserSample,
    PeopleSample,
    TwistSample,
)
from policy_nodes.safety.base_config import AXES, BaseSafetyConfig
from policy_nodes.safety.base_controller import BaseSafetyController
from policy_nodes.safety.realtime import spare_lasting_objects

NANO = 1_000_000_000
PERIOD_NS = NANO // 10
PEOPLE = 10


def controller_at_work(*, barriers: bool = False, clouds: bool = False) -> BaseSafetyController:
    """A controller with every core switched on, permitted to move.

    Args:
        barriers: the barrier filter too, which is optional.
        clouds: point clouds too.
    """
    values: dict[str, object] = {
        'points.enabled': clouds,
        'cbf.enabled': barriers,
        'people.enabled': True,
        'people.response': 'give_way',
        'people.horizon': 2.0,
        'zones.names': ['stop', 'slow'],
        'zones.stop.polygon': [0.0, -0.2, 0.3, -0.2, 0.35, 0.0, 0.3, 0.2, 0.0, 0.2],
        'zones.slow.model': 'slow',
        'zones.slow.radius': 0.6,
    }
    for axis, most in zip(AXES, (0.5, 1.0), strict=True):
        values |= {
            f'limits.{axis}.min_velocity': -most,
            f'limits.{axis}.max_velocity': most,
            f'limits.{axis}.acceleration': 1.0,
            f'limits.{axis}.deceleration': 1.0,
            f'limits.{axis}.jerk': 20.0,
        }
    controller = BaseSafetyController(BaseSafetyConfig.from_mapping(values))
    controller.activate(NANO, 1.0)
    controller.reset('budget', NANO, 1.0)
    return controller


def cloud_of(points: int, stamp_ns: int, rng: np.random.Generator) -> CloudSample:
    """A cloud of points all over the room, as a depth camera lays them out."""
    held = np.zeros((points, 4), dtype=np.float32)
    held[:, :3] = rng.uniform((-5.0, -5.0, -0.2), (5.0, 5.0, 2.0), (points, 3))
    return CloudSample(
        stamp_ns=stamp_ns,
        frame='base_link',
        height=1,
        width=points,
        fields=tuple(CloudField(axis, 4 * at, 7, 1) for at, axis in enumerate('xyz')),
        is_bigendian=False,
        point_step=16,
        row_step=16 * points,
        data=held.view(np.uint8).ravel(),
    )


def measure(
    rays: int, ticks: int, seed: int, *, barriers: bool = False, points: int = 0
) -> dict[str, object]:
    """Run ticks and return the distribution of their cost.

    Args:
        rays: of the scan.
        ticks: number of control periods.
        seed: of the surroundings.
        barriers: whether the barrier filter is on.
        points: of a cloud that comes before each tick; 0 for none. Its own cost, once a cloud,
            is told apart.
    """
    rng = np.random.default_rng(seed)
    controller = controller_at_work(barriers=barriers, clouds=points > 0)
    costs, cloud_costs = np.zeros(ticks), np.zeros(ticks)
    reasons: dict[str, int] = {}
    moves = np.zeros(2)  # the base follows
    for tick in range(ticks):
        now_ns = 2 * NANO + tick * PERIOD_NS
        steady_s = now_ns / NANO
        ranges = (0.3 + 2.0 * rng.random(rays)).astype(np.float32)
        scan = LaserSample(now_ns, 'base_link', 0.0, 2 * math.pi / rays, 0.05, 25.0, ranges)
        base = BaseSample(
            *(now_ns, 'odom', 'base_link', np.zeros(3), np.array([0.0, 0.0, 0.0, 1.0])),
            *(float(moves[0]), float(moves[1])),
        )
        people = PeopleSample(
            now_ns,
            'odom',
            np.arange(PEOPLE),
            4.0 * rng.random((PEOPLE, 2)) - 2.0,
            rng.random((PEOPLE, 2)) - 0.5,
            np.full(PEOPLE, 0.3),
        )
        v, w = rng.uniform(-0.5, 0.5), rng.uniform(-1.0, 1.0)
        proposal = TwistSample.planar(now_ns, 'base_link', v, w)
        if points:
            cloud = cloud_of(points, now_ns, rng)
            start = time.perf_counter()
            controller.take_cloud(cloud, now_ns, steady_s)
            cloud_costs[tick] = 1e3 * (time.perf_counter() - start)
        start = time.perf_counter()
        controller.take_scan(scan, now_ns, steady_s)
        controller.take_odometry(base, now_ns, steady_s)
        controller.take_people(people, now_ns, steady_s)
        decision = controller.take_proposal(proposal, now_ns, steady_s)
        costs[tick] = 1e3 * (time.perf_counter() - start)
        assert decision is not None
        moves = np.nan_to_num(decision.sent)
        for reason in decision.reasons:
            reasons[reason] = reasons.get(reason, 0) + 1
    p50, p99 = np.percentile(costs, (50, 99))
    cloud_p50, cloud_p99 = np.percentile(cloud_costs, (50, 99))
    of_clouds = {
        'points': points,
        'cloud_p50_ms': round(float(cloud_p50), 3),
        'cloud_p99_ms': round(float(cloud_p99), 3),
        'cloud_max_ms': round(float(cloud_costs.max()), 3),
    }
    return {
        'rays': rays,
        'people': PEOPLE,
        'ticks': ticks,
        'barriers': barriers,
        'p50_ms': round(float(p50), 3),
        'p99_ms': round(float(p99), 3),
        'max_ms': round(float(costs.max()), 3),
        **(of_clouds if points else {}),
        'reasons': reasons,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--rays', type=int, default=720, help='of the scan')
    parser.add_argument('--ticks', type=int, default=5000, help='control periods')
    parser.add_argument('--seed', type=int, default=1, help='of the surroundings')
    parser.add_argument('--barriers', action='store_true', help='with the barrier filter')
    parser.add_argument('--points', type=int, default=0, help='of a cloud beside the scan')
    given = parser.parse_args(arguments)
    spare_lasting_objects()  # as the node does
    found = measure(
        given.rays, given.ticks, given.seed, barriers=given.barriers, points=given.points
    )
    print(json.dumps(found))


if __name__ == '__main__':
    main()
