"""Where the joints of an arm sit, and the capsules round its links and the things near it."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import REQUIRED, parameter

BASE, SCENE = 'base', 'scene'


@dataclass(frozen=True)
class JointPlaceParameters:
    """Where one joint sits, as URDF states it."""

    origin: tuple[float, ...] = parameter(
        'float_array',
        (),
        'x, y, z [m], roll, pitch, yaw [rad] of the joint in the frame of the joint before it.',
        low=-100.0,
        high=100.0,
        loosened_by='changing',
        risk='Box, distances and singularities are judged for another arm.',
    )
    axis: tuple[float, ...] = parameter(
        'float_array',
        (0.0, 0.0, 1.0),
        'Axis of rotation in the frame of the joint.',
        low=-1.0,
        high=1.0,
        loosened_by='changing',
        risk='Box, distances and singularities are judged for another arm.',
    )


@dataclass(frozen=True)
class ToolParameters:
    """Where the tool sits."""

    origin: tuple[float, ...] = parameter(
        'float_array',
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        'x, y, z [m], roll, pitch, yaw [rad] of the tool in the frame of the last joint.',
        low=-100.0,
        high=100.0,
        loosened_by='changing',
        risk='The box holds for another point.',
    )


@dataclass(frozen=True)
class CapsuleNames:
    """Which capsules there are."""

    names: tuple[str, ...] = parameter(
        'string_array',
        (),
        'Capsules, in any order; the parameters of capsule NAME are capsules.NAME.*.',
        loosened_by='changing',
        risk='What no capsule covers is not seen.',
    )


@dataclass(frozen=True)
class CapsuleParameters:
    """One capsule: everything within a radius of a line."""

    link: str = parameter(
        'string',
        REQUIRED,
        'Joint whose frame it is fixed to, base for the foot of the arm, scene for other things.',
        loosened_by='changing',
        risk='The capsule is elsewhere.',
    )
    start: tuple[float, ...] = parameter(
        'float_array',
        REQUIRED,
        'x, y, z of one end of the line, in the frame of the link; scene: of the base.',
        unit='m',
        low=-100.0,
        high=100.0,
        loosened_by='changing',
        risk='The capsule is elsewhere.',
    )
    end: tuple[float, ...] = parameter(
        'float_array',
        REQUIRED,
        'x, y, z of the other end; the same as start for a ball.',
        unit='m',
        low=-100.0,
        high=100.0,
        loosened_by='changing',
        risk='The capsule is elsewhere.',
    )
    radius: float = parameter(
        'float',
        REQUIRED,
        'How far the capsule reaches from its line.',
        unit='m',
        low=0.0,
        high=100.0,
        loosened_by='lowering',
        risk='What sticks out of it is not seen.',
    )
