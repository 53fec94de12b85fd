"""Body of a legged robot: attitude, height above the ground and contacts of the feet."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import parameter


@dataclass(frozen=True)
class LegImuParameters:
    """The IMU and the attitude that the legs can master."""

    frame: str = parameter('string', 'base_link', 'Frame of the IMU, which is that of the body.')
    timeout: float = parameter(
        'float',
        0.1,
        'Legs hold, then sit down, when no usable sample arrived for this long.',
        unit='s',
        low=0.002,
        high=5.0,
        loosened_by='raising',
        risk='A fall is noticed later.',
    )
    max_age: float = parameter(
        'float',
        0.1,
        'Greatest age of the newest sample by its stamp.',
        unit='s',
        low=0.002,
        high=5.0,
        loosened_by='raising',
        risk='A fall is noticed later.',
    )
    max_roll: float = parameter(
        'float',
        0.7,
        'Roll beyond which the robot sits down.',
        unit='rad',
        low=0.05,
        high=1.5,
        loosened_by='raising',
        risk='The policy goes on where it tips over.',
    )
    max_pitch: float = parameter(
        'float',
        0.8,
        'Pitch beyond which the robot sits down.',
        unit='rad',
        low=0.05,
        high=1.5,
        loosened_by='raising',
        risk='The policy goes on where it tips over.',
    )
    tilt_time: float = parameter(
        'float',
        0.1,
        'How long roll or pitch may be beyond.',
        unit='s',
        low=0.001,
        high=5.0,
        loosened_by='raising',
        risk='The policy goes on where it tips over.',
    )
    fall_tilt: float = parameter(
        'float',
        1.0,
        'Angle between the up axis of the body and the vertical that is a fall, at once.',
        unit='rad',
        low=0.1,
        high=3.0,
        loosened_by='raising',
        risk='Legs kick while the robot falls.',
    )


@dataclass(frozen=True)
class LegHeightParameters:
    """Height of the body above the ground beneath it."""

    required: bool = parameter(
        'bool',
        False,
        'Whether the legs hold, then sit down, when the height is lost.',
        loosened_by='lowering',
        risk='A collapse is noticed by torque and attitude only.',
    )
    minimum: float = parameter(
        'float',
        0.1,
        'Least height while standing and walking.',
        unit='m',
        low=0.0,
        high=3.0,
        loosened_by='lowering',
        risk='Legs push on while the body drags.',
    )
    maximum: float = parameter(
        'float',
        0.5,
        'Greatest height while standing and walking.',
        unit='m',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='Legs kick while the robot is lifted.',
    )
    time: float = parameter(
        'float',
        0.2,
        'How long the height may be outside.',
        unit='s',
        low=0.001,
        high=5.0,
        loosened_by='raising',
        risk='A collapse is noticed later.',
    )
    timeout: float = parameter(
        'float',
        0.5,
        'The height counts as lost when none arrived for this long.',
        unit='s',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='A collapse is noticed later.',
    )
    max_age: float = parameter(
        'float',
        0.5,
        'Greatest age of the newest height by its stamp.',
        unit='s',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='A collapse is noticed later.',
    )


@dataclass(frozen=True)
class LegContactsParameters:
    """Contacts of the feet and what they may say."""

    feet: tuple[str, ...] = parameter(
        'string_array',
        (),
        'Feet with a contact sensor.',
        loosened_by='changing',
        risk='A foot that is not named is not watched.',
    )
    required: bool = parameter(
        'bool',
        False,
        'Whether the legs hold, then sit down, when contacts are lost.',
        loosened_by='lowering',
        risk='A robot that is lifted goes on walking in the air.',
    )
    max_flight: float = parameter(
        'float',
        0.6,
        'Longest time without a foot on the ground.',
        unit='s',
        low=0.02,
        high=5.0,
        loosened_by='raising',
        risk='Legs kick for longer while the robot is lifted.',
    )
    free_fall: float = parameter(
        'float',
        3.0,
        'Specific force below which nothing carries the body.',
        unit='m/s^2',
        low=0.1,
        high=9.0,
        loosened_by='lowering',
        risk='Feet that report contact in the air are believed.',
    )
    implausible_time: float = parameter(
        'float',
        0.15,
        'How long feet may report contact while nothing carries the body.',
        unit='s',
        low=0.001,
        high=5.0,
        loosened_by='raising',
        risk='Broken contact sensors are believed for longer.',
    )
    stuck_steps: int = parameter(
        'int',
        40,
        'Steps of the other feet during which a foot has to change once.',
        low=4,
        high=10000,
        loosened_by='raising',
        risk='A contact sensor that is stuck is believed for longer.',
    )
    timeout: float = parameter(
        'float',
        0.2,
        'Contacts count as lost when none arrived for this long.',
        unit='s',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='A robot that is lifted goes on walking in the air.',
    )
    max_age: float = parameter(
        'float',
        0.2,
        'Greatest age of the newest contacts by their stamp.',
        unit='s',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='A robot that is lifted goes on walking in the air.',
    )
