"""A picture of the training of a detector."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use('Agg')
from matplotlib import pyplot as plt

LOSSES = {'heat': 'heat map', 'box': 'boxes', 'fit': 'fit of the boxes'}


def plot_detector_training(log: Sequence[dict[str, Any]], file: Path) -> Path:
    """Draw the losses over gradient steps.

    Args:
        log: rows of log.jsonl.
        file: PNG to write.
    """
    figure, axes = plt.subplots(figsize=(8, 4))
    steps = [row['steps'] for row in log]
    for name, title in LOSSES.items():
        axes.plot(steps, [row[name] for row in log], label=title)
    axes.set(xlabel='gradient steps', ylabel='loss', yscale='log')
    axes.legend()
    figure.tight_layout()
    figure.savefig(file, dpi=120)
    plt.close(figure)
    return file
