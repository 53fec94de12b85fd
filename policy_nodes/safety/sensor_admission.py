"""Whether a sensor sample can be believed; a damaged one counts as none at all."""

from __future__ import annotations

import math

import numpy as np

from policy_nodes.contract.samples import BaseSample, LaserSample, PeopleSample

MOST_RAYS = 100_000
MOST_PEOPLE = 1_000
FASTEST_PERSON = 15.0  # [m/s]; nobody runs faster, so it is a damaged track
UNIT_TOLERANCE = 0.05


def damage_of_scan(scan: LaserSample, frame: str) -> str:
    """Say what is wrong with a scan, in words; empty if nothing is.

    NaN and infinite ranges are no damage: REP-117 gives them a meaning.
    """
    if scan.frame != frame:
        return f'frame {scan.frame!r}, wanted {frame!r}'
    ranges = scan.ranges
    if not isinstance(ranges, np.ndarray) or ranges.ndim != 1 or ranges.dtype.kind != 'f':
        return 'ranges are no vector of real numbers'
    if not 1 <= len(ranges) <= MOST_RAYS:
        return f'{len(ranges)} rays, wanted 1 to {MOST_RAYS}'
    if not all(math.isfinite(x) for x in (scan.angle_min, scan.angle_increment)):
        return 'angles are not finite'
    if scan.angle_increment == 0 or abs(scan.angle_increment) * (len(ranges) - 1) > 4 * math.pi:
        return f'angle increment {scan.angle_increment:g} rad for {len(ranges)} rays'
    if not (math.isfinite(scan.range_min) and 0 <= scan.range_min < scan.range_max):
        return f'valid ranges from {scan.range_min:g} to {scan.range_max:g} m'
    return ''


def damage_of_odometry(base: BaseSample, frame: str, child_frame: str) -> str:
    """Say what is wrong with an odometry sample, in words; empty if nothing is."""
    if base.frame != frame:
        return f'frame {base.frame!r}, wanted {frame!r}'
    if base.child_frame != child_frame:
        return f'child frame {base.child_frame!r}, wanted {child_frame!r}'
    if np.shape(base.position) != (3,) or np.shape(base.quaternion) != (4,):
        return 'position or quaternion of wrong shape'
    values = (*base.position, *base.quaternion, base.v, base.w)
    if not all(math.isfinite(value) for value in values):
        return 'values that are not finite'
    norm = math.sqrt(sum(float(value) ** 2 for value in base.quaternion))
    if abs(norm - 1.0) > UNIT_TOLERANCE:
        return f'quaternion of length {norm:.3g}'
    return ''


def damage_of_people(people: PeopleSample, frame: str) -> str:
    """Say what is wrong with a list of people, in words; empty if nothing is."""
    if people.frame != frame:
        return f'frame {people.frame!r}, wanted {frame!r}'
    count = len(people.ids)
    if count > MOST_PEOPLE:
        return f'{count} people, wanted at most {MOST_PEOPLE}'
    shapes = (np.shape(people.positions), np.shape(people.velocities), np.shape(people.radii))
    if shapes != ((count, 2), (count, 2), (count,)):
        return f'shapes {shapes} for {count} people'
    for values in (people.positions, people.velocities, people.radii):
        if not np.isfinite(values).all():
            return 'values that are not finite'
    if len(set(people.ids.tolist())) != count:
        return 'an id twice'
    if count and (people.radii.min() <= 0 or np.abs(people.velocities).max() > FASTEST_PERSON):
        return f'a radius that is not positive, or a speed above {FASTEST_PERSON:g} m/s'
    return ''
