"""How far the measured motion of a base may be from what was commanded."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import parameter


@dataclass(frozen=True)
class BaseTrackingParameters:
    """Whether a base moves as it was sent; wheels that are blocked or run away do not."""

    enabled: bool = parameter(
        'bool',
        True,
        'Whether odometry is compared with the commands.',
        loosened_by='lowering',
        risk='A base that is stuck pushes on, and one that runs away is not noticed.',
    )
    velocity_error: float = parameter(
        'float',
        0.25,
        'Greatest distance of the measured speed from the commands of the response time.',
        unit='m/s',
        low=0.01,
        high=20.0,
        loosened_by='raising',
        risk='A base that is stuck or runs away is noticed at a higher speed only.',
    )
    yaw_rate_error: float = parameter(
        'float',
        1.2,
        'The same of the yaw rate; wheels that saturate at full speed hardly turn.',
        unit='rad/s',
        low=0.01,
        high=20.0,
        loosened_by='raising',
        risk='A base that spins is noticed at a higher rate only.',
    )
    response: float = parameter(
        'float',
        0.5,
        'How long after a command the base may still move by the ones before it.',
        unit='s',
        low=0.0,
        high=5.0,
        loosened_by='raising',
        risk='It is noticed later.',
    )
    time: float = parameter(
        'float',
        0.3,
        'How long an error has to last, by the stamps of odometry.',
        unit='s',
        low=0.0,
        high=5.0,
        loosened_by='raising',
        risk='It is noticed later.',
    )
