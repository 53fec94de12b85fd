"""Measures what one tick of the arm controller costs.

Run it by `python -m policy_nodes.safety.arm_tick_budget config/panda/safety_controller.yaml`.
A tick is what a node does per control period: a joint state and a command, and every so often a
chunk. It prints JSON with times in milliseconds on the wall, which other programs on the machine
lengthen, and of the processor.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import ActionChunkSample, JointStateSample
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.arm_controller import ArmSafetyController
from policy_nodes.safety.parameters.parameter import flatten
from policy_nodes.safety.realtime import spare_lasting_objects

Floats = NDArray[np.float64]

NANO = 1_000_000_000
CHUNK_EVERY = 25  # ticks
ROWS, ROW_DT = 50, 0.04


def read_config(path: Path) -> ArmSafetyConfig:
    """Read the parameters of a node file."""
    import yaml  # the controller itself does without

    values = flatten(yaml.safe_load(path.read_text(encoding='utf-8'))['/**']['ros__parameters'])
    # nobody beats here
    return ArmSafetyConfig.from_mapping(values | {'heartbeat.nodes': []})


def measure(
    config: ArmSafetyConfig, start: Sequence[float], ticks: int, seed: int, period: float
) -> dict[str, object]:
    """Run ticks and return the distribution of their cost.

    Args:
        config: of the arm.
        start: position of the joints to begin with [rad].
        ticks: number of control periods.
        seed: of the proposals.
        period: of the control [s].
    """
    rng = np.random.default_rng(seed)
    controller = ArmSafetyController(config)
    names = config.names
    position, velocity = np.array(start, dtype=np.float64), np.zeros(len(names))
    period_ns = round(period * NANO)
    controller.activate(NANO, 1.0)
    controller.take_state(JointStateSample(NANO, names, position, velocity), NANO, 1.0)
    reply = controller.reset('budget', NANO, 1.0)
    if not reply.success:
        raise SystemExit(reply.message)
    wall, processor = np.zeros(ticks), np.zeros(ticks)
    reasons: dict[str, int] = {}
    for tick in range(ticks):
        now_ns = NANO + (tick + 1) * period_ns
        steady_s = now_ns / NANO
        state = JointStateSample(now_ns, names, position, velocity)
        chunk = None
        if tick % CHUNK_EVERY == 0:
            rows = position + np.linspace(0.0, 1.0, ROWS)[:, None] * rng.normal(0, 0.5, len(names))
            chunk = ActionChunkSample(
                now_ns, controller.epoch, tick, 'position', names, ROW_DT, ROWS, rows
            )
        begin, begun = time.perf_counter(), time.process_time()
        controller.take_state(state, now_ns, steady_s)
        if chunk is not None:
            controller.take_chunk(chunk, now_ns, steady_s)
        decision = controller.tick(now_ns, steady_s)
        wall[tick] = 1e3 * (time.perf_counter() - begin)
        processor[tick] = 1e3 * (time.process_time() - begun)
        if decision.command is not None:
            position, velocity = decision.command.position, decision.command.velocity
        for reason in decision.reasons:
            reasons[reason] = reasons.get(reason, 0) + 1
    return {
        'joints': len(names),
        'barriers': [barrier.name for barrier in controller.guard.barriers],
        'ticks': ticks,
        'wall_ms': _spread(wall),
        'processor_ms': _spread(processor),
        'reasons': reasons,
    }


def _spread(costs: Floats) -> dict[str, float]:
    p50, p99 = np.percentile(costs, (50, 99))
    return {
        'p50': round(float(p50), 3),
        'p99': round(float(p99), 3),
        'max': round(float(costs.max()), 3),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', type=Path, help='parameter file of the node')
    parser.add_argument(
        '--start',
        type=float,
        nargs='+',
        default=[0.0, -0.785, 0.0, -2.356, 0.0, 1.571, 0.785],
        help='position of the joints [rad]; the default is the ready pose of a Panda',
    )
    parser.add_argument('--ticks', type=int, default=10000, help='control periods')
    parser.add_argument('--seed', type=int, default=1, help='of the proposals')
    parser.add_argument('--period', type=float, default=0.001, help='of the control [s]')
    given = parser.parse_args(arguments)
    spare_lasting_objects()  # as the node does
    config = read_config(given.config)
    print(json.dumps(measure(config, given.start, given.ticks, given.seed, given.period)))


if __name__ == '__main__':
    main()
