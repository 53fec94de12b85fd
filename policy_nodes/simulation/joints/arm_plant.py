"""An arm as a row of position servos: each joint follows its target with a lag and a torque limit.

Joints do not feel one another, and gravity is taken as compensated: this stands in for an arm
whose own controller works, to show what comes of commands and where it cannot follow them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HAND_SPEED = 1.0  # [rad/s]
SAME = 1e-9  # [rad] two commands this near to each other are one


class ArmPlant:
    """Joints that take one trajectory point after another.

    Attributes:
        names: of the joints.
        position: (n,) [rad].
        velocity: (n,) [rad/s].
        effort: (n,) torque of the drives [Nm].
    """

    def __init__(
        self,
        names: Sequence[str],
        position: Sequence[float],
        *,
        lower: Sequence[float],
        upper: Sequence[float],
        inertia: Sequence[float],
        max_torque: Sequence[float],
        frequency: float = 80.0,
        damping: float = 1.0,
    ) -> None:
        """Stand still.

        Args:
            names: of the joints.
            position: to begin with [rad].
            lower: mechanical stops [rad].
            upper: mechanical stops [rad].
            inertia: that each drive moves [kg m^2].
            max_torque: of each drive [Nm].
            frequency: of the servos without damping [rad/s].
            damping: of the servos; 1 is critical.

        Raises:
            ValueError: lengths differ, a value makes no sense, or the pose is beyond a stop.
        """
        self.names = tuple(names)
        given = {
            'position': position,
            'lower': lower,
            'upper': upper,
            'inertia': inertia,
            'max_torque': max_torque,
        }
        arrays = {name: checked(name, values, self.names) for name, values in given.items()}
        self.lower, self.upper = arrays['lower'], arrays['upper']
        self.inertia, self.max_torque = arrays['inertia'], arrays['max_torque']
        self.position = arrays['position']
        if not (self.inertia > 0).all() or not (self.max_torque > 0).all():
            raise ValueError('inertia and max_torque have to be above zero')
        if (self.position < self.lower).any() or (self.position > self.upper).any():
            raise ValueError('the first position lies beyond the mechanical stops')
        self.frequency, self.damping = frequency, damping
        self.velocity = np.zeros(len(self.names))
        self.effort = np.zeros(len(self.names))
        self._free = np.ones(len(self.names), dtype=np.bool_)
        self._target = self.position.copy()
        self._goal = self.position.copy()
        self._left = 0.0
        self._hand: Floats | None = None

    def command(self, position: Floats, duration: float) -> None:
        """Take a point to be reached after a duration [s], on a straight line.

        After a hand has moved the arm, a repetition of the point before does nothing: the drives
        come back with the first point that is news.
        """
        if self._hand is not None:
            if (np.abs(position - self._goal) <= SAME).all():
                return
            self._hand = None
            self._target = self.position.copy()
        self._goal = position.astype(np.float64)
        self._left = max(duration, 0.0)

    def block(self, joints: Collection[str]) -> None:
        """Block these joints where they are, and no others.

        Raises:
            ValueError: there is no such joint.
        """
        check_known(joints, self.names)
        self._free = np.array([name not in joints for name in self.names], dtype=np.bool_)

    def guide(self, offset: Floats) -> None:
        """Let a hand move the joints by an offset (n,) [rad] while the drives let go."""
        self._hand = np.clip(self.position + offset, self.lower, self.upper)

    def step(self, dt: float) -> None:
        """Let time go on [s]."""
        if self._hand is not None:
            self._be_guided(self._hand, dt)
            return
        speed = np.zeros(len(self.names))
        if self._left > 0.0:
            speed = (self._goal - self._target) / self._left
            self._target = self._target + speed * min(dt, self._left)
            self._left -= dt
        else:
            self._target = self._goal
        pull = self.frequency**2 * (self._target - self.position)
        pull += 2.0 * self.damping * self.frequency * (speed - self.velocity)
        self.effort = np.clip(self.inertia * pull, -self.max_torque, self.max_torque)
        self._move(self.velocity + self.effort / self.inertia * dt, dt)

    def _be_guided(self, hand: Floats, dt: float) -> None:
        self.effort = np.zeros(len(self.names))
        way = hand - self.position
        self._move(np.clip(way / dt, -HAND_SPEED, HAND_SPEED), dt)

    def _move(self, velocity: Floats, dt: float) -> None:
        wanted = self.position + velocity * self._free * dt
        position = np.clip(wanted, self.lower, self.upper)
        self.velocity = velocity * self._free * (position == wanted)
        self.position = position


def checked(name: str, values: Sequence[float], joints: Sequence[str]) -> Floats:
    """Values, one for each joint.

    Raises:
        ValueError: there are more or fewer, or one is not finite.
    """
    array = np.array(values, dtype=np.float64)
    if array.shape != (len(joints),):
        raise ValueError(f'{name} has {array.size} values for {len(joints)} joints')
    if not np.isfinite(array).all():
        raise ValueError(f'{name} holds a value that is not finite')
    return array


def check_known(names: Collection[str], known: Sequence[str]) -> None:
    """Refuse names of joints that the robot does not have.

    Raises:
        ValueError: naming the first one, and the known ones.
    """
    for name in names:
        if name not in known:
            raise ValueError(f'there is no joint {name!r}; known: {", ".join(known)}')
