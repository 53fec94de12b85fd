"""QoS profiles by use: publish reliably, subscribe to sensors with best effort."""

from rclpy.duration import Duration
from rclpy.qos import (
    QoSDurabilityPolicy,
    QoSHistoryPolicy,
    QoSLivelinessPolicy,
    QoSProfile,
    QoSReliabilityPolicy,
)

RELIABLE, BEST_EFFORT = QoSReliabilityPolicy.RELIABLE, QoSReliabilityPolicy.BEST_EFFORT


def _profile(depth: int, reliability: QoSReliabilityPolicy, **more: object) -> QoSProfile:
    return QoSProfile(
        history=QoSHistoryPolicy.KEEP_LAST, depth=depth, reliability=reliability, **more
    )


SENSOR_OUT = _profile(10, RELIABLE)
SENSOR_IN = _profile(10, BEST_EFFORT)
# One robot's own samples in lockstep: none may be lost between processes of one machine.
STREAM = _profile(10, RELIABLE)
COMMAND = _profile(1, RELIABLE)
# of what comes while one thinks, only the last
NEWEST = _profile(1, RELIABLE)
LATCHED = _profile(1, RELIABLE, durability=QoSDurabilityPolicy.TRANSIENT_LOCAL)
EPISODE = _profile(50, RELIABLE, durability=QoSDurabilityPolicy.TRANSIENT_LOCAL)
TF = _profile(100, RELIABLE)
RECORD = _profile(200, RELIABLE)
# deep, although such topics keep only one sample: a recorder may fall behind, but leaves none out
RECORD_LATCHED = _profile(200, RELIABLE, durability=QoSDurabilityPolicy.TRANSIENT_LOCAL)

# matches publishers of any QoS
ANY = _profile(10, BEST_EFFORT)
# for watchers that judge by content alone
HEARTBEAT_ANY = _profile(10, BEST_EFFORT)

HEARTBEAT_PERIOD = 0.1
HEARTBEAT_DEADLINE = 0.25
HEARTBEAT_LEASE = 0.5


def heartbeat_out() -> QoSProfile:
    """Offer a beat every 0.25 s and a sign of life every 0.5 s at the latest."""
    return _heartbeat(1.0)


def heartbeat_in() -> QoSProfile:
    """Ask for a little less than is offered, so that late beats are noticed without flicker."""
    return _heartbeat(1.2)


def _heartbeat(slack: float) -> QoSProfile:
    return _profile(
        1,
        RELIABLE,
        deadline=Duration(seconds=HEARTBEAT_DEADLINE * slack),
        liveliness=QoSLivelinessPolicy.AUTOMATIC,
        liveliness_lease_duration=Duration(seconds=HEARTBEAT_LEASE * slack),
    )
