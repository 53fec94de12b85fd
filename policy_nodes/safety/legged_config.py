"""Everything that the safety controller of a legged robot can be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from policy_nodes.safety.arbitration_config import ArbitrationConfig
from policy_nodes.safety.parameters.legged_body import (
    LegContactsParameters,
    LegHeightParameters,
    LegImuParameters,
)
from policy_nodes.safety.parameters.legged_joints import (
    LegJointsParameters,
    LegTemperatureParameters,
)
from policy_nodes.safety.parameters.legged_modes import (
    LegBlendParameters,
    LegDampingParameters,
    LegHoldParameters,
    LegSitParameters,
    LegStandParameters,
    LegStopParameters,
)
from policy_nodes.safety.parameters.parameter import (
    ConfigError,
    Parameter,
    flatten,
    parameters_of,
    read_group,
    refuse_unknown,
)
from policy_nodes.safety.parameters.streams import (
    ClockParameters,
    HeartbeatParameters,
    ProposalParameters,
)

GROUPS: Mapping[str, type] = {
    'joints': LegJointsParameters,
    'stand': LegStandParameters,
    'sit': LegSitParameters,
    'damping': LegDampingParameters,
    'hold': LegHoldParameters,
    'blend': LegBlendParameters,
    'imu': LegImuParameters,
    'height': LegHeightParameters,
    'contacts': LegContactsParameters,
    'temperature': LegTemperatureParameters,
    'proposal': ProposalParameters,
    'clock': ClockParameters,
    'heartbeat': HeartbeatParameters,
    'stop': LegStopParameters,
}


@dataclass(frozen=True)
class LeggedSafetyConfig:
    """Checked parameters of a legged robot, by group.

    Limits, poses and gains have no defaults: legs without them are not configured.
    """

    joints: LegJointsParameters
    stand: LegStandParameters
    sit: LegSitParameters
    damping: LegDampingParameters
    hold: LegHoldParameters = field(default_factory=LegHoldParameters)
    blend: LegBlendParameters = field(default_factory=LegBlendParameters)
    imu: LegImuParameters = field(default_factory=LegImuParameters)
    height: LegHeightParameters = field(default_factory=LegHeightParameters)
    contacts: LegContactsParameters = field(default_factory=LegContactsParameters)
    temperature: LegTemperatureParameters = field(default_factory=LegTemperatureParameters)
    proposal: ProposalParameters = field(default_factory=ProposalParameters)
    arbitration: ArbitrationConfig = field(default_factory=ArbitrationConfig)
    clock: ClockParameters = field(default_factory=ClockParameters)
    heartbeat: HeartbeatParameters = field(default_factory=HeartbeatParameters)
    stop: LegStopParameters = field(default_factory=LegStopParameters)

    def __post_init__(self) -> None:
        """Refuse parameters that contradict each other."""
        self._check_arrays()
        self._check_joints()
        self._check_gains()
        self._check_times()
        if self.height.minimum >= self.height.maximum:
            raise _reversed('height.minimum', self.height.minimum, 'height.maximum')
        for name in ('max_roll', 'max_pitch'):
            value = getattr(self.imu, name)
            if value > self.imu.fall_tilt:
                raise _reversed(f'imu.{name}', value, 'imu.fall_tilt')
        if self.contacts.required and not self.contacts.feet:
            raise ConfigError(
                'contacts.feet', (), 'is empty, but contacts are required', 'name the feet'
            )

    def _check_arrays(self) -> None:
        names = self.joints.names
        if not names:
            raise ConfigError('joints.names', names, 'is empty', 'name the joints')
        for name, listed in (('joints.names', names), ('contacts.feet', self.contacts.feet)):
            if len(set(listed)) != len(listed):
                raise ConfigError(name, listed, 'holds a name twice', 'name each once')
        for prefix, group in (('joints', self.joints), ('stand', self.stand), ('sit', self.sit)):
            for item in fields(group):
                value = getattr(group, item.name)
                if isinstance(value, tuple) and len(value) != len(names):
                    raise ConfigError(
                        f'{prefix}.{item.name}',
                        value,
                        f'has {len(value)} values for {len(names)} joints',
                        'give one for each of joints.names',
                    )

    def _check_joints(self) -> None:
        joints = self.joints
        for i, name in enumerate(joints.names):
            low, high = joints.position_min[i], joints.position_max[i]
            if low >= high:
                raise _reversed('joints.position_min', low, f'joints.position_max of {name}')
            if joints.lasting_torque[i] > joints.max_torque[i]:
                value = joints.lasting_torque[i]
                raise _reversed('joints.lasting_torque', value, f'joints.max_torque of {name}')
            for prefix, pose in (('stand.pose', self.stand.pose), ('sit.pose', self.sit.pose)):
                if not low <= pose[i] <= high:
                    raise ConfigError(
                        prefix,
                        pose[i],
                        f'is outside {low:g} to {high:g}, the limits of {name}',
                        'give a pose within the limits',
                    )

    def _check_gains(self) -> None:
        least, most_kp, most_kd = self.joints.min_kd, self.joints.max_kp, self.joints.max_kd
        if least > min(most_kd):
            raise _reversed('joints.min_kd', least, 'the least of joints.max_kd')
        for prefix in ('stand', 'sit', 'damping'):
            group = getattr(self, prefix)
            if not least <= group.kd <= min(most_kd):
                raise ConfigError(
                    f'{prefix}.kd',
                    group.kd,
                    f'is outside {least:g} to {min(most_kd):g}',
                    'keep it between joints.min_kd and every joints.max_kd',
                )
            if prefix != 'damping' and group.kp > min(most_kp):
                raise _reversed(f'{prefix}.kp', group.kp, 'the least of joints.max_kp')

    def _check_times(self) -> None:
        period = self.proposal.period
        for name in ('timeout', 'max_period'):
            value = getattr(self.proposal, name)
            if value <= period:
                raise ConfigError(
                    f'proposal.{name}',
                    value,
                    f'is not above proposal.period {period:g}',
                    'every proposal would be too late; raise it or lower the period',
                )
        if self.stop.period > self.proposal.timeout:
            raise _reversed('stop.period', self.stop.period, 'proposal.timeout')
        if self.stop.period > self.stop.max_step:
            raise _reversed('stop.period', self.stop.period, 'stop.max_step')

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> LeggedSafetyConfig:
        """Build it from parameters with dotted names, or nested as in yaml.

        Raises:
            ConfigError: an unknown name, a refused value, or a limit that is not given.
        """
        flat = flatten(values)
        arbitration = ArbitrationConfig.from_flat(flat)
        names = tuple(arbitration.inputs), tuple(arbitration.locks)
        refuse_unknown(flat, [known.name for known in cls.describe(*names)])
        groups: dict[str, Any] = {
            name: read_group(group, name, flat) for name, group in GROUPS.items()
        }
        return cls(arbitration=arbitration, **groups)

    @staticmethod
    def describe(inputs: Sequence[str] = (), locks: Sequence[str] = ()) -> tuple[Parameter, ...]:
        """List every parameter.

        Args:
            inputs: names of the inputs whose parameters are listed too.
            locks: the same of locks.
        """
        groups = [*GROUPS.items(), *ArbitrationConfig.groups(inputs, locks)]
        return tuple(
            known for prefix, group in groups for _, known in parameters_of(group, prefix)
        )

    @staticmethod
    def locked(*names: Sequence[str]) -> tuple[str, ...]:
        """Names of the parameters that can loosen safety: read-only while active."""
        described = LeggedSafetyConfig.describe(*names)
        return tuple(known.name for known in described if known.loosened_by)


def _reversed(name: str, value: float, bound: str) -> ConfigError:
    return ConfigError(name, value, f'is not within {bound}', 'give them in order')
