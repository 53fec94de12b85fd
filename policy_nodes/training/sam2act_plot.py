"""A picture of a training run of SAM2Act."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use('Agg')
from matplotlib import pyplot as plt

LOSSES = ('loss', 'coarse', 'fine', 'rotation', 'gripper', 'collisions')
PEAKS = ('coarse_pixels', 'fine_pixels')


def plot_sam2act_training(log: Sequence[dict[str, Any]], file: Path) -> Path:
    """Draw losses, and how far the peaks of the heat maps are off, over gradient steps.

    Args:
        log: rows of log.jsonl; what a stage does not train has no curve.
        file: PNG to write.
    """
    steps = [row['steps'] for row in log]
    figure, (above, below) = plt.subplots(2, 1, figsize=(8, 6), sharex=True)
    for axes, names in ((above, LOSSES), (below, PEAKS)):
        for name in names:
            if name in log[0]:
                axes.plot(steps, [row[name] for row in log], label=name.replace('_', ' '))
        axes.set_yscale('log')
        axes.legend(loc='upper right')
    above.set_ylabel('loss')
    below.set_ylabel('distance of the peaks [pixel]')
    below.set_xlabel('gradient steps')
    figure.tight_layout()
    figure.savefig(file, dpi=120)
    plt.close(figure)
    return file
