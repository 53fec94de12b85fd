"""Everything that the safety controller of an arm can be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from policy_nodes.safety.arbitration_config import ArbitrationConfig
from policy_nodes.safety.parameters.arm_body import (
    BASE,
    SCENE,
    CapsuleNames,
    CapsuleParameters,
    JointPlaceParameters,
    ToolParameters,
)
from policy_nodes.safety.parameters.arm_joint import JointLimitParameters, JointNames
from policy_nodes.safety.parameters.arm_space import (
    MeasuredDistanceParameters,
    SceneDistanceParameters,
    SelfDistanceParameters,
    SingularityParameters,
    WorkspaceParameters,
)
from policy_nodes.safety.parameters.arm_streams import (
    ArmStopParameters,
    ChunkParameters,
    JointStateParameters,
    TickParameters,
)
from policy_nodes.safety.parameters.parameter import (
    ConfigError,
    Parameter,
    flatten,
    parameters_of,
    read_group,
    refuse_unknown,
)
from policy_nodes.safety.parameters.streams import ClockParameters, HeartbeatParameters

GROUPS: Mapping[str, type] = {
    'tick': TickParameters,
    'joint_state': JointStateParameters,
    'chunk': ChunkParameters,
    'clock': ClockParameters,
    'heartbeat': HeartbeatParameters,
    'stop': ArmStopParameters,
    'tool': ToolParameters,
    'workspace': WorkspaceParameters,
    'self_distance': SelfDistanceParameters,
    'scene_distance': SceneDistanceParameters,
    'distance': MeasuredDistanceParameters,
    'singularity': SingularityParameters,
}
# The value to which speed shrinks lies below the value from which it shrinks.
RAMPS = ('self_distance', 'scene_distance', 'distance', 'singularity')


@dataclass(frozen=True)
class ArmSafetyConfig:
    """Checked parameters of an arm, by group; limits have no defaults."""

    limits: Mapping[str, JointLimitParameters]
    tick: TickParameters = field(default_factory=TickParameters)
    joint_state: JointStateParameters = field(default_factory=JointStateParameters)
    chunk: ChunkParameters = field(default_factory=ChunkParameters)
    clock: ClockParameters = field(default_factory=ClockParameters)
    heartbeat: HeartbeatParameters = field(default_factory=HeartbeatParameters)
    stop: ArmStopParameters = field(default_factory=ArmStopParameters)
    tool: ToolParameters = field(default_factory=ToolParameters)
    workspace: WorkspaceParameters = field(default_factory=WorkspaceParameters)
    self_distance: SelfDistanceParameters = field(default_factory=SelfDistanceParameters)
    scene_distance: SceneDistanceParameters = field(default_factory=SceneDistanceParameters)
    distance: MeasuredDistanceParameters = field(default_factory=MeasuredDistanceParameters)
    singularity: SingularityParameters = field(default_factory=SingularityParameters)
    places: Mapping[str, JointPlaceParameters] = field(default_factory=dict)
    arbitration: ArbitrationConfig = field(default_factory=ArbitrationConfig)
    capsules: Mapping[str, CapsuleParameters] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse parameters that contradict each other."""
        for joint, given in self.limits.items():
            if given.lower + given.margin >= given.upper - given.margin:
                raise ConfigError(
                    f'limits.{joint}.lower',
                    given.lower,
                    f'leaves no room below upper {given.upper:g} with margin {given.margin:g}',
                    'give limits in order',
                )
        if self.tick.period > self.tick.max_step:
            raise ConfigError(
                'tick.period',
                self.tick.period,
                f'is above tick.max_step {self.tick.max_step:g}',
                'every tick would be too late; lower it or raise max_step',
            )
        if self.chunk.min_dt > self.chunk.max_dt:
            raise ConfigError(
                'chunk.min_dt',
                self.chunk.min_dt,
                f'is above max_dt {self.chunk.max_dt:g}',
                'give them in order',
            )
        for name in RAMPS:
            ramp = getattr(self, name)
            if ramp.stop >= ramp.slow:
                raise ConfigError(
                    f'{name}.stop',
                    ramp.stop,
                    f'is not below slow {ramp.slow:g}',
                    'speed shrinks from slow to stop; give them in order',
                )
        for name in ('lower', 'upper'):
            _want(3, f'workspace.{name}', getattr(self.workspace, name))
        for low, high in zip(self.workspace.lower, self.workspace.upper, strict=True):
            if low + self.workspace.margin >= high - self.workspace.margin:
                raise ConfigError(
                    'workspace.lower', self.workspace.lower, 'leaves no room', 'widen the box'
                )
        _want(6, 'tool.origin', self.tool.origin)
        self._check_body()

    def _check_body(self) -> None:
        if self.needs_kinematics:
            for joint, place in self.places.items():
                _want(6, f'kinematics.{joint}.origin', place.origin)
                _want(3, f'kinematics.{joint}.axis', place.axis)
                if not any(place.axis):
                    raise ConfigError(
                        f'kinematics.{joint}.axis', place.axis, 'has no direction', 'give one'
                    )
        known = (BASE, SCENE, *self.limits)
        for name, capsule in self.capsules.items():
            if capsule.link not in known:
                raise ConfigError(
                    f'capsules.{name}.link',
                    capsule.link,
                    'is no link',
                    f'known are {", ".join(known)}',
                )
            _want(3, f'capsules.{name}.start', capsule.start)
            _want(3, f'capsules.{name}.end', capsule.end)
        pairs = self.self_distance.pairs
        for name in pairs:
            if name not in self.capsules:
                raise ConfigError(
                    'self_distance.pairs',
                    name,
                    'is no capsule',
                    f'known are {", ".join(self.capsules) or "none"}',
                )
        if len(pairs) % 2:
            raise ConfigError('self_distance.pairs', pairs, 'is no list of pairs', 'pair them')

    @property
    def names(self) -> tuple[str, ...]:
        """Joints from the base to the tool."""
        return tuple(self.limits)

    @property
    def needs_kinematics(self) -> bool:
        """Whether anything has to be known about where the joints sit."""
        return self.workspace.enabled or self.singularity.enabled or bool(self.capsules)

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> ArmSafetyConfig:
        """Build it from parameters with dotted names, or nested as in yaml.

        Raises:
            ConfigError: an unknown name, a refused value, or a limit that is not given.
        """
        flat = flatten(values)
        joints = _distinct('joints', read_group(JointNames, 'joints', flat).names)
        capsules = _distinct('capsules', read_group(CapsuleNames, 'capsules', flat).names)
        if not joints:
            raise ConfigError('joints.names', joints, 'is empty', 'name the joints of the arm')
        arbitration = ArbitrationConfig.from_flat(flat)
        names = joints, capsules, tuple(arbitration.inputs), tuple(arbitration.locks)
        refuse_unknown(flat, [known.name for known in cls.describe(*names)])
        return cls(
            arbitration=arbitration,
            limits={
                name: read_group(JointLimitParameters, f'limits.{name}', flat) for name in joints
            },
            places={
                name: read_group(JointPlaceParameters, f'kinematics.{name}', flat)
                for name in joints
            },
            capsules={
                name: read_group(CapsuleParameters, f'capsules.{name}', flat) for name in capsules
            },
            **{name: read_group(group, name, flat) for name, group in GROUPS.items()},
        )

    @staticmethod
    def describe(
        joints: Sequence[str] = (),
        capsules: Sequence[str] = (),
        inputs: Sequence[str] = (),
        locks: Sequence[str] = (),
    ) -> tuple[Parameter, ...]:
        """List every parameter.

        Args:
            joints: names of the joints whose parameters are listed too.
            capsules: names of the capsules whose parameters are listed too.
            inputs: the same of inputs.
            locks: the same of locks.
        """
        groups: list[tuple[str, type]] = [('joints', JointNames)]
        groups += [(f'limits.{name}', JointLimitParameters) for name in joints]
        groups += GROUPS.items()
        groups += [(f'kinematics.{name}', JointPlaceParameters) for name in joints]
        groups.append(('capsules', CapsuleNames))
        groups += [(f'capsules.{name}', CapsuleParameters) for name in capsules]
        groups += ArbitrationConfig.groups(inputs, locks)
        return tuple(
            known for prefix, group in groups for _, known in parameters_of(group, prefix)
        )

    @staticmethod
    def locked(*names: Sequence[str]) -> tuple[str, ...]:
        """Names of the parameters that can loosen safety: read-only while active."""
        described = ArmSafetyConfig.describe(*names)
        return tuple(known.name for known in described if known.loosened_by)


def _want(count: int, name: str, values: Sequence[float]) -> None:
    if len(values) != count:
        raise ConfigError(name, values, f'has {len(values)} numbers', f'give {count}')


def _distinct(group: str, names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) != len(names):
        raise ConfigError(f'{group}.names', names, 'holds a name twice', 'name each once')
    return names
