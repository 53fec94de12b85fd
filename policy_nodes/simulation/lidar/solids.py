"""Upright solids that a lidar can hit: elliptic columns and blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

FORM = 8  # x, y, half length, half width, yaw, bottom, top [m, rad], reflectivity


@dataclass(frozen=True)
class Solids:
    """Columns and blocks that stand upright.

    Attributes:
        columns: elliptic ones (columns, 8): x, y, half axes [m], yaw [rad], bottom, top [m],
            reflectivity 0 to 1.
        blocks: (blocks, 8) the same with half sides.
    """

    columns: Floats
    blocks: Floats

    @classmethod
    def of(
        cls, columns: Iterable[Iterable[float]] = (), blocks: Iterable[Iterable[float]] = ()
    ) -> Solids:
        """Build from rows of eight numbers."""
        return cls(
            np.array([tuple(row) for row in columns], float).reshape(-1, FORM),
            np.array([tuple(row) for row in blocks], float).reshape(-1, FORM),
        )

    def __add__(self, other: Solids) -> Solids:
        """Put both in one scene."""
        return Solids(
            np.concatenate((self.columns, other.columns)),
            np.concatenate((self.blocks, other.blocks)),
        )

    def seen_from(self, pose: Floats) -> Solids:
        """Return the same solids in the frame of a robot at pose x, y [m], yaw [rad]."""
        cos, sin = np.cos(pose[2]), np.sin(pose[2])

        def move(forms: Floats) -> Floats:
            moved = forms.copy()
            dx, dy = (forms[:, :2] - pose[:2]).T
            moved[:, 0], moved[:, 1] = cos * dx + sin * dy, cos * dy - sin * dx
            moved[:, 4] = forms[:, 4] - pose[2]
            return moved

        return Solids(move(self.columns), move(self.blocks))


def ellipse_spans(directions: Floats, forms: Floats) -> tuple[Floats, Floats]:
    """Where rays on the ground, from the origin, enter and leave ellipses.

    Args:
        directions: unit vectors (rays, 2).
        forms: (columns, 8).

    Returns:
        distances in and out (rays, columns) [m]; NaN where a ray misses.
    """
    centre, ray = _local(directions, forms)
    a = (ray**2).sum(-1)
    b = (ray * centre).sum(-1)
    c = (centre**2).sum(-1) - 1
    with np.errstate(invalid='ignore'):
        root = np.sqrt(b * b - a * c)
    return (b - root) / a, (b + root) / a


def block_spans(directions: Floats, forms: Floats) -> tuple[Floats, Floats]:
    """Where rays on the ground, from the origin, enter and leave blocks; as for ellipses."""
    centre, ray = _local(directions, forms)
    with np.errstate(divide='ignore', invalid='ignore'):
        one, other = (centre - 1) / ray, (centre + 1) / ray
    enter = np.fmax(*np.moveaxis(np.fmin(one, other), -1, 0))
    leave = np.fmin(*np.moveaxis(np.fmax(one, other), -1, 0))
    missed = enter > leave
    return np.where(missed, np.nan, enter), np.where(missed, np.nan, leave)


def _local(directions: Floats, forms: Floats) -> tuple[Floats, Floats]:
    """Centres (forms, 2) and rays (rays, forms, 2) in frames where each form has half sides 1."""
    cos, sin = np.cos(forms[:, 4]), np.sin(forms[:, 4])
    half = forms[:, 2:4]
    x, y = forms[:, 0], forms[:, 1]
    centre = np.stack((cos * x + sin * y, cos * y - sin * x), -1) / half
    dx, dy = directions[:, None, 0], directions[:, None, 1]
    return centre, np.stack((cos * dx + sin * dy, cos * dy - sin * dx), -1) / half
