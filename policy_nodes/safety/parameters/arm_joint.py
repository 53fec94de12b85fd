"""Limits of one joint of an arm, and where it sits."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import REQUIRED, parameter


@dataclass(frozen=True)
class JointNames:
    """Which joints there are."""

    names: tuple[str, ...] = parameter(
        'string_array',
        REQUIRED,
        'Joints from the base to the tool; the limits of joint NAME are limits.NAME.*.',
        loosened_by='changing',
        risk='A joint that is not named is not watched.',
    )


@dataclass(frozen=True)
class JointLimitParameters:
    """Limits of one joint. They have no defaults: without them nothing is configured."""

    lower: float = parameter(
        'float',
        REQUIRED,
        'Least position.',
        unit='rad',
        low=-100.0,
        high=100.0,
        loosened_by='lowering',
        risk='The joint runs into its mechanical stop.',
    )
    upper: float = parameter(
        'float',
        REQUIRED,
        'Greatest position.',
        unit='rad',
        low=-100.0,
        high=100.0,
        loosened_by='raising',
        risk='The joint runs into its mechanical stop.',
    )
    velocity: float = parameter(
        'float',
        REQUIRED,
        'Greatest speed.',
        unit='rad/s',
        low=0.001,
        high=50.0,
        loosened_by='raising',
        risk='Harder collisions and longer ways to stop.',
    )
    acceleration: float = parameter(
        'float',
        REQUIRED,
        'How fast speed may change, in a stop too; what the joint reaches for certain.',
        unit='rad/s^2',
        low=0.001,
        high=1000.0,
        loosened_by='changing',
        risk='Lower: longer ways to stop. Higher than the joint can: it stops later than told.',
    )
    jerk: float = parameter(
        'float',
        REQUIRED,
        'How fast an acceleration may change, in a stop too.',
        unit='rad/s^3',
        low=0.01,
        high=100000.0,
        loosened_by='changing',
        risk='Lower: longer ways to stop. Higher: jolts, and the drive may refuse the command.',
    )
    margin: float = parameter(
        'float',
        0.0,
        'Commands stay this far inside the position limits.',
        unit='rad',
        low=0.0,
        high=1.0,
        loosened_by='lowering',
        risk='Errors of the drive are no longer covered at the ends.',
    )
    tracking_error: float = parameter(
        'float',
        0.1,
        'Greatest distance of the measured joint from where its command was.',
        unit='rad',
        low=0.0001,
        high=10.0,
        loosened_by='raising',
        risk='A joint that is blocked, or a drive that is off, is noticed later.',
    )
