"""The sensors of a base: where they sit and when they count as lost."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import parameter

MOUNTS = ('tf', 'parameters')


@dataclass(frozen=True)
class ScanParameters:
    """The laser scan, where the scanner sits and when it counts as lost."""

    enabled: bool = parameter(
        'bool',
        True,
        'Whether scans are a source of obstacles; then they are required.',
        loosened_by='lowering',
        risk='What the scanner alone sees is not seen.',
    )
    frame: str = parameter('string', 'base_link', 'Frame that scans are stated in.')
    mount: str = parameter(
        'string',
        'tf',
        'Who places a scanner whose frame is not the base frame: tf, or x, y and yaw below.',
        choices=MOUNTS,
        loosened_by='changing',
        risk='What is seen is taken to be elsewhere.',
    )
    timeout: float = parameter(
        'float',
        0.5,
        'The robot holds when no usable scan arrived for this long on the steady clock.',
        unit='s',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='The robot drives blind for longer.',
    )
    max_age: float = parameter(
        'float',
        0.5,
        'Greatest age of the newest scan by its stamp.',
        unit='s',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='Zones are judged on an older picture.',
    )
    x: float = parameter(
        'float', 0.0, 'Scanner in the base frame, forward.', unit='m', low=-5, high=5
    )
    y: float = parameter(
        'float', 0.0, 'Scanner in the base frame, left.', unit='m', low=-5, high=5
    )
    yaw: float = parameter(
        'float', 0.0, 'Scanner in the base frame, turned.', unit='rad', low=-3.15, high=3.15
    )
    body_radius: float = parameter(
        'float',
        0.1,
        'Points nearer to the base origin than this are the robot itself.',
        unit='m',
        low=0.02,
        high=5.0,
        loosened_by='raising',
        risk='Things that touch the robot are taken for the robot.',
    )
    ignored_angles: tuple[float, ...] = parameter(
        'float_array',
        (),
        'From, to, from, to ... in the frame of the scanner, where its own structure stands.',
        unit='rad',
        low=-7.0,
        high=7.0,
        loosened_by='changing',
        risk='Nothing in these directions is seen.',
    )
    zero_is_invalid: bool = parameter(
        'bool',
        False,
        'The driver writes 0 for an invalid ray; otherwise 0 is too close.',
        loosened_by='raising',
        risk='A covered scanner that reports 0 no longer counts as contact.',
    )
    max_invalid_share: float = parameter(
        'float',
        0.3,
        'Share of invalid rays above which the robot holds.',
        low=0.0,
        high=1.0,
        loosened_by='raising',
        risk='The robot drives with a scanner that hardly sees.',
    )
    max_invalid_ahead: float = parameter(
        'float',
        0.2,
        'Share of directions without a valid ray above which the robot does not drive that way.',
        low=0.0,
        high=1.0,
        loosened_by='raising',
        risk='The robot drives where it cannot see.',
    )
    ahead_angle: float = parameter(
        'float',
        0.785,
        'Directions within this angle of straight on count as the way ahead.',
        unit='rad',
        low=0.05,
        high=1.57,
        loosened_by='changing',
        risk='Blindness beside this sector is judged only by the share of all rays.',
    )


@dataclass(frozen=True)
class OdometryParameters:
    """Measured motion of the base and when it counts as lost."""

    timeout: float = parameter(
        'float',
        0.5,
        'The robot holds when no usable odometry arrived for this long on the steady clock.',
        unit='s',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='A stop is no longer confirmed by measurement.',
    )
    max_age: float = parameter(
        'float',
        0.5,
        'Greatest age of the newest odometry by its stamp.',
        unit='s',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='People are placed by an older pose.',
    )
    still_v: float = parameter(
        'float',
        0.03,
        'Measured speed up to which the base counts as standing.',
        unit='m/s',
        low=0.001,
        high=0.5,
        loosened_by='raising',
        risk='A stop is taken for done while the base still moves.',
    )
    still_w: float = parameter(
        'float',
        0.2,
        'Measured yaw rate up to which the base counts as standing.',
        unit='rad/s',
        low=0.001,
        high=1.0,
        loosened_by='raising',
        risk='A stop is taken for done while the base still turns.',
    )
