"""From the rays of any planar scanner to evenly spread directions around the base."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import LaserSample

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

DIRECTIONS = 180
SPACING = 2 * math.pi / DIRECTIONS
FARTHEST = 25.0
FLAT = 0.05  # two rays on one surface differ by at most this share of their range


@dataclass(frozen=True)
class Layout:
    """How the rays of a scanner lie to the directions; computed once per scanner.

    Attributes:
        cosine: (rays,).
        sine: (rays,).
        nearest: (180,) ray nearest to each direction.
        other: (180,) nearest ray on the other side of the direction.
        weight: (180,) of the other ray, at most one half.
        within: (180,) the nearest ray is near enough to speak for the direction.
        other_within: (180,) so is the other one.
        increment: between rays [rad].
    """

    cosine: Floats
    sine: Floats
    nearest: NDArray[np.intp]
    other: NDArray[np.intp]
    weight: Floats
    within: Mask
    other_within: Mask
    increment: float


def lay_out(angle_min: float, increment: float, rays: int) -> Layout:
    """Relate the rays of a scanner to the directions.

    Args:
        angle_min: of ray 0 in the base frame [rad].
        increment: between rays, not 0 [rad].
        rays: at least 1.
    """
    angles = angle_min + increment * np.arange(rays)
    turned = np.remainder(angles, 2 * math.pi)
    order = np.argsort(turned, kind='stable')
    wanted = np.arange(DIRECTIONS) * SPACING
    above = np.searchsorted(turned[order], wanted)
    left, right = order[above % rays], order[above - 1]

    def off(ray: NDArray[np.intp]) -> Floats:
        return np.abs(np.remainder(angles[ray] - wanted + math.pi, 2 * math.pi) - math.pi)

    to_left, to_right = off(left), off(right)
    swap = to_right < to_left
    nearest, other = np.where(swap, right, left), np.where(swap, left, right)
    near, far = np.minimum(to_left, to_right), np.maximum(to_left, to_right)
    # a scanner coarser than the directions speaks for what lies between its rays
    reach = max(SPACING, abs(increment))
    return Layout(
        cosine=np.cos(angles),
        sine=np.sin(angles),
        nearest=nearest,
        other=other,
        weight=near / np.maximum(near + far, 1e-12),
        within=near <= 0.5 * reach + 1e-9,
        other_within=far <= reach + 1e-9,
        increment=increment,
    )


@dataclass(frozen=True)
class Rays:
    """The rays of one scan.

    Attributes:
        ranges: (rays,) [m]; at most 25, NaN where the ray says nothing.
        hit: (rays,) something is there.
        points: (rays, 2) where, in the base frame [m].
    """

    ranges: Floats
    hit: Mask
    points: Floats


def read_rays(scan: LaserSample, layout: Layout) -> Rays:
    """Read a scan as REP-117 means it: +inf is nothing, -inf is too near, NaN is invalid."""
    ranges = scan.ranges.astype(np.float64)
    near, clear = ranges < scan.range_min, ranges > scan.range_max
    ranges = np.where(near, scan.range_min, np.where(clear, FARTHEST, ranges))
    hit = ~clear & (ranges < FARTHEST)  # false for NaN, too
    ranges = np.minimum(ranges, FARTHEST)
    return Rays(ranges, hit, ranges[:, None] * np.stack((layout.cosine, layout.sine), axis=1))


def measure(rays: Rays, usable: Mask, layout: Layout) -> Floats:
    """Read off what the usable rays say of each direction.

    Args:
        rays: of a scan.
        usable: (rays,) rays that count.
        layout: of the scanner.

    Returns:
        (180,) [m]; NaN where no usable ray is near.
    """
    near, other = layout.nearest, layout.other
    has_near = usable[near] & layout.within
    has_other = usable[other] & layout.other_within
    ranges, beside = rays.ranges[near], rays.ranges[other]
    flat = np.abs(beside - ranges) <= FLAT * ranges
    between = ranges + layout.weight * (beside - ranges)
    read = np.where(has_near & has_other & flat, between, ranges)
    silent = np.isnan(ranges)
    read = np.where(has_near, read, np.where(has_other & silent, beside, np.nan))
    return np.asarray(read, dtype=np.float64)
