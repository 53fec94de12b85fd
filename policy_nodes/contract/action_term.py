"""One action that a policy proposes."""

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
    check_bounds,
    check_choice,
    check_count,
    check_finite,
    check_frame,
    check_identifier,
    check_length,
    check_names,
    check_units,
)
from policy_nodes.contract.errors import ContractError, inside
from policy_nodes.contract.plain import pairs, single
from policy_nodes.contract.section import Section
from policy_nodes.contract.vocabulary import KINDS


@dataclass(frozen=True)
class ActionTerm:
    """What a policy proposes, in the order of ``names``.

    The robot is sent ``clip(output) * scale + offset``, held within the limits. For the kind
    ``acceleration_index`` the output is a row number of ``choices``, which is added to the twist
    of the step before and held within the limits.

    Attributes:
        name: name of the term, as the robot description has it.
        kind: what the values are, see ``vocabulary.KINDS``.
        names: joint or axis of each value.
        unit: one unit for all values or one for each.
        limits: (low, high) of each value, in its unit.
        rate_hz: rate of the rows of a proposal [Hz]; None for key poses, which have no rate.
        frame: frame the values are expressed in; empty where there is none.
        horizon: rows of one proposal.
        scale: factor from the network's output to the unit.
        offset: added after scaling, in the unit.
        clip: (low, high) of the network's output, before scaling.
        choices: rows that an index chooses from, in the unit; only for acceleration_index.
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
    horizon: int = 1
    scale: tuple[float, ...] = (1.0,)
    offset: tuple[float, ...] = (0.0,)
    clip: tuple[tuple[float, float], ...] = ()
    choices: tuple[tuple[float, ...], ...] = ()
    kp: tuple[float, ...] = ()
    kd: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        with inside(self.name):
            check_identifier('name', self.name)
            check_choice('kind', self.kind, KINDS)
            check_frame('frame', self.frame)
            check_names('names', self.names)
            if not self.names:
                raise ContractError(
                    'no value is named', remedy='name every joint or axis', path='names'
                )
            check_units(self.unit, self.names)
            check_limits(self.names, self.limits)
            check_rate(self.kind, self.rate_hz)
            check_count('horizon', self.horizon, 1, 10_000)
            check_gains(self.names, self.kp, self.kd)
            self._check_numbers()
            self._check_choices()

    def _check_numbers(self) -> None:
        for field, values in (('scale', self.scale), ('offset', self.offset)):
            check_length(field, values, len(self.names))
            check_finite(field, values)
        if 0.0 in self.scale:
            raise ContractError(
                'a scale of 0 silences the action', remedy='leave the name out', path='scale'
            )
        if self.clip:
            check_length('clip', self.clip, len(self.names))
        for low, high in self.clip:
            check_bounds('clip', low, high)

    def _check_choices(self) -> None:
        if (self.kind == 'acceleration_index') != bool(self.choices):
            raise ContractError(
                f'{len(self.choices)} choices for the kind {self.kind}',
                remedy='give the rows that an index stands for, and only for acceleration_index',
                path='choices',
            )
        for row in self.choices:
            check_finite('choices', row)
            if len(row) != len(self.names):
                raise ContractError(
                    f'a row of {len(row)} numbers for {len(self.names)} names',
                    remedy='give one number for each name, in the order of names',
                    path='choices',
                )
        if self.choices and (set(self.scale) != {1.0} or set(self.offset) != {0.0} or self.clip):
            raise ContractError(
                'an index cannot be scaled, offset or clipped',
                remedy='write the choices in the unit of the term',
                path='scale',
            )

    @classmethod
    def from_section(cls, name: str, section: Section) -> ActionTerm:
        """Read a term from its yaml mapping."""
        with inside(name):
            names = section.texts('names')
            fields: dict[str, Any] = {
                'kind': section.text('kind'),
                'unit': section.texts('unit'),
                'limits': limits_by_name(section, names),
                'rate_hz': section.optional_number('rate_hz'),
                'frame': section.text('frame', ''),
                'horizon': section.integer('horizon', 1),
                'scale': section.numbers('scale', (1.0,)),
                'offset': section.numbers('offset', (0.0,)),
                'clip': pairs('clip', section.rows('clip')),
                'choices': section.rows('choices'),
                'kp': section.numbers('kp', ()),
                'kd': section.numbers('kd', ()),
            }
            section.close()
        return cls(name=name, names=names, **fields)

    def to_mapping(self) -> dict[str, Any]:
        """Write the term as plain values for yaml; what is not set is left out."""
        values: dict[str, Any] = {
            'kind': self.kind,
            'frame': self.frame,
            'names': list(self.names),
            'unit': single(self.unit),
            'limits': {
                name: list(pair) for name, pair in zip(self.names, self.limits, strict=True)
            },
            'rate_hz': self.rate_hz,
            'horizon': self.horizon,
            'scale': single(self.scale),
            'offset': single(self.offset),
            'clip': single([list(pair) for pair in self.clip]),
            'choices': [list(row) for row in self.choices],
            'kp': single(self.kp),
            'kd': single(self.kd),
        }
        unset: tuple[Any, ...] = (None, '', [])
        return {key: value for key, value in values.items() if value not in unset}
