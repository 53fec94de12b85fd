"""How a legged robot stands up, takes proposals in, holds, sits down and damps."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import REQUIRED, parameter
from policy_nodes.safety.parameters.streams import StopSourceParameters

ESTOP_RESPONSES = ('sit', 'damp')


@dataclass(frozen=True)
class LegStandParameters:
    """Standing up, and the gains of standing and holding."""

    pose: tuple[float, ...] = parameter(
        'float_array',
        REQUIRED,
        'Joint angles of standing.',
        unit='rad',
        low=-7.0,
        high=7.0,
        loosened_by='changing',
        risk='A pose in which the robot does not balance.',
    )
    kp: float = parameter(
        'float',
        REQUIRED,
        'Stiffness of standing and holding.',
        unit='Nm/rad',
        low=0.1,
        high=2000.0,
        loosened_by='changing',
        risk='Lower: legs give way. Higher: joints that shake.',
    )
    kd: float = parameter(
        'float',
        REQUIRED,
        'Damping of standing and holding.',
        unit='Nm s/rad',
        low=0.01,
        high=200.0,
        loosened_by='changing',
        risk='Lower: joints that swing. Higher: joints that shake.',
    )
    duration: float = parameter(
        'float',
        1.5,
        'Time to stand up.',
        unit='s',
        low=0.2,
        high=20.0,
        loosened_by='lowering',
        risk='The robot jumps up.',
    )
    tolerance: float = parameter(
        'float',
        0.4,
        'Joints this near to the pose stand; legs give way a little under the body.',
        unit='rad',
        low=0.01,
        high=2.0,
        loosened_by='raising',
        risk='A policy begins before the robot stands.',
    )
    patience: float = parameter(
        'float',
        1.5,
        'Time for the joints to arrive after the targets did.',
        unit='s',
        low=0.02,
        high=20.0,
        loosened_by='raising',
        risk='A robot that is held down presses for longer.',
    )


@dataclass(frozen=True)
class LegBlendParameters:
    """How the share of proposals grows."""

    duration: float = parameter(
        'float',
        1.0,
        'Time from standing to all of the proposal.',
        unit='s',
        low=0.02,
        high=20.0,
        loosened_by='lowering',
        risk='The policy takes over with a jolt.',
    )
    after_hold: float = parameter(
        'float',
        0.2,
        'Time from a hold to all of the proposal.',
        unit='s',
        low=0.02,
        high=20.0,
        loosened_by='lowering',
        risk='The policy takes over with a jolt.',
    )


@dataclass(frozen=True)
class LegHoldParameters:
    """Holding a pose while proposals or sensors are away."""

    time: float = parameter(
        'float',
        0.4,
        'A hold that lasts longer becomes a sit-down.',
        unit='s',
        low=0.02,
        high=60.0,
        loosened_by='raising',
        risk='The robot stands frozen, on fewer legs than it needs.',
    )


@dataclass(frozen=True)
class LegSitParameters:
    """Sitting down by a profile."""

    pose: tuple[float, ...] = parameter(
        'float_array',
        REQUIRED,
        'Joint angles of sitting: the body rests on the ground.',
        unit='rad',
        low=-7.0,
        high=7.0,
        loosened_by='changing',
        risk='The body still stands when the joints begin to damp, and drops.',
    )
    kp: float = parameter(
        'float',
        REQUIRED,
        'Stiffness while sitting down.',
        unit='Nm/rad',
        low=0.1,
        high=2000.0,
        loosened_by='changing',
        risk='Lower: legs give way. Higher: joints that shake.',
    )
    kd: float = parameter(
        'float',
        REQUIRED,
        'Damping while sitting down.',
        unit='Nm s/rad',
        low=0.01,
        high=200.0,
        loosened_by='changing',
        risk='Lower: joints that swing. Higher: joints that shake.',
    )
    duration: float = parameter(
        'float',
        1.0,
        'Least time to sit down.',
        unit='s',
        low=0.1,
        high=20.0,
        loosened_by='changing',
        risk='Shorter: the body drops. Longer: a stop takes longer.',
    )
    max_velocity: float = parameter(
        'float',
        3.0,
        'Fastest target while sitting down; far poses take longer.',
        unit='rad/s',
        low=0.05,
        high=50.0,
        loosened_by='raising',
        risk='The body drops.',
    )
    settle: float = parameter(
        'float', 0.3, 'Time between sitting and damping.', unit='s', low=0.0, high=10.0
    )


@dataclass(frozen=True)
class LegDampingParameters:
    """Joints that only resist motion: the last resort, and how the robot comes up."""

    kd: float = parameter(
        'float',
        REQUIRED,
        'Damping.',
        unit='Nm s/rad',
        low=0.01,
        high=200.0,
        loosened_by='changing',
        risk='Lower: the body drops. Higher: joints that shake.',
    )


@dataclass(frozen=True)
class LegStopParameters(StopSourceParameters):
    """Emergency stop sources and the tick."""

    on_estop: str = parameter(
        'string',
        'sit',
        'What an emergency stop does: sit down by the profile, or damp at once.',
        choices=ESTOP_RESPONSES,
        loosened_by='changing',
        risk='sit takes longer to end motion; damp lets the body drop.',
    )
    period: float = parameter(
        'float',
        0.02,
        'Time between two ticks, which is the rate of commands.',
        unit='s',
        low=0.0005,
        high=0.2,
        loosened_by='raising',
        risk='A stop begins later.',
    )
    max_step: float = parameter(
        'float',
        0.05,
        'A tick that comes later than this counts as if it came after this.',
        unit='s',
        low=0.001,
        high=0.5,
        loosened_by='raising',
        risk='One command may change by more.',
    )
