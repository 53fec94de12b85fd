"""The filter by control barrier functions."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import parameter


@dataclass(frozen=True)
class CbfParameters:
    """The filter by control barrier functions; radius and deceleration are those of the base."""

    enabled: bool = parameter(
        'bool',
        False,
        'Whether commands are changed as little as keeps all barriers, after everything else.',
        loosened_by='lowering',
        risk='Only zones and the approach model are left.',
    )
    clearance: float = parameter(
        'float',
        0.05,
        'Free distance that is kept to what the scan sees.',
        unit='m',
        low=0.0,
        high=2.0,
        loosened_by='lowering',
        risk='Errors of scan and brakes are no longer covered.',
    )
    people_clearance: float = parameter(
        'float',
        0.2,
        'Free distance that is kept to tracked people.',
        unit='m',
        low=0.0,
        high=5.0,
        loosened_by='lowering',
        risk='The robot passes people closer.',
    )
    lead: float = parameter(
        'float',
        0.05,
        'The disc that is kept free lies this far before the centre and is larger by as much; at '
        '0 the filter only slows and never steers.',
        unit='m',
        low=0.0,
        high=1.0,
    )
    reaction_time: float = parameter(
        'float',
        0.1,
        'Time that a command stands before a better one has effect; the check of the result looks '
        'so far ahead.',
        unit='s',
        low=0.01,
        high=2.0,
        loosened_by='lowering',
        risk='The robot brakes too late.',
    )
    margin: float = parameter(
        'float',
        0.01,
        'By which barriers must fall more slowly than just slowly enough.',
        unit='m/s',
        low=0.0,
        high=1.0,
        loosened_by='lowering',
        risk='The error of taking barriers as straight is no longer covered.',
    )
    yaw_weight: float = parameter(
        'float',
        0.3,
        'Change of speed that weighs as much as a change of yaw rate by one.',
        unit='m/rad',
        low=0.01,
        high=10.0,
    )
    sectors: int = parameter(
        'int',
        36,
        'Sectors round the robot of which each gives its nearest scan point as a barrier.',
        low=8,
        high=360,
        loosened_by='lowering',
        risk='More is left to the check of the result, which only stops.',
    )
    budget: float = parameter(
        'float',
        0.05,
        'Time on the wall that solving may take; after more the robot holds.',
        unit='s',
        low=0.0005,
        high=0.5,
        loosened_by='raising',
        risk='Commands come later.',
    )
