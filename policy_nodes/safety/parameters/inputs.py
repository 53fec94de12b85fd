"""Which inputs propose, which one counts, and which locks hold them back."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import REQUIRED, parameter

HAND_BACKS = ('automatic', 'reset')


@dataclass(frozen=True)
class InputsParameters:
    """Which inputs there are."""

    names: tuple[str, ...] = parameter(
        'string_array',
        (),
        'Inputs, in any order; the parameters of input NAME are inputs.NAME.*. Without any, only '
        'the policy proposes. Where the sender is not known, as in a replay, the first counts.',
        loosened_by='changing',
        risk='An input that is not named is not heard.',
    )
    hand_back: str = parameter(
        'string',
        'automatic',
        'How control comes back to an input of lower priority when the one above falls silent: by '
        'itself once its time-out passed, or only by a reset.',
        choices=HAND_BACKS,
        loosened_by='changing',
        risk='automatic: the policy drives on by itself after somebody let go of the controls.',
    )


@dataclass(frozen=True)
class InputParameters:
    """One input."""

    priority: int = parameter(
        'int',
        REQUIRED,
        'Of the inputs that are live, the one of highest priority counts; no two are alike.',
        low=0,
        high=255,
        loosened_by='changing',
        risk='The wrong one takes over.',
    )
    topic: str = parameter(
        'string', '', 'Topic of its proposals; empty for the one that policies of the robot use.'
    )
    timeout: float = parameter(
        'float',
        0.5,
        'It is live for this long after a proposal, by the steady clock.',
        unit='s',
        low=0.01,
        high=60.0,
        loosened_by='lowering',
        risk='The input below takes over in a gap between two proposals.',
    )
    heartbeats: bool = parameter(
        'bool',
        True,
        'Whether the robot holds for lost heartbeats of heartbeat.nodes while this input counts.',
        loosened_by='lowering',
        risk='Only the time-out of proposals tells that this input hangs.',
    )


@dataclass(frozen=True)
class LocksParameters:
    """Which locks there are."""

    names: tuple[str, ...] = parameter(
        'string_array',
        (),
        'Locks, in any order; the parameters of lock NAME are locks.NAME.*.',
        loosened_by='changing',
        risk='A lock that is not named holds nothing back.',
    )


@dataclass(frozen=True)
class LockParameters:
    """One lock: while it is set or silent, inputs of lower priority are held back."""

    priority: int = parameter(
        'int',
        REQUIRED,
        'Inputs of lower priority are held back.',
        low=0,
        high=255,
        loosened_by='lowering',
        risk='An input that should be held back drives on.',
    )
    topic: str = parameter('string', '', 'Topic of its Bool; empty for its name.')
    timeout: float = parameter(
        'float',
        0.0,
        'Silence on the steady clock after which it counts as set; 0 lets it be silent.',
        unit='s',
        low=0.0,
        high=60.0,
        loosened_by='changing',
        risk='A lock whose publisher died holds nothing back, or does so later.',
    )
