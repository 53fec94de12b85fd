"""Where an arm may be: box of the tool, distances, singular poses."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import parameter


@dataclass(frozen=True)
class WorkspaceParameters:
    """The box of the tool."""

    enabled: bool = parameter(
        'bool',
        False,
        'Whether the tool is kept in a box.',
        loosened_by='lowering',
        risk='The tool goes wherever the joints can.',
    )
    lower: tuple[float, ...] = parameter(
        'float_array',
        (-1.0, -1.0, 0.0),
        'Least x, y, z of the tool in the base frame.',
        unit='m',
        low=-100.0,
        high=100.0,
        loosened_by='changing',
        risk='The tool may hit what stands outside.',
    )
    upper: tuple[float, ...] = parameter(
        'float_array',
        (1.0, 1.0, 1.5),
        'Greatest x, y, z of the tool in the base frame.',
        unit='m',
        low=-100.0,
        high=100.0,
        loosened_by='changing',
        risk='The tool may hit what stands outside.',
    )
    margin: float = parameter(
        'float',
        0.02,
        'The tool comes to rest this far inside; it covers what lies between the looks ahead.',
        unit='m',
        low=0.0,
        high=1.0,
        loosened_by='lowering',
        risk='The tool may leave the box by a little while the arm brakes.',
    )


@dataclass(frozen=True)
class SelfDistanceParameters:
    """Distance between parts of the arm."""

    pairs: tuple[str, ...] = parameter(
        'string_array',
        (),
        'Capsules that must not meet, two by two.',
        loosened_by='changing',
        risk='The arm may hit itself.',
    )
    slow: float = parameter(
        'float',
        0.05,
        'Nearer than this, speed shrinks towards zero at stop.',
        unit='m',
        low=0.001,
        high=1.0,
        loosened_by='lowering',
        risk='Faster near itself.',
    )
    stop: float = parameter(
        'float',
        0.01,
        'No motion may come to rest nearer than this, unless it leads away.',
        unit='m',
        low=0.0,
        high=1.0,
        loosened_by='lowering',
        risk='Errors of capsules and drives are no longer covered.',
    )


@dataclass(frozen=True)
class SceneDistanceParameters:
    """Distance between the arm and the capsules of the scene."""

    slow: float = parameter(
        'float',
        0.1,
        'Nearer than this, speed shrinks towards zero at stop.',
        unit='m',
        low=0.001,
        high=5.0,
        loosened_by='lowering',
        risk='Faster near things.',
    )
    stop: float = parameter(
        'float',
        0.02,
        'No motion may come to rest nearer than this, unless it leads away.',
        unit='m',
        low=0.0,
        high=5.0,
        loosened_by='lowering',
        risk='Errors of capsules and drives are no longer covered.',
    )


@dataclass(frozen=True)
class MeasuredDistanceParameters:
    """Distance that another node measures."""

    enabled: bool = parameter(
        'bool',
        False,
        'Whether a measured distance is required and counts.',
        loosened_by='lowering',
        risk='Only the capsules of the scene keep the arm from things.',
    )
    timeout: float = parameter(
        'float',
        0.3,
        'The arm holds when no usable distance arrived for this long on the steady clock.',
        unit='s',
        low=0.005,
        high=5.0,
        loosened_by='raising',
        risk='The arm moves blind for longer.',
    )
    max_age: float = parameter(
        'float',
        0.3,
        'Greatest age of the newest distance by its stamp.',
        unit='s',
        low=0.005,
        high=5.0,
        loosened_by='raising',
        risk='Speed is judged by an older picture.',
    )
    slow: float = parameter(
        'float',
        0.5,
        'Nearer than this, speed shrinks towards zero at stop.',
        unit='m',
        low=0.001,
        high=10.0,
        loosened_by='lowering',
        risk='Faster near people and things.',
    )
    stop: float = parameter(
        'float',
        0.15,
        'Nearer than this the arm holds; a number does not tell which motion leads away.',
        unit='m',
        low=0.0,
        high=10.0,
        loosened_by='lowering',
        risk='The arm moves beside people and things.',
    )


@dataclass(frozen=True)
class SingularityParameters:
    """Poses in which the tool cannot move every way."""

    enabled: bool = parameter(
        'bool',
        False,
        'Whether speed is reduced near singular poses.',
        loosened_by='lowering',
        risk='Small motions of the tool ask for large ones of the joints.',
    )
    slow: float = parameter(
        'float',
        0.03,
        'Manipulability, the root of det(J J^T), below which speed shrinks towards zero at stop.',
        low=0.0,
        high=1000.0,
        loosened_by='lowering',
        risk='Faster near singular poses.',
    )
    stop: float = parameter(
        'float',
        0.01,
        'No motion may come to rest below this, unless it leads away.',
        low=0.0,
        high=1000.0,
        loosened_by='lowering',
        risk='The arm may come to rest where it cannot move every way.',
    )
