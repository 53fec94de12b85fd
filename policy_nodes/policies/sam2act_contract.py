"""What SAM2Act reads and proposes, as a contract."""

from __future__ import annotations

from dataclasses import fields

from policy_nodes.contract.action_term import ActionTerm
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.network import Network
from policy_nodes.contract.observation_term import ObservationTerm
from policy_nodes.contract.trained import Trained
from policy_nodes.models.sam2act.config import Sam2ActConfig
from policy_nodes.policies.sam2act_cloud import SceneBounds
from policy_nodes.policies.sam2act_sizes import plain_sizes

CAMERAS = ('front', 'left_shoulder', 'right_shoulder', 'wrist')
FINGERS = ('panda_finger_joint1', 'panda_finger_joint2')
KEY_POSE = ('x', 'y', 'z', 'qx', 'qy', 'qz', 'qw', 'gripper', 'ignore_collisions')
WORLD = 'world'
STALE = 0.5  # [s] between key poses the scene stands still
MEMORY = {'sam2act': False, 'sam2act_plus': True}
"""Policies of this network, and whether they remember."""


def sam2act_contract(
    config: Sam2ActConfig, trained: Trained, *, bounds: SceneBounds, language: str
) -> Contract:
    """State what a network reads and proposes.

    Args:
        config: its sizes, which are written down.
        trained: where its weights come from.
        bounds: of the scene that it was trained in.
        language: name of the encoder of its instructions.
    """
    return Contract(
        robot='panda',
        policy='sam2act_plus' if config.memory else 'sam2act',
        rate_hz=None,
        network=Network(
            'Sam2Act',
            {
                'language': language,
                'bounds': {'low': list(bounds.low), 'high': list(bounds.high)},
                'sizes': plain_sizes(config),
            },
        ),
        observations=sam2act_observations(config),
        actions=(sam2act_action(bounds),),
        trained=trained,
    )


def sam2act_observations(config: Sam2ActConfig) -> tuple[ObservationTerm, ...]:
    """List what is read: four registered RGB-D cameras, the fingers and the instruction."""
    terms = []
    for camera in CAMERAS:
        for name, colour, unit, channels in (
            ('color', 'rgb', '1', (3,)),
            ('depth', 'depth', 'm', ()),
        ):
            terms.append(
                ObservationTerm(
                    name=f'{camera}_{name}',
                    source='sensor_msgs/msg/Image',
                    frame=f'{camera}_optical_frame',
                    unit=(unit,),
                    shape=(None, None, *channels),
                    stale_after_s=STALE,
                    colour=colour,
                    dtype='uint8' if colour == 'rgb' else 'float32',
                )
            )
    fingers = ObservationTerm(
        name='fingers',
        source='sensor_msgs/msg/JointState',
        names=FINGERS,
        unit=('m',),
        shape=(len(FINGERS),),
        stale_after_s=STALE,
    )
    instruction = ObservationTerm(
        name='instruction',
        source='policy_stack/msg/TaskGoal',
        unit=('text',),
        shape=(config.language_tokens, config.language_width),
    )
    return (*terms, fingers, instruction)


def sam2act_action(bounds: SceneBounds) -> ActionTerm:
    """State what is proposed: a key pose of the tip within the bounds, and a quarter beyond.

    The fine stage looks at a cube of a quarter of the size, which may reach over the border.
    """
    beyond = 0.25 / bounds.scale
    position = tuple(
        (low - beyond, high + beyond) for low, high in zip(bounds.low, bounds.high, strict=True)
    )
    return ActionTerm(
        name='key_pose',
        kind='key_pose',
        frame=WORLD,
        names=KEY_POSE,
        unit=('m', 'm', 'm', '1', '1', '1', '1', '1', '1'),
        limits=(*position, *((-1.0, 1.0),) * 4, (0.0, 1.0), (0.0, 1.0)),
        rate_hz=None,
    )


def check_terms(contract: Contract, config: Sam2ActConfig, bounds: SceneBounds) -> None:
    """Refuse a contract whose terms mean something else than the code computes.

    A deployment may tighten how old an observation may be; all else belongs to the weights.

    Raises:
        ContractError: naming the term and the field.
    """
    wanted = {term.name: term for term in sam2act_observations(config)}
    given = {term.name: term for term in contract.observations}
    if contract.actions != (sam2act_action(bounds),):
        raise ContractError(
            'the action is not the key pose that SAM2Act proposes within these bounds',
            remedy='restore the contract, or export or import anew',
            path='key_pose',
        )
    if wanted.keys() != given.keys():
        raise ContractError(
            f'the contract reads {", ".join(given)}; SAM2Act reads {", ".join(wanted)}',
            remedy='restore the contract, or export or import anew',
            path='observations',
        )
    for name, meant in wanted.items():
        for field in fields(meant):
            value, ours = getattr(given[name], field.name), getattr(meant, field.name)
            tighter = field.name == 'stale_after_s' and value is not None and value <= STALE
            if value != ours and not tighter:
                raise ContractError(
                    f'the contract says {value!r}, SAM2Act computes with {ours!r}',
                    remedy='restore the contract, or export or import anew',
                    path=f'{name}.{field.name}',
                )
