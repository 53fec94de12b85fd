"""Limits of an axis, stops and resets."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import REQUIRED, parameter
from policy_nodes.safety.parameters.streams import StopSourceParameters


@dataclass(frozen=True)
class AxisParameters:
    """Limits of one axis. They have no defaults: without them nothing is configured."""

    min_velocity: float = parameter(
        'float',
        REQUIRED,
        'Least velocity, negative where the axis may go backward.',
        unit='m/s or rad/s',
        low=-20.0,
        high=0.0,
        loosened_by='lowering',
        risk='Harder collisions and longer ways to stop.',
    )
    max_velocity: float = parameter(
        'float',
        REQUIRED,
        'Greatest velocity.',
        unit='m/s or rad/s',
        low=0.0,
        high=20.0,
        loosened_by='raising',
        risk='Harder collisions and longer ways to stop.',
    )
    acceleration: float = parameter(
        'float',
        REQUIRED,
        'How fast speed may grow.',
        unit='m/s^2 or rad/s^2',
        low=0.001,
        high=100.0,
        loosened_by='raising',
        risk='Sudden starts, wheel slip, tipping.',
    )
    deceleration: float = parameter(
        'float',
        REQUIRED,
        'How fast speed falls, in a stop too; what the base reaches for certain.',
        unit='m/s^2 or rad/s^2',
        low=0.001,
        high=100.0,
        loosened_by='changing',
        risk='Lower: longer ways to stop. Higher than the base can: it stops later than believed.',
    )
    jerk: float = parameter(
        'float',
        REQUIRED,
        'How fast an acceleration may grow; braking is never delayed by it.',
        unit='m/s^3 or rad/s^3',
        low=0.001,
        high=10000.0,
        loosened_by='raising',
        risk='Jolts.',
    )


@dataclass(frozen=True)
class StopParameters(StopSourceParameters):
    """Emergency stop sources, reset and watchdog."""

    require_neutral: bool = parameter(
        'bool',
        True,
        'A reset is refused while proposals ask for motion.',
        loosened_by='lowering',
        risk='The robot may move at once after a reset.',
    )
    neutral_window: float = parameter(
        'float',
        0.5,
        'A proposal of motion stands against a reset for this long.',
        unit='s',
        low=0.0,
        high=10.0,
        loosened_by='lowering',
        risk='A reset may fall into a gap between two proposals of motion.',
    )
    watchdog_period: float = parameter(
        'float',
        0.05,
        'Time between two runs of the watchdog on the steady clock.',
        unit='s',
        low=0.001,
        high=0.5,
        loosened_by='raising',
        risk='A stop begins later.',
    )
