"""The contract of a HEIGHT checkpoint."""

from dataclasses import fields

from policy_nodes.contract.action_term import ActionTerm
from policy_nodes.contract.agreement import shown
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.network import Network
from policy_nodes.contract.observation_term import ObservationTerm
from policy_nodes.contract.trained import Trained
from policy_nodes.models.height import Height
from policy_nodes.policies.height_observation import EMPTY
from policy_nodes.policies.velocity_steps import V_MAX, V_STEP, W_MAX, W_STEP

Term = ObservationTerm | ActionTerm
RATE_HZ = 10.0
MAX_RANGE = 25.0


def height_contract(
    network: Height, trained: Trained, *, v_min: float, mirrored: bool = False
) -> Contract:
    """State what a HEIGHT network reads and proposes.

    Args:
        network: whose constructor arguments are written down.
        trained: where its weights come from.
        v_min: slowest v it was trained to ask for [m/s].
        mirrored: it is to be averaged with its mirror image.
    """
    return Contract(
        robot='turtlebot',
        policy='height_mirrored' if mirrored else 'height',
        rate_hz=RATE_HZ,
        network=Network(
            'Height', {'people': network.people, 'edge_features': network.edge_features}
        ),
        observations=height_observations(network),
        actions=(height_action(v_min),),
        trained=trained,
    )


def height_observations(network: Height) -> tuple[ObservationTerm, ...]:
    """List what the network reads, as `observe` builds it."""
    person = ('x', 'y', 'vx', 'vy')[: network.edge_features]
    return (
        ObservationTerm(
            name='scan',
            source='sensor_msgs/msg/LaserScan',
            frame='base_link',
            unit=('m',),
            shape=(network.rays,),
            rate_hz=RATE_HZ,
            stale_after_s=0.3,
            clip=((0.0, MAX_RANGE),),
            fill=MAX_RANGE,
        ),
        ObservationTerm(
            name='odometry',
            source='nav_msgs/msg/Odometry',
            frame='odom',
            names=('x', 'y', 'yaw', 'v', 'w'),
            unit=('m', 'm', 'rad', 'm/s', 'rad/s'),
            shape=(5,),
            rate_hz=RATE_HZ,
            stale_after_s=0.3,
        ),
        ObservationTerm(
            name='people',
            source='policy_stack/msg/TrackedPersons',
            frame='odom',
            names=person,
            unit=('m', 'm', 'm/s', 'm/s')[: network.edge_features],
            shape=(network.people, network.edge_features),
            rate_hz=RATE_HZ,
            stale_after_s=0.5,
            fill=EMPTY,
        ),
        ObservationTerm(
            name='goal',
            source='policy_stack/msg/TaskGoal',
            frame='odom',
            names=('x', 'y'),
            unit=('m',),
            shape=(2,),
        ),
    )


def height_action(v_min: float) -> ActionTerm:
    """State what the policy proposes, as `accumulate` computes it; v_min in m/s."""
    steps = (V_STEP, 0.0, -V_STEP), (W_STEP, 0.0, -W_STEP)
    return ActionTerm(
        name='base',
        kind='acceleration_index',
        frame='base_link',
        names=('linear.x', 'angular.z'),
        unit=('m/s', 'rad/s'),
        limits=((v_min, V_MAX), (-W_MAX, W_MAX)),
        rate_hz=RATE_HZ,
        choices=tuple((dv, dw) for dv in steps[0] for dw in steps[1]),
    )


def check_meaning(contract: Contract, network: Height) -> None:
    """Refuse a contract whose terms mean something else than the code of HEIGHT computes.

    A deployment may tighten how old an observation may be; all else belongs to the weights.

    Raises:
        ContractError: naming the term and the field.
    """
    v_min = min((action.limits[0][0] for action in contract.actions), default=0.0)
    ours: list[Term] = [*height_observations(network), height_action(v_min)]
    given: list[Term] = [*contract.observations, *contract.actions]
    theirs = {term.name: term for term in given}
    for wanted in ours:
        if wanted.name not in theirs:
            raise ContractError(
                f'the contract lacks {wanted.name!r}', remedy='train or import anew'
            )
        found = theirs.pop(wanted.name)
        for field in fields(wanted):
            value, meant = getattr(found, field.name, None), getattr(wanted, field.name)
            tighter = field.name == 'stale_after_s' and value is not None and value <= meant
            if value != meant and not tighter:
                raise ContractError(
                    f'the contract says {shown(value)}, HEIGHT computes with {shown(meant)}',
                    remedy='restore the contract, or train or import anew',
                    path=f'{wanted.name}.{field.name}',
                )
    if theirs:
        raise ContractError(f'HEIGHT knows no {", ".join(theirs)}', remedy='restore the contract')
