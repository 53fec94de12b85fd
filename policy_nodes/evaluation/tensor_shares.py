"""What a multi-view policy publishes for people, as shares that can be drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.policies.key_picture import VIEWS


def shares_of(logits: NDArray[Any]) -> NDArray[np.float64]:
    """Turn the logits (3, size, size) of heat maps into shares; the pixels of a view sum to one.

    Raises:
        ValueError: another shape, or no numbers.
    """
    if logits.ndim != 3 or len(logits) != len(VIEWS) or not logits.size:
        raise ValueError(f'heat maps have shape {logits.shape}; drawn are {len(VIEWS)} views')
    if not np.isfinite(logits).all():
        raise ValueError('heat maps are not finite')
    weights = np.exp(logits - logits.max(axis=(1, 2), keepdims=True), dtype=np.float64)
    shares: NDArray[np.float64] = weights / weights.sum(axis=(1, 2), keepdims=True)
    return shares


def attention_of(shares: NDArray[Any]) -> NDArray[Any]:
    """Return the shares (3, steps) of remembered steps.

    Raises:
        ValueError: another shape.
    """
    if shares.ndim != 2 or len(shares) != len(VIEWS):
        raise ValueError(f'attention has shape {shares.shape}; drawn are {len(VIEWS)} views')
    return shares
