"""Joints of a legged robot: names, limits, gains, and when their measurement counts as lost."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import REQUIRED, parameter


@dataclass(frozen=True)
class LegJointsParameters:
    """Limits by joint, in the order of commands. They have no defaults."""

    names: tuple[str, ...] = parameter(
        'string_array',
        REQUIRED,
        'Joints in the order of commands; the arrays of this group have one value for each.',
        loosened_by='changing',
        risk='A joint that is not named is not watched.',
    )
    position_min: tuple[float, ...] = parameter(
        'float_array',
        REQUIRED,
        'Least target.',
        unit='rad',
        low=-7.0,
        high=7.0,
        loosened_by='changing',
        risk='Lower: legs hit their stops or each other.',
    )
    position_max: tuple[float, ...] = parameter(
        'float_array',
        REQUIRED,
        'Greatest target.',
        unit='rad',
        low=-7.0,
        high=7.0,
        loosened_by='changing',
        risk='Higher: legs hit their stops or each other.',
    )
    max_velocity: tuple[float, ...] = parameter(
        'float_array',
        REQUIRED,
        'How fast a target may move.',
        unit='rad/s',
        low=0.01,
        high=100.0,
        loosened_by='changing',
        risk='Higher: sudden motion.',
    )
    max_torque: tuple[float, ...] = parameter(
        'float_array',
        REQUIRED,
        'Greatest torque that a command may ask for, as kp * (target - angle) - kd * speed.',
        unit='Nm',
        low=0.01,
        high=1000.0,
        loosened_by='changing',
        risk='Higher: broken gears, crushed fingers.',
    )
    lasting_torque: tuple[float, ...] = parameter(
        'float_array',
        REQUIRED,
        'Torque, measured or asked for, that a joint may bear for no longer than torque_time.',
        unit='Nm',
        low=0.01,
        high=1000.0,
        loosened_by='changing',
        risk='Higher: motors burn; a blocked leg goes on pressing.',
    )
    max_kp: tuple[float, ...] = parameter(
        'float_array',
        REQUIRED,
        'Greatest stiffness.',
        unit='Nm/rad',
        low=0.01,
        high=2000.0,
        loosened_by='changing',
        risk='Higher: joints that shake.',
    )
    max_kd: tuple[float, ...] = parameter(
        'float_array',
        REQUIRED,
        'Greatest damping.',
        unit='Nm s/rad',
        low=0.01,
        high=200.0,
        loosened_by='changing',
        risk='Higher: joints that shake, by noise of the measured speed.',
    )
    braking: float = parameter(
        'float',
        200.0,
        'Deceleration by which a target comes to rest at the end of its range.',
        unit='rad/s^2',
        low=1.0,
        high=100000.0,
        loosened_by='raising',
        risk='Legs overshoot their range and hit their stops.',
    )
    min_kd: float = parameter(
        'float',
        0.05,
        'Least damping; only the torque limit may lower it further.',
        unit='Nm s/rad',
        low=0.001,
        high=200.0,
        loosened_by='lowering',
        risk='Joints that swing.',
    )
    torque_time: float = parameter(
        'float',
        0.5,
        'How long lasting_torque may be exceeded.',
        unit='s',
        low=0.001,
        high=10.0,
        loosened_by='raising',
        risk='Motors burn; a blocked leg goes on pressing.',
    )
    tracking_error: float = parameter(
        'float',
        0.8,
        'Distance of a joint from its target that counts as blocked.',
        unit='rad',
        low=0.01,
        high=7.0,
        loosened_by='raising',
        risk='A blocked leg goes on pressing.',
    )
    tracking_time: float = parameter(
        'float',
        0.4,
        'How long a joint may be so far from its target.',
        unit='s',
        low=0.001,
        high=10.0,
        loosened_by='raising',
        risk='A blocked leg goes on pressing.',
    )
    position_tolerance: float = parameter(
        'float',
        0.15,
        'A joint that is measured farther than this outside its limits is a fault.',
        unit='rad',
        low=0.0,
        high=2.0,
        loosened_by='raising',
        risk='A wrong zero of an encoder goes unnoticed.',
    )
    position_time: float = parameter(
        'float',
        0.1,
        'How long a joint may be measured outside its limits.',
        unit='s',
        low=0.001,
        high=10.0,
        loosened_by='raising',
        risk='A wrong zero of an encoder is noticed later.',
    )
    runaway_velocity: float = parameter(
        'float',
        45.0,
        'Measured speed of a joint that no sound command causes.',
        unit='rad/s',
        low=0.1,
        high=200.0,
        loosened_by='raising',
        risk='A joint that runs away does so faster.',
    )
    runaway_time: float = parameter(
        'float',
        0.03,
        'How long a joint may be so fast.',
        unit='s',
        low=0.001,
        high=1.0,
        loosened_by='raising',
        risk='A joint that runs away does so for longer.',
    )
    still_velocity: float = parameter(
        'float',
        0.3,
        'Measured speed up to which a joint counts as standing.',
        unit='rad/s',
        low=0.001,
        high=5.0,
        loosened_by='raising',
        risk='A stop is taken for done while legs still move.',
    )
    timeout: float = parameter(
        'float',
        0.1,
        'Legs hold, then sit down, when no usable measurement arrived for this long.',
        unit='s',
        low=0.002,
        high=5.0,
        loosened_by='raising',
        risk='Torque is limited by an older measurement.',
    )
    max_age: float = parameter(
        'float',
        0.1,
        'Greatest age of the newest measurement by its stamp.',
        unit='s',
        low=0.002,
        high=5.0,
        loosened_by='raising',
        risk='Torque is limited by an older measurement.',
    )


@dataclass(frozen=True)
class LegTemperatureParameters:
    """Temperature of the motors."""

    required: bool = parameter(
        'bool',
        False,
        'Whether the legs hold, then sit down, when temperatures are lost.',
        loosened_by='lowering',
        risk='A motor overheats unseen.',
    )
    maximum: float = parameter(
        'float',
        80.0,
        'Greatest temperature of a motor.',
        unit='degC',
        low=20.0,
        high=150.0,
        loosened_by='raising',
        risk='Motors burn.',
    )
    time: float = parameter(
        'float',
        1.0,
        'How long a motor may be hotter.',
        unit='s',
        low=0.001,
        high=60.0,
        loosened_by='raising',
        risk='Motors burn.',
    )
    timeout: float = parameter(
        'float',
        5.0,
        'Temperatures count as lost when none arrived for this long.',
        unit='s',
        low=0.01,
        high=60.0,
        loosened_by='raising',
        risk='A motor overheats unseen.',
    )
    max_age: float = parameter(
        'float',
        5.0,
        'Greatest age of the newest temperatures by their stamp.',
        unit='s',
        low=0.01,
        high=60.0,
        loosened_by='raising',
        risk='A motor overheats unseen.',
    )
