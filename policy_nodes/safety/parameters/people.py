"""Use of tracked people."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import parameter
from policy_nodes.safety.people_guard import RESPONSES


@dataclass(frozen=True)
class PeopleParameters:
    """Use of tracked people."""

    enabled: bool = parameter(
        'bool',
        False,
        'Whether proposals are changed for walking people.',
        loosened_by='lowering',
        risk='People are seen by the scanner only, as if they stood still.',
    )
    response: str = parameter(
        'string',
        'slow',
        'What a proposal may be changed to: a share of it; any yaw rate at no more speed; or, to '
        'step aside, any command within the limits.',
        choices=RESPONSES,
        loosened_by='changing',
        risk='steer and give_way leave the course of the policy; give_way may be faster than it.',
    )
    reaction_time: float = parameter(
        'float',
        0.1,
        'From a command to its first effect.',
        unit='s',
        low=0.0,
        high=2.0,
        loosened_by='lowering',
        risk='The robot reacts to people too late.',
    )
    required: bool = parameter(
        'bool',
        False,
        'Whether the robot holds when tracked people are lost.',
        loosened_by='lowering',
        risk='The robot drives on without knowing who walks where.',
    )
    timeout: float = parameter(
        'float',
        0.5,
        'Tracked people count as lost when none arrived for this long on the steady clock.',
        unit='s',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='People are believed to walk on as they did longer ago.',
    )
    max_age: float = parameter(
        'float',
        0.5,
        'Greatest age of the newest list of people by its stamp.',
        unit='s',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='People are believed to walk on as they did longer ago.',
    )
    clearance: float = parameter(
        'float',
        0.05,
        'Free distance to people that is enough.',
        unit='m',
        low=0.0,
        high=5.0,
        loosened_by='lowering',
        risk='The robot passes people closer.',
    )
    horizon: float = parameter(
        'float',
        1.5,
        'How far ahead people are taken to walk on.',
        unit='s',
        low=0.1,
        high=10.0,
        loosened_by='changing',
        risk='Shorter: later reaction. Longer: reaction to what will not happen.',
    )
    time_step: float = parameter(
        'float',
        0.1,
        'Time between two looks ahead.',
        unit='s',
        low=0.01,
        high=1.0,
        loosened_by='raising',
        risk='Somebody fast may be between two looks.',
    )
    least_gain: float = parameter(
        'float',
        0.02,
        'Less gain of distance does not justify a change.',
        unit='m',
        low=0.0,
        high=1.0,
        loosened_by='raising',
        risk='Help that is small is left out.',
    )
    mask_scan: bool = parameter(
        'bool',
        False,
        'The approach model leaves out scan points on walking people.',
        loosened_by='raising',
        risk='A wrong velocity of a track hides what the scanner sees; stop zones still see it.',
    )
    mask_margin: float = parameter(
        'float',
        0.1,
        'Points within the radius of a person and this belong to the person.',
        unit='m',
        low=0.0,
        high=1.0,
        loosened_by='raising',
        risk='Things beside a person are taken for the person.',
    )
    walking_speed: float = parameter(
        'float',
        0.2,
        'Slower people count as standing: the scan is not masked for them.',
        unit='m/s',
        low=0.0,
        high=3.0,
        loosened_by='lowering',
        risk='People who stand are masked by the noise of their velocity.',
    )
