"""Actions as a replay compares them: what was asked for at one time, and what its numbers are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.action_term import ActionTerm

Floats = NDArray[np.float64]
NANO = 1_000_000_000
KEY_POSE = 'key_pose'


@dataclass(frozen=True)
class ActionSpace:
    """What the numbers of an action mean.

    Attributes:
        kind: of `contract.vocabulary.KINDS`.
        names: of the values.
        units: of each value.
        period: between two answers, which is their deadline [s]; 0 for key poses, without any.
        dt: between rows of a horizon [s].
        order: of the derivative that is jerk: 2 of velocities, 3 of positions, 0 where there is
            none.
    """

    kind: str
    names: tuple[str, ...]
    units: tuple[str, ...]
    period: float
    dt: float
    order: int

    @classmethod
    def of(cls, term: ActionTerm) -> ActionSpace:
        """Read it from the contract of a checkpoint."""
        units = term.unit if len(term.unit) == len(term.names) else term.unit * len(term.names)
        period = 0.0 if term.rate_hz is None else 1.0 / term.rate_hz
        order = 0 if term.kind == KEY_POSE else 3 if 'position' in term.kind else 2
        # the rate is that of the rows of a horizon
        return cls(term.kind, term.names, units, period * term.horizon, period, order)

    @property
    def tolerance_ns(self) -> int:
        """How far from the time of a row the recorded action may be [ns]."""
        return round(0.5 * self.dt * NANO)


BASE = ActionSpace('twist', ('linear.x', 'angular.z'), ('m/s', 'rad/s'), 0.1, 0.1, 2)
"""Of a base, where no contract says it: at the rate of its scans."""


@dataclass(frozen=True)
class Action:
    """What was asked for.

    Attributes:
        stamp_ns: of the observation that it answers.
        values: (horizon, values) in the units of the space.
    """

    stamp_ns: int
    values: Floats


@dataclass(frozen=True)
class Answer:
    """What a policy that was asked in a replay said.

    Attributes:
        action: it.
        asked: the policy chose it; false where the node proposes rest without asking.
        inference_ms: that it took [ms].
        missing: terms that were absent or stale.
    """

    action: Action
    asked: bool
    inference_ms: float
    missing: tuple[str, ...] = ()
