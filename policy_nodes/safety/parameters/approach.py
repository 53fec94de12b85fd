"""The approach model: brake in time before what lies on the arc."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import parameter


@dataclass(frozen=True)
class ApproachParameters:
    """The approach model: brake in time before what lies on the arc."""

    enabled: bool = parameter(
        'bool',
        True,
        'Whether speed is reduced before what lies on the arc.',
        loosened_by='lowering',
        risk='Only zones keep the robot from driving into things.',
    )
    radius: float = parameter(
        'float',
        0.18,
        'Radius of the robot.',
        unit='m',
        low=0.01,
        high=5.0,
        loosened_by='lowering',
        risk='The robot grazes what it passes.',
    )
    side_margin: float = parameter(
        'float',
        0.0,
        'What the path passes nearer than this counts as on it.',
        unit='m',
        low=0.0,
        high=2.0,
        loosened_by='lowering',
        risk='The robot passes closer.',
    )
    stand_off: float = parameter(
        'float',
        0.05,
        'Distance left when the robot has come to rest.',
        unit='m',
        low=0.0,
        high=2.0,
        loosened_by='lowering',
        risk='Errors of scan and brakes are no longer covered.',
    )
    reaction_time: float = parameter(
        'float',
        0.1,
        'From the command to its first effect; the age of the scan is added.',
        unit='s',
        low=0.0,
        high=2.0,
        loosened_by='lowering',
        risk='The robot brakes too late.',
    )
    time_to_contact: float = parameter(
        'float',
        0.0,
        'Time to contact that is kept as well; 0 asks for no more than braking in time.',
        unit='s',
        low=0.0,
        high=10.0,
        loosened_by='lowering',
        risk='Less time for things that move.',
    )
    least_scale: float = parameter(
        'float',
        0.1,
        'Below this share of the proposal the robot stops instead of creeping.',
        low=0.0,
        high=1.0,
        loosened_by='lowering',
        risk='The robot creeps up to things.',
    )
    min_points: int = parameter(
        'int',
        1,
        'So many points must lie on the arc before they count.',
        low=1,
        high=1000,
        loosened_by='raising',
        risk='Thin things are overlooked.',
    )
    turn_in_place: bool = parameter(
        'bool',
        True,
        'When the way is blocked the yaw rate of the proposal is kept.',
        loosened_by='raising',
        risk='A robot that is not round may touch what stands beside it.',
    )
