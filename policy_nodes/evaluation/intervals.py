"""Intervals around measured rates and means, so that tables say how sure they are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

Interval = tuple[float, float]

Z95 = 1.959963984540054  # two-sided 95 % quantile of the normal distribution


def wilson(successes: int, trials: int, z: float = Z95) -> Interval:
    """Return the Wilson score interval of a rate.

    It stays within 0 and 1 and is sound for few trials and for rates near 0 and 1.

    Args:
        successes: how often it happened.
        trials: how often it could have; 0 gives (0, 1): nothing is known.
        z: quantile of the normal distribution; the default gives 95 %.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22 (1927).

    Raises:
        ValueError: counts that cannot be.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f'{successes} of {trials} is no rate; count successes within trials')
    if trials == 0:
        return 0.0, 1.0
    rate, square = successes / trials, z * z
    centre = rate + square / (2 * trials)
    half = z * math.sqrt(rate * (1 - rate) / trials + square / (4 * trials**2))
    scale = 1 + square / trials
    # rounding must not put the bound of a certain rate beside it
    low = 0.0 if successes == 0 else (centre - half) / scale
    high = 1.0 if successes == trials else (centre + half) / scale
    return low, high


def interval_of_mean(rates: Sequence[float], intervals: Sequence[Interval]) -> Interval:
    """Return the interval of the mean of independent rates, each of which counts the same.

    Args:
        rates: each within its interval.
        intervals: of each, of the level that the mean's is to have.

    Source: G. Y. Zou, A. Donner, Construction of confidence limits about effect measures: a
    general approach, Statistics in Medicine 27 (2008).

    Raises:
        ValueError: no rate at all.
    """
    if not len(rates):
        raise ValueError('no rates have no mean; give at least one')
    low, high = np.array(intervals).T
    below, above = np.linalg.norm(rates - low), np.linalg.norm(high - rates)
    mean, count = float(np.mean(rates)), len(rates)
    return mean - float(below) / count, mean + float(above) / count


def bootstrap_mean(
    values: ArrayLike, *, seed: int = 0, samples: int = 2000, level: float = 0.95
) -> Interval:
    """Return the percentile bootstrap interval of a mean.

    Args:
        values: (n,) independent measurements, such as one an episode.
        seed: of the resampling; the same seed gives the same interval.
        samples: resamplings.
        level: share of resampled means within the interval.

    Returns:
        (low, high); both NaN for fewer than two values, which say nothing about their spread.

    Raises:
        ValueError: values that are not finite numbers in one dimension.
    """
    measured = np.asarray(values, dtype=np.float64)
    if measured.ndim != 1 or not np.isfinite(measured).all():
        raise ValueError('the bootstrap needs finite values in one dimension; leave out the rest')
    if len(measured) < 2:
        return math.nan, math.nan
    chance = np.random.default_rng(seed)
    means = np.empty(samples)
    for row in range(samples):  # one row at a time: memory does not grow with samples
        means[row] = measured[chance.integers(len(measured), size=len(measured))].mean()
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
