"""A picture of a training run."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

mpl.use('Agg')
from matplotlib import pyplot as plt

WINDOW = 50


def plot_training(log: list[dict[str, Any]], file: Path) -> Path:
    """Draw outcomes, reward, entropy and learning rate over steps.

    Args:
        log: rows of log.jsonl.
        file: PNG to write.
    """
    steps = np.array([row['steps'] for row in log]) / 1e6
    figure, (above, below) = plt.subplots(2, 1, figsize=(8, 6), sharex=True)
    for name in ('success', 'human', 'obstacle', 'timeout'):
        above.plot(steps, _smooth([row[name] for row in log]), label=name)
    above.set_ylabel('share of episodes')
    above.set_ylim(0, 1)
    above.legend(loc='center right')
    below.plot(steps, _smooth([row['entropy'] for row in log]), label='entropy')
    below.plot(steps, _smooth([100 * row['kl'] for row in log]), label='100 x KL')
    below.plot(steps, _smooth([1000 * row['lr'] for row in log]), label='1000 x learning rate')
    below.set_xlabel('environment steps [million]')
    below.legend(loc='upper right')
    figure.tight_layout()
    figure.savefig(file, dpi=120)
    plt.close(figure)
    return file


def _smooth(values: list[float]) -> np.ndarray:
    window = max(1, min(WINDOW, len(values) // 5))
    padded = np.pad(np.array(values), (window // 2, window - 1 - window // 2), mode='edge')
    return np.convolve(padded, np.full(window, 1 / window), mode='valid')
