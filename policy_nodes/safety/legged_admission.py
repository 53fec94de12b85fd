"""Whether a proposal or a measurement of legs can be believed; a damaged one counts as none."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import (
    BodyHeightSample,
    FootContactsSample,
    ImuSample,
    LegCommandSample,
)
from policy_nodes.safety.admission import refuse_names, refuse_values
from policy_nodes.safety.finding import Finding

Floats = NDArray[np.float64]

UNIT_TOLERANCE = 0.05
# what no leg joint measures: an angle of many turns, speed and torque of no motor of that size
MOST_ANGLE, MOST_SPEED, MOST_EFFORT = 100.0, 1000.0, 10000.0
MOST_TURN, MOST_FORCE = 200.0, 2000.0  # [rad/s], [m/s^2]
MOST_HEIGHT = 100.0


class NamedOrder:
    """Brings measurements that are named in any order into the order of the robot."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._seen: tuple[str, ...] = ()
        self._places: NDArray[np.intp] | None = None
        self._damage = ''

    def places(self, names: Sequence[str]) -> tuple[NDArray[np.intp], str]:
        """Where each joint of the robot stands in a measurement, and what is wrong with it.

        Names that the robot does not have, as of a gripper, are left out.
        """
        seen = tuple(names)
        if seen != self._seen or self._places is None:
            self._seen = seen
            absent = [name for name in self.names if seen.count(name) != 1]
            self._damage = f'{", ".join(absent)} missing or named twice' if absent else ''
            found = [] if absent else [seen.index(name) for name in self.names]
            self._places = np.array(found, dtype=np.intp)
        return self._places, self._damage


def refuse_leg_command(
    proposal: LegCommandSample, names: Sequence[str], source: str
) -> Finding | None:
    """Say what is wrong with a proposal for legs.

    Args:
        proposal: as proposed.
        names: joints of the robot, in the order of commands.
        source: where it came from.

    Returns:
        None if names, order and shapes are those of the robot and all values finite.
    """
    if tuple(proposal.names) != tuple(names):
        wrong = refuse_names(proposal.names, names, source)
        if wrong is not None:
            return wrong
    for values in (proposal.position, proposal.kp, proposal.kd):
        found = refuse_values(values, len(names), source)
        if found is not None:
            return found
    return None


def damage_of_vector(values: object, size: int, most: float, what: str) -> str:
    """Say what is wrong with measured values, in words; empty if nothing is."""
    if not isinstance(values, np.ndarray) or values.dtype.kind != 'f' or values.shape != (size,):
        return f'{what} is no vector of {size} real numbers'
    # NaN compares false, so it is caught as well
    if not (np.abs(values) <= most).all():
        return f'{what} holds values that are not finite or above {most:g}'
    return ''


def damage_of_imu(imu: ImuSample, frame: str) -> str:
    """Say what is wrong with an IMU sample, in words; empty if nothing is."""
    if imu.frame != frame:
        return f'frame {imu.frame!r}, wanted {frame!r}'
    damage = (
        damage_of_vector(imu.quaternion, 4, 2.0, 'quaternion')
        or damage_of_vector(imu.angular_velocity, 3, MOST_TURN, 'angular velocity')
        or damage_of_vector(imu.acceleration, 3, MOST_FORCE, 'acceleration')
    )
    if damage:
        return damage
    norm = math.sqrt(float(imu.quaternion @ imu.quaternion))
    if abs(norm - 1.0) > UNIT_TOLERANCE:
        return f'quaternion of length {norm:.3g}'
    return ''


def damage_of_contacts(contacts: FootContactsSample) -> str:
    """Say what is wrong with foot contacts, in words; empty if nothing is."""
    touching = contacts.touching
    count = len(contacts.names)
    if not isinstance(touching, np.ndarray) or touching.dtype.kind != 'b':
        return 'contacts are no vector of truth values'
    if touching.shape != (count,):
        return f'{touching.shape} contacts for {count} names'
    return ''


def damage_of_height(height: BodyHeightSample) -> str:
    """Say what is wrong with a body height, in words; empty if nothing is."""
    value = height.height
    if isinstance(value, bool) or not isinstance(value, float | int | np.floating):
        return 'the height is no real number'
    return '' if abs(value) <= MOST_HEIGHT else f'a height of {value} m'
