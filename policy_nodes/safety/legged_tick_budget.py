"""Measures what one tick of the controller of legs costs.

Run it by `python -m policy_nodes.safety.legged_tick_budget`.
It drives 12 joints through start-up into following proposals that reach for every limit: range,
speed, torque and gains. `tick` is the decision alone; `samples_and_tick` is all that a node does
per period: IMU, joints, contacts, height, temperatures, a proposal and the tick. It prints JSON
with times in milliseconds, on the wall, which other programs on the machine lengthen, and of the
processor.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import (
    BodyHeightSample,
    FootContactsSample,
    ImuSample,
    LegCommandSample,
    LegJointsSample,
    LegTemperaturesSample,
)
from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.legged_controller import LeggedSafetyController
from policy_nodes.safety.realtime import spare_lasting_objects

NANO = 1_000_000_000
PERIOD_NS = NANO // 50
JOINTS = tuple(f'joint_{i}' for i in range(12))
FEET = ('front_left', 'hind_left', 'front_right', 'hind_right')
STAND = np.tile([0.0, 0.7, 1.4], 4)
UPRIGHT = np.array([0.0, 0.0, 0.0, 1.0])


def controller_at_work() -> LeggedSafetyController:
    """A controller with every sensor required, permitted to move, that no fault stops."""
    count = len(JOINTS)
    values: dict[str, object] = {
        'joints.names': JOINTS,
        'joints.position_min': [-1.0, -1.2, 0.0] * 4,
        'joints.position_max': [1.0, 2.4, 2.5] * 4,
        'joints.max_velocity': [20.0] * count,
        'joints.max_torque': [18.0] * count,
        'joints.lasting_torque': [18.0] * count,
        'joints.max_kp': [50.0] * count,
        'joints.max_kd': [2.0] * count,
        'joints.tracking_error': 7.0,
        'joints.torque_time': 10.0,
        'stand.pose': STAND.tolist(),
        'stand.kp': 35.0,
        'stand.kd': 0.65,
        'sit.pose': [0.0, 0.15, 0.3] * 4,
        'sit.kp': 35.0,
        'sit.kd': 0.65,
        'damping.kd': 2.0,
        'contacts.feet': FEET,
        'contacts.required': True,
        'height.required': True,
        'temperature.required': True,
    }
    controller = LeggedSafetyController(LeggedSafetyConfig.from_mapping(values))
    controller.activate(NANO, 1.0)
    controller.reset('budget', NANO, 1.0)
    return controller


def measure(ticks: int, seed: int) -> dict[str, object]:
    """Run ticks and return the distribution of their cost.

    Args:
        ticks: number of control periods.
        seed: of the proposals.
    """
    rng = np.random.default_rng(seed)
    controller = controller_at_work()
    costs, alone = np.zeros((2, ticks)), np.zeros((2, ticks))
    reasons: dict[str, int] = {}
    angle = STAND.copy()
    warm = np.full(len(JOINTS), 45.0)
    touching = np.ones(len(FEET), dtype=np.bool_)
    for tick in range(ticks):
        stamp = 2 * NANO + tick * PERIOD_NS
        now = stamp, stamp / NANO
        wild = rng.uniform(-1.0, 1.0, (4, len(JOINTS)))
        imu = ImuSample(stamp, 'base_link', UPRIGHT, np.zeros(3), np.array([0.0, 0.0, 9.81]))
        joints = LegJointsSample(stamp, JOINTS, angle, 4.0 * wild[0], 8.0 * wild[1])
        contacts = FootContactsSample(stamp, FEET, touching)
        heat = LegTemperaturesSample(stamp, JOINTS, warm)
        height = BodyHeightSample(stamp, 0.25)
        proposal = LegCommandSample(
            stamp, JOINTS, STAND + 2.0 * wild[2], 35.0 + 30.0 * wild[3], 1.0 + 1.5 * wild[3]
        )
        start = _clocks()
        controller.take_imu(imu, *now)
        controller.take_joints(joints, *now)
        controller.take_contacts(contacts, *now)
        controller.take_height(height, *now)
        controller.take_temperatures(heat, *now)
        controller.take_proposal(proposal, *now)
        middle = _clocks()
        decision = controller.tick(*now)
        end = _clocks()
        costs[:, tick], alone[:, tick] = 1e3 * (end - start), 1e3 * (end - middle)
        if decision.command is not None:
            stiff = decision.command.kp > 0
            angle = angle + 0.5 * stiff * (decision.command.position - angle)
        for reason in decision.reasons:
            reasons[reason] = reasons.get(reason, 0) + 1
    return {
        'joints': len(JOINTS),
        'ticks': ticks,
        'tick': _distribution(alone),
        'samples_and_tick': _distribution(costs),
        'reasons': reasons,
    }


def _clocks() -> NDArray[np.float64]:
    """Wall and processor time [s]."""
    return np.array([time.perf_counter(), time.thread_time()])


def _distribution(costs: NDArray[np.float64]) -> dict[str, float]:
    """Percentiles of costs (2, ticks) on the wall and of the processor [ms]."""
    named: dict[str, float] = {}
    for clock, of_clock in zip(('', 'cpu_'), costs, strict=True):
        p50, p99 = np.percentile(of_clock, (50, 99))
        parts = {'p50_ms': p50, 'p99_ms': p99, 'max_ms': of_clock.max()}
        named |= {clock + name: round(float(value), 4) for name, value in parts.items()}
    return named


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse arguments, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--ticks', type=int, default=10_000, help='control periods')
    parser.add_argument('--seed', type=int, default=0, help='of the proposals')
    chosen = parser.parse_args(arguments)
    spare_lasting_objects()  # as the node does
    print(json.dumps(measure(chosen.ticks, chosen.seed)))


if __name__ == '__main__':
    main()
