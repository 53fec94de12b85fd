"""How long policies of legs take for one step on one core, from observation to targets.

Run it as ``python benchmarks/locomotion.py --json FILE --figure FILE.png``. Weights are fresh: how
long a step takes does not depend on them. A step is all that a node does between messages:
sampling heights, scaling, histories, the network, targets.
"""

import json
import time
from pathlib import Path
from typing import Annotated

import matplotlib as mpl
import numpy as np
import torch
import typer

from policy_nodes.contract.trained import Trained
from policy_nodes.policies.height_field import SCAN, HeightField
from policy_nodes.policies.locomotion import LegView, LocomotionPolicy
from policy_nodes.policies.locomotion_contract import locomotion_contract
from policy_nodes.policies.specialists import Specialists
from policy_nodes.simulation.barkour.robot_model import BARKOUR
from policy_nodes.training.distillation_student import new_student
from policy_nodes.training.locomotion_body import body_of
from policy_nodes.training.locomotion_recipe import find_recipe
from policy_nodes.training.train_locomotion import new_actor

mpl.use('Agg')
from matplotlib import pyplot as plt

LIMIT_MS = 5.0
COMMANDS = {'linear.x': (-1.0, 2.4), 'linear.y': (-1.0, 1.0), 'angular.z': (-2.0, 2.0)}
BEHAVIOURS = ('walk', 'slope', 'jump')


def _policy(network) -> LocomotionPolicy:
    contract = locomotion_contract(
        network, body_of(BARKOUR, 0.8), COMMANDS, Trained(recipe='benchmark')
    )
    return LocomotionPolicy(network, contract)


def _policies() -> dict[str, Specialists]:
    walk = find_recipe('barkour_walk')
    specialists = {name: _policy(new_actor(walk, BARKOUR)) for name in BEHAVIOURS}
    return {
        'specialists': Specialists(specialists),
        'transformer': Specialists({'': _policy(new_student('transformer', 12))}),
        'mlp': Specialists({'': _policy(new_student('mlp', 12))}),
    }


def _time(policy: Specialists, steps: int) -> np.ndarray:
    """Wall and CPU time (steps, 2) of each step [ms]."""
    random, times = np.random.default_rng(1), np.zeros((steps, 2))
    for step in range(-50, steps):
        heights = -0.242 + 0.05 * random.standard_normal((SCAN.rows, SCAN.columns))
        view = LegView(
            np.array([0.0, 0.0, 0.0, 1.0]),
            float(random.standard_normal()),
            random.uniform(-1.0, 1.0, 3),
            BARKOUR.joints,
            np.array(BARKOUR.stand) + 0.1 * random.standard_normal(12),
            HeightField(0, SCAN.x, SCAN.y, SCAN.resolution, heights),
        )
        began = time.perf_counter(), time.thread_time()
        policy.act(view)
        if step >= 0:
            times[step] = time.perf_counter() - began[0], time.thread_time() - began[1]
    return 1e3 * times


def _draw(times: dict[str, np.ndarray], file: Path) -> None:
    figure, axes = plt.subplots(figsize=(7, 4))
    edges = np.linspace(0.0, 1.2 * LIMIT_MS, 80)
    for name, values in times.items():
        axes.hist(values[:, 1].clip(max=edges[-1]), edges, histtype='step', label=name)
    axes.axvline(LIMIT_MS, color='black', linestyle=':', label=f'{LIMIT_MS:g} ms')
    axes.set_yscale('log')
    axes.set_xlabel('CPU time of a step [ms]')
    axes.set_ylabel('steps')
    axes.legend()
    figure.tight_layout()
    figure.savefig(file, dpi=120)


def main(
    steps: Annotated[int, typer.Option(help='of each policy', min=10)] = 2000,
    json_file: Annotated[Path | None, typer.Option('--json')] = None,
    figure: Annotated[Path | None, typer.Option(help='histogram, PNG')] = None,
) -> None:
    """Print medians and 99th percentiles."""
    torch.set_num_threads(1)
    times = {name: _time(policy, steps) for name, policy in _policies().items()}
    rows = []
    for name, values in times.items():
        (wall, cpu), (late, late_cpu) = (
            np.median(values, axis=0),
            np.percentile(values, 99, axis=0),
        )
        rows.append(
            {
                'policy': name,
                'steps': steps,
                'wall_ms': {'median': round(wall, 3), 'p99': round(late, 3)},
                'cpu_ms': {'median': round(cpu, 3), 'p99': round(late_cpu, 3)},
            }
        )
        print(
            f'{name}: wall {wall:.2f} ms, p99 {late:.2f} ms; '
            f'CPU {cpu:.2f} ms, p99 {late_cpu:.2f} ms (limit {LIMIT_MS:g} ms)'
        )
    if json_file is not None:
        json_file.write_text(json.dumps({'rows': rows}, indent=2), encoding='utf-8')
    if figure is not None:
        _draw(times, figure)


if __name__ == '__main__':
    typer.run(main)
