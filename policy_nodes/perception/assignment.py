"""Which detection belongs to which track."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


def assign(
    predicted: Floats, variance: Floats, detected: Floats, *, gate: float, reach: float
) -> tuple[Rows, Rows]:
    """Match tracks and detections one to one, as likely as possible in total.

    The cost of a match is its negative log-likelihood, so a track that hardly knows where its
    person is does not win against one that knows well. A pair outside the gate is never matched.

    Args:
        predicted: (tracks, 2) [m].
        variance: (tracks,) of the innovation along each axis [m^2].
        detected: (detections, 2) [m].
        gate: greatest Mahalanobis distance of a match.
        reach: greatest distance of a match [m].

    Returns:
        Tracks (matches,) and detections (matches,), by index.
    """
    if not len(predicted) or not len(detected):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    apart2 = np.square(predicted[:, None] - detected).sum(-1)
    mahalanobis2 = apart2 / variance[:, None]
    fits = (mahalanobis2 <= gate**2) & (apart2 <= reach**2)
    surprise = 2.0 * np.log(variance)
    # to stay unmatched costs as much as the worst match could
    cost = np.where(fits, mahalanobis2 + surprise[:, None], gate**2 + surprise.max())
    tracks, detections = linear_sum_assignment(cost)
    matched = fits[tracks, detections]
    return tracks[matched], detections[matched]
