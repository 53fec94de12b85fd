"""Whether another command keeps more distance from walking people than the proposed one.

People are taken to walk on as they do. The proposal is changed only where that keeps more
distance: somebody who walks past or away, or who comes just as near whatever the robot does,
changes nothing. What it may be changed to is a choice of the user:

- slow: a share of the proposal;
- steer: any yaw rate, and a speed up to the proposed one, forward or backward;
- give_way: any command within the limits, so that the robot may step aside from somebody who
  walks into it. This is the one place where a command may be faster than its proposal; a
  proposal to stand still is never changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from policy_nodes.safety.arcs import ramped_positions
from policy_nodes.safety.people_in_base import PeopleInBase

Floats = NDArray[np.float64]

RESPONSES = ('slow', 'steer', 'give_way')
SHARES = (0.75, 0.5, 0.25, 0.0)
SPEEDS, YAW_RATES = 7, 7  # of the grid of other commands
TRIES = 5  # commands that are checked for everything else; bounds the cost of a tick
COSTS = np.array([1.0, 0.3])  # weights of a change of speed and of yaw rate [1, m/rad]


class Choice(NamedTuple):
    """What people leave of a proposal.

    Attributes:
        values: (2,) v [m/s], w [rad/s].
        changed: whether it is another command than the proposed one.
        slower: whether it is a share of the proposed one.
        kept: least free distance to anybody within the horizon [m].
    """

    values: Floats
    changed: bool
    slower: bool
    kept: float


class PeopleGuard:
    """Chooses the smallest change of a command that keeps enough distance from people."""

    def __init__(
        self,
        *,
        lower: ArrayLike,
        upper: ArrayLike,
        acceleration: ArrayLike,
        response: str = 'slow',
        radius: float = 0.18,
        clearance: float = 0.05,
        horizon: float = 1.5,
        time_step: float = 0.1,
        reaction_time: float = 0.1,
        least_gain: float = 0.02,
    ) -> None:
        """Set up the guard.

        Args:
            lower: (2,) least v [m/s], w [rad/s].
            upper: (2,) greatest v [m/s], w [rad/s].
            acceleration: (2,) [m/s^2, rad/s^2].
            response: slow, steer or give_way.
            radius: of the base [m].
            clearance: free distance that is enough [m].
            horizon: how far ahead people are taken to walk on [s].
            time_step: between two looks ahead [s].
            reaction_time: from a command to its first effect [s].
            least_gain: less gain of distance does not justify a change [m].

        Raises:
            ValueError: an unknown response.
        """
        if response not in RESPONSES:
            raise ValueError(f'unknown response {response!r}; known: {", ".join(RESPONSES)}')
        self.response = response
        self.radius = radius
        self.clearance = clearance
        self.least_gain = least_gain
        self.time_step = time_step
        self.waits = round(reaction_time / time_step)
        self.steps = max(1, round(horizon / time_step)) + self.waits
        self.acceleration = np.array(acceleration, dtype=np.float64)
        low, high = np.array(lower, dtype=np.float64), np.array(upper, dtype=np.float64)
        self._reach = float(np.maximum(-low, high)[0]) * self.steps * time_step
        grid = np.meshgrid(
            np.linspace(low[0], high[0], SPEEDS), np.linspace(low[1], high[1], YAW_RATES)
        )
        self._grid = np.stack(grid, axis=-1).reshape(-1, 2)
        self._times = np.arange(1, self.steps + 1)[:, None] * time_step

    def clearances(self, people: PeopleInBase, commands: Floats, present: Floats) -> Floats:
        """Least free distance to anybody within the horizon (n,) [m].

        Args:
            people: around the base.
            commands: (n, 2) v [m/s], w [rad/s].
            present: (2,) v [m/s], w [rad/s] before the command.
        """
        if not len(people.positions):
            return np.full(len(commands), np.inf)
        x, y = ramped_positions(
            commands,
            present,
            self.acceleration,
            time_step=self.time_step,
            steps=self.steps,
            waits=self.waits,
        )
        walked = people.positions[:, None] + people.velocities[:, None] * self._times
        dx, dy = x[:, None] - walked[..., 0], y[:, None] - walked[..., 1]
        dx *= dx
        dy *= dy
        dx += dy
        distance = np.sqrt(dx.min(axis=2))
        return (distance - people.radii).min(axis=1) - self.radius

    def choose(
        self,
        people: PeopleInBase,
        proposed: Floats,
        present: Floats,
        is_free: Callable[[float, float], bool],
    ) -> Choice:
        """Keep the proposal, or change it as little as keeps enough distance.

        Args:
            people: around the base.
            proposed: (2,) v [m/s], w [rad/s] within the limits.
            present: (2,) v [m/s], w [rad/s] before the command.
            is_free: whether nothing else speaks against v, w.

        Returns:
            The command that keeps the clearance with the least change; if none does, the one
            that keeps most distance.
        """
        if not proposed.any():
            return Choice(proposed, False, False, float('inf'))
        near = self._near(people)
        before = float(self.clearances(near, proposed[None], present)[0])
        if before >= self.clearance:
            return Choice(proposed, False, False, before)
        others = self._others(proposed)
        kept = self.clearances(near, others, present)
        enough = np.flatnonzero(kept >= self.clearance)
        change = (np.abs(others - proposed) @ COSTS)[enough]
        order = [*enough[np.argsort(change, kind='stable')[:TRIES]]]
        if len(order) < TRIES:
            order += [*np.argsort(-kept, kind='stable')[: TRIES - len(order)]]
        for index in order:
            if kept[index] < before + self.least_gain:
                break
            if is_free(float(others[index, 0]), float(others[index, 1])):
                slower = index < len(SHARES)
                return Choice(others[index], True, slower, float(kept[index]))
        return Choice(proposed, False, False, before)

    def _near(self, people: PeopleInBase) -> PeopleInBase:
        """People who could come near enough within the horizon."""
        walked = np.hypot(people.velocities[:, 0], people.velocities[:, 1]) * self._times[-1]
        reach = people.radii + self.radius + self.clearance + self._reach + walked
        near = np.hypot(people.positions[:, 0], people.positions[:, 1]) < reach
        return PeopleInBase(people.positions[near], people.velocities[near], people.radii[near])

    def _others(self, proposed: Floats) -> Floats:
        shares = np.array(SHARES)[:, None] * proposed
        if self.response == 'slow':
            return shares
        grid = self._grid
        if self.response == 'steer':
            grid = grid[np.abs(grid[:, 0]) <= abs(proposed[0]) + 1e-9]
        return np.concatenate((shares, grid))
