"""Everything that the safety controller of a base can be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from policy_nodes.safety.arbitration_config import ArbitrationConfig
from policy_nodes.safety.parameters.approach import ApproachParameters
from policy_nodes.safety.parameters.base_tracking import BaseTrackingParameters
from policy_nodes.safety.parameters.cbf import CbfParameters
from policy_nodes.safety.parameters.cloud import CloudParameters
from policy_nodes.safety.parameters.motion import AxisParameters, StopParameters
from policy_nodes.safety.parameters.parameter import (
    ConfigError,
    Parameter,
    flatten,
    parameter,
    parameters_of,
    read_group,
    refuse_unknown,
)
from policy_nodes.safety.parameters.people import PeopleParameters
from policy_nodes.safety.parameters.sensors import OdometryParameters, ScanParameters
from policy_nodes.safety.parameters.streams import (
    ClockParameters,
    FrameParameters,
    HeartbeatParameters,
    ProposalParameters,
)
from policy_nodes.safety.parameters.zone import ZoneParameters

AXES = ('linear.x', 'angular.z')

GROUPS: Mapping[str, type] = {
    'proposal': ProposalParameters,
    'clock': ClockParameters,
    'scan': ScanParameters,
    'points': CloudParameters,
    'odometry': OdometryParameters,
    'tracking': BaseTrackingParameters,
    'people': PeopleParameters,
    'heartbeat': HeartbeatParameters,
    'stop': StopParameters,
    'approach': ApproachParameters,
    'cbf': CbfParameters,
}


@dataclass(frozen=True)
class ZoneNames:
    """Which zones there are."""

    names: tuple[str, ...] = parameter(
        'string_array',
        (),
        'Zones, in any order; the parameters of zone NAME are zones.NAME.*.',
        loosened_by='changing',
        risk='A zone that is not named does not exist.',
    )


@dataclass(frozen=True)
class BaseSafetyConfig:
    """Checked parameters of a base, by group.

    Limits have no defaults: a base without them is not configured.
    """

    linear: AxisParameters
    angular: AxisParameters
    frames: FrameParameters = field(default_factory=FrameParameters)
    proposal: ProposalParameters = field(default_factory=ProposalParameters)
    clock: ClockParameters = field(default_factory=ClockParameters)
    scan: ScanParameters = field(default_factory=ScanParameters)
    points: CloudParameters = field(default_factory=CloudParameters)
    odometry: OdometryParameters = field(default_factory=OdometryParameters)
    tracking: BaseTrackingParameters = field(default_factory=BaseTrackingParameters)
    people: PeopleParameters = field(default_factory=PeopleParameters)
    heartbeat: HeartbeatParameters = field(default_factory=HeartbeatParameters)
    stop: StopParameters = field(default_factory=StopParameters)
    approach: ApproachParameters = field(default_factory=ApproachParameters)
    cbf: CbfParameters = field(default_factory=CbfParameters)
    zones: Mapping[str, ZoneParameters] = field(default_factory=dict)
    arbitration: ArbitrationConfig = field(default_factory=ArbitrationConfig)

    def __post_init__(self) -> None:
        """Refuse parameters that contradict each other."""
        for axis, limits in zip(AXES, (self.linear, self.angular), strict=True):
            if limits.min_velocity >= limits.max_velocity:
                raise ConfigError(
                    f'limits.{axis}.min_velocity',
                    limits.min_velocity,
                    f'is not below max_velocity {limits.max_velocity:g}',
                    'give limits in order, at most one of them zero',
                )
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
        if self.stop.watchdog_period > self.proposal.timeout:
            raise ConfigError(
                'stop.watchdog_period',
                self.stop.watchdog_period,
                f'is above proposal.timeout {self.proposal.timeout:g}',
                'the watchdog would look too rarely; lower it',
            )
        _check_sources(self)
        if len(self.scan.ignored_angles) % 2:
            raise ConfigError(
                'scan.ignored_angles', self.scan.ignored_angles, 'is no list of pairs', 'pair them'
            )
        for low, high in self.ignored_pairs:
            if low >= high:
                raise ConfigError(
                    'scan.ignored_angles', (low, high), 'is reversed', 'give from before to'
                )
        for name, zone in self.zones.items():
            _check_zone(name, zone)

    @property
    def obstacle_sources(self) -> tuple[str, ...]:
        """Names of the sensors that see obstacles."""
        listed = {'scan': self.scan.enabled, 'points': self.points.enabled}
        return tuple(name for name, enabled in listed.items() if enabled)

    @property
    def frames_by_tf(self) -> Mapping[str, str]:
        """Frames of the sensors that tf places on the base, by name of the sensor."""
        base, seeing = self.frames.base_frame, self.obstacle_sources
        frames = {'points': self.points.frame, 'scan': self.scan.frame}
        if self.scan.mount == 'parameters':
            del frames['scan']
        return {name: frame for name, frame in frames.items() if name in seeing and frame != base}

    @property
    def ignored_pairs(self) -> tuple[tuple[float, float], ...]:
        """Sectors that the scan ignores, as pairs of angles [rad]."""
        angles = self.scan.ignored_angles
        return tuple(zip(angles[::2], angles[1::2], strict=True))

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> BaseSafetyConfig:
        """Build it from parameters with dotted names, or nested as in yaml.

        Raises:
            ConfigError: an unknown name, a refused value, or a limit that is not given.
        """
        flat = flatten(values)
        names: tuple[str, ...] = read_group(ZoneNames, 'zones', flat).names
        for name in flat:
            zone = name.removeprefix('zones.').split('.')[0]
            if name.startswith('zones.') and name != 'zones.names' and zone not in names:
                raise ConfigError(
                    name,
                    flat[name],
                    f'belongs to a zone that zones.names {list(names)} does not list',
                    'add the zone there, or remove this',
                )
        arbitration = ArbitrationConfig.from_flat(flat)
        described = cls.describe(names, tuple(arbitration.inputs), tuple(arbitration.locks))
        refuse_unknown(flat, [known.name for known in described])
        if len(set(names)) != len(names):
            raise ConfigError('zones.names', names, 'holds a name twice', 'name each zone once')
        return cls(
            linear=read_group(AxisParameters, f'limits.{AXES[0]}', flat),
            angular=read_group(AxisParameters, f'limits.{AXES[1]}', flat),
            frames=read_group(FrameParameters, '', flat),
            zones={name: read_group(ZoneParameters, f'zones.{name}', flat) for name in names},
            arbitration=arbitration,
            **{name: read_group(group, name, flat) for name, group in GROUPS.items()},
        )

    @staticmethod
    def describe(
        zones: Sequence[str] = (), inputs: Sequence[str] = (), locks: Sequence[str] = ()
    ) -> tuple[Parameter, ...]:
        """List every parameter.

        Args:
            zones: names of the zones whose parameters are listed too.
            inputs: the same of inputs.
            locks: the same of locks.
        """
        groups: list[tuple[str, type]] = [('', FrameParameters), *GROUPS.items()]
        groups += [(f'limits.{axis}', AxisParameters) for axis in AXES]
        groups.append(('zones', ZoneNames))
        groups += [(f'zones.{name}', ZoneParameters) for name in zones]
        groups += ArbitrationConfig.groups(inputs, locks)
        return tuple(
            known for prefix, group in groups for _, known in parameters_of(group, prefix)
        )

    @staticmethod
    def locked(*names: Sequence[str]) -> tuple[str, ...]:
        """Names of the parameters that can loosen safety: read-only while active."""
        described = BaseSafetyConfig.describe(*names)
        return tuple(known.name for known in described if known.loosened_by)


def _check_sources(config: BaseSafetyConfig) -> None:
    if not config.obstacle_sources:
        raise ConfigError(
            'scan.enabled', False, 'leaves no source of obstacles', 'enable scan or points'
        )
    scan, points = config.scan, config.points
    if 'scan' in config.frames_by_tf and (scan.x or scan.y or scan.yaw):
        raise ConfigError(
            'scan.mount',
            scan.mount,
            f'places {scan.frame} on {config.frames.base_frame}, and so do scan.x, y and yaw',
            'set scan.mount: parameters, or leave scan.x, y and yaw out',
        )
    if points.min_height >= points.max_height:
        raise ConfigError(
            'points.min_height',
            points.min_height,
            f'is not below max_height {points.max_height:g}',
            'give them in order',
        )
    if points.body_radius >= points.max_range:
        raise ConfigError(
            'points.body_radius',
            points.body_radius,
            f'is not below max_range {points.max_range:g}',
            'give them in order',
        )


def _check_zone(name: str, zone: ZoneParameters) -> None:
    prefix = f'zones.{name}'
    corners = len(zone.polygon)
    if corners and (corners % 2 or corners < 6):
        raise ConfigError(
            f'{prefix}.polygon',
            zone.polygon,
            'is no list of corners',
            'give x, y of three or more, or leave it out for a circle',
        )
    if zone.speed_low > zone.speed_high:
        raise ConfigError(
            f'{prefix}.speed_low',
            zone.speed_low,
            f'is above speed_high {zone.speed_high:g}',
            'give them in order',
        )
