"""Inputs and locks of a robot, from its parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from policy_nodes.safety.arbitration import Arbitration, Input, Lock
from policy_nodes.safety.parameters.inputs import (
    InputParameters,
    InputsParameters,
    LockParameters,
    LocksParameters,
)
from policy_nodes.safety.parameters.parameter import ConfigError, read_group

ONLY = 'proposal'  # name of the input where no other is configured


@dataclass(frozen=True)
class ArbitrationConfig:
    """Checked parameters of inputs and locks.

    Attributes:
        inputs: by name; the first is meant where the sender is not known.
        locks: by name.
        hand_back: how control comes back to a lower input.
    """

    inputs: Mapping[str, InputParameters] = field(
        default_factory=lambda: {ONLY: InputParameters(priority=0)}
    )
    locks: Mapping[str, LockParameters] = field(default_factory=dict)
    hand_back: str = 'automatic'

    def __post_init__(self) -> None:
        """Refuse parameters that contradict each other."""
        owner: dict[int, str] = {}
        for name, each in self.inputs.items():
            other = owner.setdefault(each.priority, name)
            if other != name:
                raise ConfigError(
                    f'inputs.{name}.priority',
                    each.priority,
                    f'is that of {other} too',
                    'give each input its own, so that one of them always counts',
                )

    @property
    def first(self) -> str:
        """Name of the input that is meant where the sender is not known."""
        return next(iter(self.inputs))

    def needs_reset(self, before: str, after: str) -> bool:
        """Whether only a reset lets control go over from one input to another."""
        falls = self.inputs[after].priority < self.inputs[before].priority
        return falls and self.hand_back == 'reset'

    def build(self) -> Arbitration:
        """The core; a single input always counts."""
        alone = len(self.inputs) == 1
        return Arbitration(
            [
                Input(name, each.priority, math.inf if alone else each.timeout)
                for name, each in self.inputs.items()
            ],
            [Lock(name, each.priority, each.timeout) for name, each in self.locks.items()],
        )

    @classmethod
    def from_flat(cls, flat: Mapping[str, object]) -> ArbitrationConfig:
        """Read it from dotted names.

        Raises:
            ConfigError: a refused value, a name twice, or parameters of an unlisted name.
        """
        given: InputsParameters = read_group(InputsParameters, 'inputs', flat)
        locks = read_group(LocksParameters, 'locks', flat).names
        _refuse_unlisted('inputs', given.names, flat)
        _refuse_unlisted('locks', locks, flat)
        inputs = {
            name: read_group(InputParameters, f'inputs.{name}', flat) for name in given.names
        }
        held = {name: read_group(LockParameters, f'locks.{name}', flat) for name in locks}
        if not inputs:
            return cls(locks=held, hand_back=given.hand_back)
        return cls(inputs, held, given.hand_back)

    @staticmethod
    def groups(inputs: Sequence[str] = (), locks: Sequence[str] = ()) -> list[tuple[str, type]]:
        """Prefix and class of every group of parameters, for inputs and locks of these names."""
        return [
            ('inputs', InputsParameters),
            *((f'inputs.{name}', InputParameters) for name in inputs),
            ('locks', LocksParameters),
            *((f'locks.{name}', LockParameters) for name in locks),
        ]


def _refuse_unlisted(group: str, names: Sequence[str], flat: Mapping[str, object]) -> None:
    if len(set(names)) != len(names):
        raise ConfigError(f'{group}.names', names, 'holds a name twice', 'name each once')
    reserved = {'inputs': ('names', 'hand_back'), 'locks': ('names',)}[group]
    for name in names:
        if name in reserved or not name or '.' in name:
            raise ConfigError(
                f'{group}.names', names, f'holds {name!r}', 'use another name, without dots'
            )
    for key, value in flat.items():
        top, _, rest = key.partition('.')
        owner = rest.split('.')[0]
        if top == group and owner not in reserved and owner not in names:
            raise ConfigError(
                key,
                value,
                f'belongs to nothing that {group}.names {list(names)} lists',
                'add its name there, or remove this',
            )
