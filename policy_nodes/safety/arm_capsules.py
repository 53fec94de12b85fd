"""Distances between capsules: everything within a radius of a line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

POINT = 1e-12  # squared length [m^2] below which a line is a point


def segment_distance(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    """Least distance (...,) [m] between the lines from a to b and from c to d, (..., 3) each.

    Source: C. Ericson, Real-Time Collision Detection, 2005, section 5.1.9.
    """
    u, v, w = b - a, d - c, a - c
    uu, vv, uv = _dot(u, u), _dot(v, v), _dot(u, v)
    uw, vw = _dot(u, w), _dot(v, w)
    across = uu * vv - uv * uv
    # parallel lines: any place on the first one does to begin with
    straight = across <= POINT * uu * vv
    s = np.where(straight, 0.0, (uv * vw - vv * uw) / np.where(straight, 1.0, across))
    s = np.where(uu > POINT, np.clip(s, 0.0, 1.0), 0.0)
    t = np.where(vv > POINT, (uv * s + vw) / np.where(vv > POINT, vv, 1.0), 0.0)
    t = np.clip(t, 0.0, 1.0)
    # with the place on the second line bounded, the best on the first is another one
    s = np.where(uu > POINT, (uv * t - uw) / np.where(uu > POINT, uu, 1.0), 0.0)
    s = np.clip(s, 0.0, 1.0)
    gap = w + s[..., None] * u - t[..., None] * v
    distance: Floats = np.sqrt(_dot(gap, gap))
    return distance


def _dot(a: Floats, b: Floats) -> Floats:
    product: Floats = np.einsum('...i,...i->...', a, b)
    return product
