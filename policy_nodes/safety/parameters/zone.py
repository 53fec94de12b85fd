"""One obstacle zone."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import parameter
from policy_nodes.safety.zone import MODELS


@dataclass(frozen=True)
class ZoneParameters:
    """One zone; its name is the last part of the group."""

    model: str = parameter(
        'string',
        'stop',
        'What the zone does.',
        choices=MODELS,
        loosened_by='changing',
        risk='A weaker model lets the robot go on.',
    )
    enabled: bool = parameter(
        'bool', True, 'Whether the zone counts.', loosened_by='lowering', risk='No zone.'
    )
    polygon: tuple[float, ...] = parameter(
        'float_array',
        (),
        'x, y, x, y ... of its corners in the base frame; without one the zone is a circle.',
        unit='m',
        low=-50.0,
        high=50.0,
        loosened_by='changing',
        risk='What stands outside is not seen.',
    )
    radius: float = parameter(
        'float',
        0.3,
        'Radius of the circle round the base origin.',
        unit='m',
        low=0.01,
        high=50.0,
        loosened_by='lowering',
        risk='What stands outside is not seen.',
    )
    ratio: float = parameter(
        'float',
        0.5,
        'Share of speed that slow leaves.',
        low=0.0,
        high=0.99,
        loosened_by='raising',
        risk='Faster near things.',
    )
    max_v: float = parameter(
        'float',
        0.2,
        'Speed that limit leaves.',
        unit='m/s',
        low=0.001,
        high=20.0,
        loosened_by='raising',
        risk='Faster near things.',
    )
    max_w: float = parameter(
        'float',
        0.5,
        'Yaw rate that limit leaves.',
        unit='rad/s',
        low=0.001,
        high=20.0,
        loosened_by='raising',
        risk='Turns faster near things.',
    )
    min_points: int = parameter(
        'int',
        1,
        'Fewer points in the zone do not count.',
        low=1,
        high=1000,
        loosened_by='raising',
        risk='Thin things are overlooked.',
    )
    trigger_scans: int = parameter(
        'int',
        1,
        'Scans in a row that must see enough points.',
        low=1,
        high=100,
        loosened_by='raising',
        risk='The zone acts later.',
    )
    release_scans: int = parameter(
        'int',
        1,
        'Scans in a row that must see too few points.',
        low=1,
        high=100,
        loosened_by='lowering',
        risk='The robot starts again in a gap of the scan.',
    )
    speed_low: float = parameter(
        'float',
        -20.0,
        'The zone holds for forward speeds from here.',
        unit='m/s',
        low=-20.0,
        high=20.0,
        loosened_by='raising',
        risk='No zone at lower speeds.',
    )
    speed_high: float = parameter(
        'float',
        20.0,
        'The zone holds for forward speeds up to here.',
        unit='m/s',
        low=-20.0,
        high=20.0,
        loosened_by='lowering',
        risk='No zone at higher speeds.',
    )
    abeam: float = parameter(
        'float',
        0.17,
        'Points within this angle of straight aside are passed, not approached.',
        unit='rad',
        low=0.0,
        high=1.5,
        loosened_by='raising',
        risk='Things before the wheels are taken for passed.',
    )
    turn_in_place: bool = parameter(
        'bool',
        True,
        'Whether stop leaves the yaw rate of the proposal.',
        loosened_by='raising',
        risk='A robot that is not round may touch what stands beside it.',
    )
