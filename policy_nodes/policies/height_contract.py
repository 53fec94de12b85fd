"""The contract of a HEIGHT checkpoint."""

from policy_nodes.contract.action_term import ActionTerm
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.network import Network
from policy_nodes.contract.observation_term import ObservationTerm
from policy_nodes.contract.trained import Trained
from policy_nodes.models.height import Height
from policy_nodes.policies.height_observation import EMPTY
from policy_nodes.policies.velocity_steps import V_MAX, V_STEP, W_MAX, W_STEP

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
    person = ('x', 'y', 'vx', 'vy')[: network.edge_features]
    observations = (
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
    steps = (V_STEP, 0.0, -V_STEP), (W_STEP, 0.0, -W_STEP)
    action = ActionTerm(
        name='base',
        kind='acceleration_index',
        frame='base_link',
        names=('linear.x', 'angular.z'),
        unit=('m/s', 'rad/s'),
        limits=((v_min, V_MAX), (-W_MAX, W_MAX)),
        rate_hz=RATE_HZ,
        choices=tuple((dv, dw) for dv in steps[0] for dw in steps[1]),
    )
    return Contract(
        robot='turtlebot',
        policy='height_mirrored' if mirrored else 'height',
        rate_hz=RATE_HZ,
        network=Network(
            'Height', {'people': network.people, 'edge_features': network.edge_features}
        ),
        observations=observations,
        actions=(action,),
        trained=trained,
    )
