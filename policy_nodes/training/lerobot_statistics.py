"""Statistics of the columns of a LeRobot data set: exact, not merged from those of episodes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

QUANTILES = {'q01': 0.01, 'q10': 0.10, 'q50': 0.50, 'q90': 0.90, 'q99': 0.99}
LARGE, ENOUGH = 300, 150  # pixels: images of at least the first are thinned to about the second


class NumberStatistics:
    """Of a column of numbers or vectors."""

    def __init__(self) -> None:
        self._parts: list[NDArray[np.float64]] = []

    def add(self, rows: NDArray[Any]) -> None:
        """Take in (rows, size) or (rows,) values."""
        self._parts.append(np.asarray(rows, np.float64).reshape(len(rows), -1))

    def merge(self, other: NumberStatistics) -> None:
        """Take in what another one has."""
        self._parts += other._parts

    def result(self) -> dict[str, list[Any]]:
        """Lists by name of the statistic."""
        values = np.concatenate(self._parts)
        found = {
            'min': values.min(axis=0),
            'max': values.max(axis=0),
            'mean': values.mean(axis=0),
            'std': values.std(axis=0),
        }
        found |= {name: np.quantile(values, q, axis=0) for name, q in QUANTILES.items()}
        return {name: array.tolist() for name, array in found.items()} | {'count': [len(values)]}


class ImageStatistics:
    """Of the pixels of a column of images, by a histogram of each channel."""

    def __init__(self, channels: int, *, unit: float, levels: int) -> None:
        """Begin with no image.

        Args:
            channels: of an image.
            unit: value of one level, 1/255 for colours.
            levels: that a pixel may have.
        """
        self._unit = unit
        self._histogram = np.zeros((channels, levels), np.int64)
        self._images = 0

    def add(self, images: NDArray[Any]) -> None:
        """Take in (rows, height, width, channels) integers; some rows stand for all."""
        chosen = images[sampled_rows(len(images))]
        longest = max(chosen.shape[1:3])
        step = longest // ENOUGH if longest >= LARGE else 1
        for channel, counts in enumerate(self._histogram):
            pixels = chosen[:, ::step, ::step, channel].ravel()
            counts += np.bincount(pixels, minlength=len(counts))
        self._images += len(chosen)

    def merge(self, other: ImageStatistics) -> None:
        """Take in what another one has."""
        self._histogram += other._histogram
        self._images += other._images

    def result(self) -> dict[str, list[Any]]:
        """Lists by name of the statistic, (channels, 1, 1) but the count."""
        levels = np.arange(self._histogram.shape[1], dtype=np.float64)
        found: dict[str, list[float]] = {name: [] for name in ('min', 'max', 'mean', 'std')}
        found |= {name: [] for name in QUANTILES}
        for counts in self._histogram:
            share = counts / counts.sum()
            mean = (share * levels).sum()
            reached = np.flatnonzero(counts)
            found['min'].append(reached[0])
            found['max'].append(reached[-1])
            found['mean'].append(mean)
            found['std'].append(np.sqrt((share * (levels - mean) ** 2).sum()))
            below = np.cumsum(counts)
            for name, q in QUANTILES.items():
                found[name].append(np.searchsorted(below, q * below[-1]))
        scaled = {
            name: (np.array(values, np.float64) * self._unit)[:, None, None].tolist()
            for name, values in found.items()
        }
        return scaled | {'count': [self._images]}


def sampled_rows(rows: int) -> NDArray[np.int64]:
    """Which images of an episode its statistics are taken from, spread evenly."""
    count = max(min(rows, 100), int(min(rows**0.75, 10_000)))
    return np.round(np.linspace(0, rows - 1, count)).astype(np.int64)
