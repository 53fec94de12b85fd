"""Figures and pictures of a soak of the safety controller."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

TIMES = ('p50', 'p99', 'max')


def spread(ticks: Sequence[float]) -> dict[str, float]:
    """Distribution of times [ms]; empty without any."""
    if not len(ticks):
        return {}
    p50, p99 = np.percentile(ticks, (50, 99))
    return {'p50': float(p50), 'p99': float(p99), 'max': float(np.max(ticks))}


def slope(memory: Sequence[tuple[float, float]], after: float) -> float | None:
    """Growth of memory [kB/h] after a time [s]; None if too little is left."""
    rows = np.array([row for row in memory if row[0] >= after])
    if len(rows) < 30:
        return None
    return float(np.polyfit(rows[:, 0], rows[:, 1], 1)[0] * 3600.0)


def words(row: Mapping[str, Any]) -> list[str]:
    """A row of the table."""
    ticks = [f'{row["tick_ms"][key]:.3f}' if row['tick_ms'] else '-' for key in TIMES]
    return [
        f'{row["minute"]:g}',
        f'{row["resident_kb"] / 1024:.2f}',
        f'{100 * row["cpu_share"]:.1f}',
        f'{row["commands_per_s"]:.1f}',
        *ticks,
    ]


def draw(found: Mapping[str, Any], warm_up: float, file: Path) -> None:
    """Draw memory and times of decisions; the suffix of the file says the format."""
    figure = Figure(figsize=(8, 5), layout='constrained')
    above, below = figure.subplots(2, sharex=True)
    memory = np.array(found['memory_kb'])
    above.plot(memory[:, 0] / 60.0, memory[:, 1] / 1024, color='#0067a5')
    above.axvline(warm_up, color='#626a73', linestyle=':')
    above.set_ylabel('resident [MB]')
    for key in TIMES:
        rows = [row for row in found['minutes'] if row['tick_ms']]
        below.plot(
            [row['minute'] for row in rows], [row['tick_ms'][key] for row in rows], label=key
        )
    below.set(xlabel='time [min]', ylabel='decision [ms]', yscale='log')
    below.legend(loc='upper right', ncols=3)
    figure.savefig(file)
