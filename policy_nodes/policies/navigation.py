"""The boundary between worlds or robots and navigation policies: what comes in, what goes out."""

from typing import Protocol

from torch import Tensor


class NavigationView(Protocol):
    """What a navigation policy may look at; one row a robot, all in one world frame.

    Attributes:
        pose: (rows, 3) x, y [m], yaw [rad].
        twist: (rows, 2) measured v [m/s], w [rad/s].
        goal: (rows, 2) [m].
        people: (rows, people, 2) [m].
        people_velocity: (rows, people, 2) [m/s].
        visible: (rows, people) False for people out of view and for empty slots.
        ranges: (rows, 180) lidar with people removed; ray i points 2 i degrees left of yaw [m].
        v_min: (rows,) slowest permitted v [m/s].
    """

    @property
    def pose(self) -> Tensor:
        """Where the robot is."""

    @property
    def twist(self) -> Tensor:
        """How it moves."""

    @property
    def goal(self) -> Tensor:
        """Where it shall go."""

    @property
    def people(self) -> Tensor:
        """Where people are."""

    @property
    def people_velocity(self) -> Tensor:
        """How people move."""

    @property
    def visible(self) -> Tensor:
        """Who of them counts."""

    @property
    def ranges(self) -> Tensor:
        """How far the walls are."""

    @property
    def v_min(self) -> Tensor:
        """How fast it may back up."""


class NavigationPolicy(Protocol):
    """A policy that drives one or many robots."""

    def reset(self, begins: Tensor) -> None:
        """Forget the episode of rows (rows,) where begins is True; sizes the memory at first."""

    def act(self, view: NavigationView) -> Tensor:
        """Choose the next twist (rows, 2) v [m/s], w [rad/s]."""

    def select(self, rows: Tensor) -> None:
        """Go on with some rows only, by index (n,)."""
