"""What the safety controller talks about."""

from diagnostic_msgs.msg import DiagnosticArray
from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry
from sensor_msgs.msg import LaserScan
from std_msgs.msg import Bool
from std_srvs.srv import Trigger

from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HEARTBEAT
from policy_nodes.nodes.interface import SENSOR_RELIABILITY, NodeInterface, Setting, Topic
from policy_stack.msg import SafetyState, TrackedPersons
from policy_stack.srv import ResetSafety

PROPOSAL = Topic('navigation_policy/cmd_vel', TwistStamped, qos.COMMAND, 'proposed velocity')
SCAN = Topic('scan', LaserScan, qos.STREAM, 'lidar')
ODOM = Topic('odom', Odometry, qos.STREAM, 'measured motion')
PEOPLE = Topic('tracked_people', TrackedPersons, qos.STREAM, 'tracked people')
ESTOP = Topic('e_stop', Bool, qos.LATCHED, 'true presses the emergency stop, false releases it')
ESTOP_ANY = Topic('e_stop', Bool, qos.ANY, 'the same from publishers of any QoS')
CMD_VEL = Topic('cmd_vel', TwistStamped, qos.COMMAND, 'admitted velocity; nobody else sends it')
STATE = Topic('~/state', SafetyState, qos.LATCHED, 'every decision and why')
DIAGNOSTICS = Topic('/diagnostics', DiagnosticArray, qos.SENSOR_OUT, 'level and counters')

INTERFACE = NodeInterface(
    name='safety_controller',
    purpose='Turns proposals into commands that keep every limit. It comes up latched; only '
    '~/reset permits motion, and motion then starts with the next proposals. It refuses to be '
    'activated, and stops and latches, while anybody else publishes commands. Supervisory, not '
    'safety-rated. Its parameters are listed in safety_reasons.md.',
    publishes=(CMD_VEL, STATE, DIAGNOSTICS, HEARTBEAT),
    subscribes=(PROPOSAL, SCAN, ODOM, PEOPLE, ESTOP, ESTOP_ANY),
    services=(
        ('~/reset', ResetSafety, 'permit motion again'),
        ('~/stop', Trigger, 'stop and latch'),
    ),
    settings=(
        SENSOR_RELIABILITY,
        Setting(
            'wait',
            0.05,
            'for sensors of the time of a proposal, in wall time',
            's',
            (0.0, 1.0),
            read_only=True,
        ),
    ),
)
