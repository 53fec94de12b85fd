"""A point cloud as a source of obstacles."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import parameter

VIEWS = ('ahead', 'around')


@dataclass(frozen=True)
class CloudParameters:
    """The point cloud, which of its points count, and when it counts as lost."""

    enabled: bool = parameter(
        'bool',
        False,
        'Whether point clouds are a source of obstacles; then they are required.',
        loosened_by='lowering',
        risk='What the cloud alone sees is not seen.',
    )
    frame: str = parameter(
        'string',
        'base_link',
        'Frame that clouds are stated in; where it is not the base frame, tf places them.',
    )
    timeout: float = parameter(
        'float',
        0.5,
        'The robot holds when no usable cloud arrived for this long on the steady clock.',
        unit='s',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='The robot drives blind for longer.',
    )
    max_age: float = parameter(
        'float',
        0.5,
        'Greatest age of the newest cloud by its stamp.',
        unit='s',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='Zones are judged on an older picture.',
    )
    view: str = parameter(
        'string',
        'ahead',
        'What the cloud shows; without a scan the robot does not back up by a cloud from ahead.',
        choices=VIEWS,
        loosened_by='changing',
        risk='The robot backs up where nothing sees.',
    )
    min_height: float = parameter(
        'float',
        0.05,
        'Points below this in the base frame are the ground.',
        unit='m',
        low=-5.0,
        high=5.0,
        loosened_by='raising',
        risk='Low things are not seen.',
    )
    max_height: float = parameter(
        'float',
        1.5,
        'The robot passes beneath points above this in the base frame.',
        unit='m',
        low=-5.0,
        high=10.0,
        loosened_by='lowering',
        risk='The robot runs with its top into what hangs there.',
    )
    max_range: float = parameter(
        'float',
        5.0,
        'Points farther from the base origin are left out.',
        unit='m',
        low=0.1,
        high=100.0,
        loosened_by='lowering',
        risk='Things are seen too late to brake.',
    )
    body_radius: float = parameter(
        'float',
        0.1,
        'Points nearer to the base origin than this are the robot itself.',
        unit='m',
        low=0.0,
        high=5.0,
        loosened_by='raising',
        risk='Things that touch the robot are taken for the robot.',
    )
    cell: float = parameter(
        'float',
        0.05,
        'Of points in one square of this side the nearest stays; min_points counts squares.',
        unit='m',
        low=0.01,
        high=0.5,
        loosened_by='raising',
        risk='Zones that ask for several points overlook small things.',
    )
    cell_points: int = parameter(
        'int',
        1,
        'Squares with fewer points count as empty.',
        low=1,
        high=100,
        loosened_by='raising',
        risk='Thin and far things are overlooked.',
    )
    least_points: int = parameter(
        'int',
        1,
        'A cloud with fewer points counts as blind.',
        low=0,
        high=100000,
        loosened_by='lowering',
        risk='A covered sensor that sends empty clouds counts as a free way.',
    )
    max_invalid_share: float = parameter(
        'float',
        0.5,
        'Share of points that are NaN or infinite above which the robot holds.',
        low=0.0,
        high=1.0,
        loosened_by='raising',
        risk='The robot drives with a sensor that hardly sees.',
    )
