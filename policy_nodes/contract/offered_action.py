"""One action that a robot takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policy_nodes.contract.action_checks import (
    check_gains,
    check_limits,
    check_rate,
    limits_by_name,
)
from policy_nodes.contract.checks import (
    check_choice,
    check_count,
    check_frame,
    check_identifier,
    check_names,
    check_units,
)
from policy_nodes.contract.errors import inside
from policy_nodes.contract.section import Section
from policy_nodes.contract.vocabulary import KINDS, SERVED_BY


@dataclass(frozen=True)
class OfferedAction:
    """An action that a robot takes.

    Attributes:
        name: name of the term.
        kind: what the values are, see ``vocabulary.KINDS``.
        names: joint or axis of each value, in the robot's order.
        unit: one unit for all values or one for each.
        limits: (low, high) of each value, in its unit.
        rate_hz: rate that it is driven at [Hz]; None for key poses.
        frame: frame the values are expressed in; empty where there is none.
        max_horizon: rows that one proposal may have.
        kp: position gain of each joint, or one for all [Nm/rad]; empty where not given.
        kd: velocity gain of each joint, or one for all [Nm s/rad]; empty where not given.

    Raises:
        ContractError: any value that cannot be meant, by field.
    """

    name: str
    kind: str
    names: tuple[str, ...]
    unit: tuple[str, ...]
    limits: tuple[tuple[float, float], ...]
    rate_hz: float | None
    frame: str = ''
    max_horizon: int = 1
    kp: tuple[float, ...] = ()
    kd: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        with inside(self.name):
            check_identifier('name', self.name)
            check_choice('kind', self.kind, [kind for kind in KINDS if kind not in SERVED_BY])
            check_frame('frame', self.frame)
            check_names('names', self.names)
            check_units(self.unit, self.names)
            check_limits(self.names, self.limits)
            check_rate(self.kind, self.rate_hz)
            check_count('max_horizon', self.max_horizon, 1, 10_000)
            check_gains(self.names, self.kp, self.kd)

    @classmethod
    def from_section(cls, name: str, section: Section) -> OfferedAction:
        """Read from the yaml mapping."""
        with inside(name):
            names = section.texts('names')
            fields: dict[str, Any] = {
                'kind': section.text('kind'),
                'unit': section.texts('unit'),
                'limits': limits_by_name(section, names),
                'rate_hz': section.optional_number('rate_hz'),
                'frame': section.text('frame', ''),
                'max_horizon': section.integer('max_horizon', 1),
                'kp': section.numbers('kp', ()),
                'kd': section.numbers('kd', ()),
            }
            section.close()
        return cls(name=name, names=names, **fields)
