"""What would move once motion is permitted: axis by axis, from the safety controller's limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.parameters.parameter import flatten

KINDS = {'turtlebot': 'base', 'panda': 'arm', 'barkour': 'legged', 'go1': 'legged'}
NEAR = 0.02  # [rad] an end of its way is as near as that


@dataclass(frozen=True)
class Axis:
    """One thing that can move.

    Attributes:
        name: of the joint or axis.
        unit: of low and high.
        low: least value that may be sent.
        high: greatest one.
        speed: greatest one, in units a second; 0 where low and high are speeds themselves.
        first: value that the robot goes to as soon as motion is permitted; None for none.
    """

    name: str
    unit: str
    low: float
    high: float
    speed: float = 0.0
    first: float | None = None


@dataclass(frozen=True)
class Plan:
    """What a robot may do.

    Attributes:
        axes: in the order of the configuration.
        first: what it does as soon as motion is permitted, in words.
        proposer: node whose proposals count.
        silence_s: time without proposals after which it stops [s].
    """

    axes: tuple[Axis, ...]
    first: str
    proposer: str
    silence_s: float


def plan_of(robot: str) -> Plan:
    """Read what a robot may do from the parameters that its safety controller is started with.

    Raises:
        ConfigError: parameters that the controller would refuse, too.
    """
    values = flatten(node_parameters('safety_controller', robot))
    return {'base': _base, 'arm': _arm, 'legged': _legged}[KINDS[robot]](values)


def present_problems(plan: Plan, measured: Mapping[str, float]) -> list[str]:
    """Say which measured joints are beyond what may be sent, or at its very end."""
    problems = []
    for axis in plan.axes:
        value = measured.get(axis.name)
        if value is None or not axis.speed:
            continue
        if not axis.low <= value <= axis.high:
            problems.append(
                f'{axis.name} is at {value:.3f} {axis.unit}, outside of {axis.low:g} to '
                f'{axis.high:g}: move it by hand, or correct limits and zero'
            )
        elif min(value - axis.low, axis.high - value) < NEAR:
            problems.append(
                f'{axis.name} is at {value:.3f} {axis.unit}, at an end of {axis.low:g} to '
                f'{axis.high:g}'
            )
    return problems


def _base(values: Mapping[str, object]) -> Plan:
    config = BaseSafetyConfig.from_mapping(values)
    axes = tuple(
        Axis(name, unit, axis.min_velocity, axis.max_velocity)
        for name, unit, axis in (
            ('linear.x', 'm/s', config.linear),
            ('angular.z', 'rad/s', config.angular),
        )
    )
    return Plan(
        axes,
        'it stands until a proposal comes that is not rest',
        'navigation_policy',
        config.proposal.timeout,
    )


def _arm(values: Mapping[str, object]) -> Plan:
    config = ArmSafetyConfig.from_mapping(values)
    axes = tuple(
        Axis(name, 'rad', limit.lower + limit.margin, limit.upper - limit.margin, limit.velocity)
        for name, limit in config.limits.items()
    )
    return Plan(
        axes,
        'it holds where it stands until a chunk comes',
        'motion_executor',
        config.chunk.timeout,
    )


def _legged(values: Mapping[str, object]) -> Plan:
    config = LeggedSafetyConfig.from_mapping(values)
    joints, stand = config.joints, config.stand
    rows = zip(
        joints.names,
        joints.position_min,
        joints.position_max,
        joints.max_velocity,
        stand.pose,
        strict=True,
    )
    axes = tuple(Axis(name, 'rad', *limits, first=pose) for name, *limits, pose in rows)
    return Plan(
        axes,
        f'it stands up within {stand.duration:g} s, with {stand.kp:g} Nm/rad',
        'locomotion_policy',
        config.proposal.timeout,
    )
