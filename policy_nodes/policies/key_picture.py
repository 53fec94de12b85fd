"""What a multi-view policy looked at when it chose a key pose, and where it looked."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

VIEWS = ('top', 'front', 'right')


class KeyPicture(NamedTuple):
    """One key step as the network saw it.

    Attributes:
        views: (3, size, size, 3) uint8, the scene drawn as the views of `VIEWS`.
        heatmaps: (3, size, size) float32, likelihood of the tip's place in each view; the pixels
            of a view sum to one.
        attention: (3, steps) float32, share of each remembered step, newest first; None for a
            network without memory.
    """

    views: NDArray[np.uint8]
    heatmaps: NDArray[np.float32]
    attention: NDArray[np.float32] | None
