"""The contract of a policy that moves legs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policy_nodes.contract.action_term import ActionTerm
from policy_nodes.contract.command_range import CommandRange
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.network import Network
from policy_nodes.contract.observation_term import ObservationTerm
from policy_nodes.contract.trained import Trained
from policy_nodes.contract.vocabulary import OWN_STATE
from policy_nodes.models.locomotion_mlp import LocomotionMlp
from policy_nodes.models.locomotion_transformer import Block, LocomotionTransformer

RATE_HZ = 50.0
LOCOMOTION_FORMS = {
    'locomotion_mlp': LocomotionMlp,
    'locomotion_transformer': LocomotionTransformer,
}
FRAME = ('yaw_rate', 'gravity', 'command', 'joints', 'last_action')  # in the order of a frame
HEIGHTS = {'height_near': 'near', 'height_ahead': 'ahead'}
AXES = ('linear.x', 'linear.y', 'angular.z')
AXIS_UNITS = ('m/s', 'm/s', 'rad/s')
CLIP = ((-100.0, 100.0),)
NetworkType = LocomotionMlp | LocomotionTransformer


@dataclass(frozen=True)
class Body:
    """What a policy has to know of the body that it moves.

    Attributes:
        robot: name.
        joints: names, in the order of the network.
        stand: (joints,) angles of standing [rad].
        lower: (joints,) least target [rad].
        upper: (joints,) greatest target [rad].
        kp: stiffness [Nm/rad].
        kd: damping [Nm s/rad].
        height: of the standing body above the ground [m].
        reach: (joints,) change of a target by an action of 1 [rad].
    """

    robot: str
    joints: tuple[str, ...]
    stand: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    kp: float
    kd: float
    height: float
    reach: tuple[float, ...]


def locomotion_contract(
    network: NetworkType,
    body: Body,
    commands: Mapping[str, tuple[float, float]],
    trained: Trained,
) -> Contract:
    """State what a network reads and proposes.

    Args:
        network: whose sizes are written down.
        body: that it moves.
        commands: (low, high) that it was trained to obey, by axis.
        trained: where its weights come from.
    """
    form = next(name for name, kind in LOCOMOTION_FORMS.items() if kind is type(network))
    return Contract(
        robot=body.robot,
        policy=form,
        rate_hz=RATE_HZ,
        network=Network(type(network).__name__, arguments_of(network)),
        observations=tuple(_observations(network, body)),
        actions=(_action(body),),
        commands=tuple(
            CommandRange(axis, unit, *commands[axis])
            for axis, unit in zip(AXES, AXIS_UNITS, strict=True)
        ),
        trained=trained,
    )


def arguments_of(network: NetworkType) -> dict[str, object]:
    """Constructor arguments that build the same network."""
    common = {
        'joints': network.joints,
        'window': network.window,
        'near': list(network.near),
        'ahead': list(network.ahead),
    }
    if isinstance(network, LocomotionMlp):
        return common | {'width': network.head.in_features, 'layers': len(network.hidden)}
    first = network.blocks[0]
    assert isinstance(first, Block)
    return common | {
        'width': network.norm.normalized_shape[0],
        'heads': first.heads,
        'feed': first.up.out_features,
        'layers': len(network.blocks),
    }


def check_meaning(contract: Contract, network: NetworkType) -> None:
    """Refuse terms that this code would not put together as the trainer did.

    Scales, offsets, clips, names, gains and bounds on age are the checkpoint's own.

    Raises:
        ContractError: naming the term and the field.
    """
    wanted = [*FRAME, *(term for term, part in HEIGHTS.items() if all(getattr(network, part)))]
    found = [term.name for term in contract.observations]
    if found != wanted:
        raise ContractError(
            f'the observations are {", ".join(found)}',
            remedy=f'the network reads {", ".join(wanted)}, in this order',
            path='observations',
        )
    sizes = dict(zip(FRAME, (1, 3, 3, network.joints, network.joints), strict=True))
    for term in contract.observations:
        if term.name in HEIGHTS:
            shape, history = getattr(network, HEIGHTS[term.name]), 1
        else:
            shape, history = (sizes[term.name],), network.window
        _same(term.name, 'shape', term.shape, shape)
        _same(term.name, 'history', term.history, history)
        if history > 1:
            _same(term.name, 'order', term.order, 'newest_first')
    if len(contract.actions) != 1 or contract.actions[0].kind != 'joint_position':
        raise ContractError(
            'the policy proposes targets of joints and nothing else',
            remedy='restore the contract, or train anew',
            path='actions',
        )
    action = contract.actions[0]
    _same(action.name, 'names', action.names, contract.observation('joints').names)
    for field in ('kp', 'kd'):
        if not getattr(action, field):
            raise ContractError(
                'there are no gains', remedy='restore the contract', path=f'{action.name}.{field}'
            )
    for axis in AXES:
        contract.command(axis)


def _same(term: str, field: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise ContractError(
            f'the contract says {found}, the network needs {wanted}',
            remedy='restore the contract, or train anew',
            path=f'{term}.{field}',
        )


def _observations(network: NetworkType, body: Body) -> list[ObservationTerm]:
    imu, stale = 'sensor_msgs/msg/Imu', 0.1

    def of_frame(name: str, source: str, unit: Sequence[str], **more: object) -> ObservationTerm:
        return ObservationTerm(
            name=name,
            source=source,
            unit=tuple(unit),
            clip=CLIP,
            history=network.window,
            order='newest_first',
            padding='zeros',
            **more,  # type: ignore[arg-type]  # each term gives fields of its own
        )

    measured: dict[str, object] = {'rate_hz': RATE_HZ, 'stale_after_s': stale}
    joints = len(body.joints)
    terms = [
        of_frame(
            'yaw_rate', imu, ['rad/s'], frame='base_link', shape=(1,), scale=(0.25,), **measured
        ),
        of_frame(
            'gravity', imu, ['1'], frame='base_link', names=('x', 'y', 'z'), shape=(3,), **measured
        ),
        of_frame(
            'command',
            'geometry_msgs/msg/TwistStamped',
            AXIS_UNITS,
            frame='base_link',
            names=AXES,
            shape=(3,),
            scale=(2.0, 2.0, 0.25),
            stale_after_s=0.5,
        ),
        of_frame(
            'joints',
            'sensor_msgs/msg/JointState',
            ['rad'],
            names=body.joints,
            shape=(joints,),
            offset=body.stand,
            **measured,
        ),
        of_frame('last_action', OWN_STATE, ['1'], names=body.joints, shape=(joints,)),
    ]
    terms += [
        ObservationTerm(
            name=name,
            source='policy_stack/msg/HeightScan',
            frame='base_stabilized',
            unit=('m',),
            shape=getattr(network, part),
            stale_after_s=0.3,
            # as deviations from the floor under a robot that stands; deep is deep
            offset=(-body.height,),
            scale=(5.0,),
            clip=((-2.0, 2.0),),
            fill=-body.height,
        )
        for name, part in HEIGHTS.items()
        if all(getattr(network, part))
    ]
    return terms


def _action(body: Body) -> ActionTerm:
    return ActionTerm(
        name='legs',
        kind='joint_position',
        names=body.joints,
        unit=('rad',),
        limits=tuple(zip(body.lower, body.upper, strict=True)),
        rate_hz=RATE_HZ,
        scale=body.reach,
        offset=body.stand,
        clip=((-1.0, 1.0),),
        kp=(body.kp,),
        kd=(body.kd,),
    )
