"""Table and picture of ros2_transport.py, with targets and figures of a real ROS 2."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from rich.table import Table

# The cameras of ros2_transport.py, measured on a real ROS 2 Jazzy (rclpy, rmw_cyclonedds_cpp)
# on an idle machine of two cores: with its defaults, and with the sizes of fragments and buffers
# that ros2_embedded sets.
REAL: dict[str, dict[str, float]] = {
    'rclpy, defaults': {
        'lost_share': 0.01, 'p50_ms': 8.8, 'p99_ms': 300.0, 'cpu_s_per_12_s': 8.5,
    },
    'rclpy, our settings': {
        'lost_share': 0.0, 'p50_ms': 7.7, 'p99_ms': 17.5, 'cpu_s_per_12_s': 6.0,
    },
}  # fmt: skip

# No figure may be greater; messages_per_s may not be smaller by more than a hundredth.
TARGETS: dict[str, dict[str, float]] = {
    'cameras': {'lost': 0, 'p50_ms': 5.0, 'p99_ms': 15.0, 'cpu_s_per_12_s': 4.5},
    'same process': {'lost': 0, 'p50_ms': 1.0, 'copied': 0},
    'small': {'lost': 0, 'messages_per_s': 10_000.0},
    'service': {'p50_ms': 2.0},
}


def spread(ages_ms: Sequence[float]) -> dict[str, float]:
    """Percentiles of ages [ms]; empty without any."""
    if not ages_ms:
        return {}
    p50, p99, most = np.percentile(ages_ms, (50, 99, 100)).tolist()
    return {'p50_ms': p50, 'p99_ms': p99, 'max_ms': most}


def is_met(key: str, value: float, target: float) -> bool:
    """Whether a figure is as it should be."""
    return value >= 0.99 * target if key == 'messages_per_s' else value <= target


def table(found: Mapping[str, Mapping[str, Any]]) -> Table:
    """All figures, one a row."""
    made = Table('measurement', 'figure', 'measured', 'target', '', title='ROS 2 transport')
    for name, figures in found.items():
        targets = TARGETS.get(name, {})
        for key, value in figures.items():
            if key == 'ages_ms':
                continue
            target = targets.get(key)
            verdict = '' if target is None else 'met' if is_met(key, value, target) else 'MISSED'
            made.add_row(
                name, key, f'{value:.4g}', '' if target is None else f'{target:g}', verdict
            )
        for key in targets.keys() - figures.keys():
            made.add_row(name, key, '-', f'{targets[key]:g}', 'MISSED')
        made.add_section()
    if 'cameras' in found:
        for name, figures in REAL.items():
            for key, value in figures.items():
                made.add_row(f'cameras: {name}', key, f'{value:g}', '', 'measured on Jazzy')
            made.add_section()
    return made


def draw(found: Mapping[str, Mapping[str, Any]], file: Path) -> None:
    """Draw ages and the CPU time of cameras; the suffix of the file says the format."""
    figure = Figure(figsize=(9, 4), layout='constrained')
    left, right = figure.subplots(1, 2, width_ratios=(2, 1))
    for name, figures in found.items():
        ages = np.sort(figures.get('ages_ms', ()))
        if len(ages):
            left.plot(ages, np.arange(1, len(ages) + 1) / len(ages), label=name)
    for marker, (name, figures) in zip('os', REAL.items(), strict=True):
        ages = figures['p50_ms'], figures['p99_ms']
        left.plot(ages, (0.5, 0.99), marker, color='#626a73', label=f'cameras, real {name}')
    left.set(xscale='log', xlabel='age or round trip [ms]', ylabel='share of messages')
    left.legend(fontsize='small')
    bars = {name: figures['cpu_s_per_12_s'] for name, figures in REAL.items()}
    if 'cameras' in found:
        bars['measured'] = found['cameras']['cpu_s_per_12_s']
    right.bar(list(bars), list(bars.values()), color=['#b9bfc6'] * len(REAL) + ['#0067a5'])
    right.axhline(TARGETS['cameras']['cpu_s_per_12_s'], color='#626a73', linestyle=':')
    right.set(ylabel='CPU of both processes [s per 12 s]', title='cameras')
    right.tick_params(axis='x', labelrotation=20, labelsize='small')
    figure.savefig(file)
