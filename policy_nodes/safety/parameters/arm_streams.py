"""What counts as live for an arm: ticks, joint states, chunks and stops."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import parameter
from policy_nodes.safety.parameters.streams import StopSourceParameters


@dataclass(frozen=True)
class TickParameters:
    """The rate at which commands go out."""

    period: float = parameter(
        'float',
        0.005,
        'Time between two ticks, which is the rate of commands.',
        unit='s',
        low=0.0005,
        high=0.1,
        loosened_by='raising',
        risk='A stop begins later; commands lie further from one another.',
    )
    max_step: float = parameter(
        'float',
        0.02,
        'Longest time between two ticks; after a longer one the arm brakes for one tick.',
        unit='s',
        low=0.0005,
        high=0.5,
        loosened_by='raising',
        risk='A command may lie further from the one before it.',
    )


@dataclass(frozen=True)
class JointStateParameters:
    """Measured joints, and how far they may be from the command."""

    timeout: float = parameter(
        'float',
        0.05,
        'The arm holds when no usable state arrived for this long on the steady clock.',
        unit='s',
        low=0.001,
        high=5.0,
        loosened_by='raising',
        risk='A blocked joint is noticed later.',
    )
    max_age: float = parameter(
        'float',
        0.1,
        'Greatest age of the newest state by its stamp.',
        unit='s',
        low=0.001,
        high=5.0,
        loosened_by='raising',
        risk='A blocked joint is noticed later.',
    )
    response: float = parameter(
        'float',
        0.0,
        'How long after a command the measured joint is where it says.',
        unit='s',
        low=0.0,
        high=1.0,
        loosened_by='changing',
        risk='A wrong value adds to, or hides, the tracking error.',
    )
    tracking_samples: int = parameter(
        'int',
        2,
        'States in a row that must lie beyond the tracking error.',
        low=1,
        high=1000,
        loosened_by='raising',
        risk='A blocked joint is noticed later.',
    )
    still_velocity: float = parameter(
        'float',
        0.02,
        'Slower joints count as standing.',
        unit='rad/s',
        low=0.0,
        high=1.0,
        loosened_by='raising',
        risk='A reset is permitted while the arm still moves.',
    )


@dataclass(frozen=True)
class ChunkParameters:
    """What counts as a live stream of chunks, and as a sound chunk."""

    timeout: float = parameter(
        'float',
        1.0,
        'The arm holds when no new chunk arrived for this long on the steady clock.',
        unit='s',
        low=0.01,
        high=30.0,
        loosened_by='raising',
        risk='The arm moves on for longer after the policy died.',
    )
    max_age: float = parameter(
        'float',
        1.5,
        'Greatest age of the observation that a chunk answers, by its stamp.',
        unit='s',
        low=0.01,
        high=30.0,
        loosened_by='raising',
        risk='The arm acts on what it saw longer ago.',
    )
    min_dt: float = parameter(
        'float',
        0.005,
        'Least time between two rows.',
        unit='s',
        low=0.0005,
        high=1.0,
        loosened_by='lowering',
        risk='Rows meant for another rate are taken.',
    )
    max_dt: float = parameter(
        'float',
        0.2,
        'Greatest time between two rows.',
        unit='s',
        low=0.001,
        high=5.0,
        loosened_by='raising',
        risk='Rows meant for another rate are taken; more is made up between rows.',
    )
    max_horizon: int = parameter(
        'int',
        200,
        'Most rows of a chunk.',
        low=1,
        high=1000,
        loosened_by='raising',
        risk='A chunk may reach far beyond what the policy saw; admission takes longer.',
    )
    seam_steps: float = parameter(
        'float',
        1.0,
        'A chunk may begin as far from the present command as full speed goes in so many rows.',
        low=0.0,
        high=10.0,
        loosened_by='raising',
        risk='The arm goes to the beginning of a chunk on a way that the policy did not propose.',
    )


@dataclass(frozen=True)
class ArmStopParameters(StopSourceParameters):
    """Emergency stop sources and reset."""

    require_neutral: bool = parameter(
        'bool',
        True,
        'A reset is refused while chunks ask for motion.',
        loosened_by='lowering',
        risk='The arm may move soon after a reset.',
    )
    neutral_window: float = parameter(
        'float',
        0.5,
        'A chunk of motion stands against a reset for this long.',
        unit='s',
        low=0.0,
        high=10.0,
        loosened_by='lowering',
        risk='A reset may fall into a gap between two chunks of motion.',
    )
    neutral_position: float = parameter(
        'float',
        0.01,
        'A chunk whose rows stay this near to the measured joints asks for no motion.',
        unit='rad',
        low=0.0,
        high=0.5,
        loosened_by='raising',
        risk='A reset is permitted while somebody asks for small motions.',
    )
