"""Median, tail and maximum of measured times."""

from __future__ import annotations

from typing import Any

import numpy as np

from policy_nodes.evaluation.episode_streams import Floats


def spread(values: Floats) -> dict[str, Any] | None:
    """Return count, median, 99th percentile and maximum; None without values."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return None
    return {
        'count': len(finite),
        'p50': float(np.percentile(finite, 50)),
        'p99': float(np.percentile(finite, 99)),
        'max': float(finite.max()),
    }
