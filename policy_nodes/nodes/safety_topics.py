"""What the safety controller of every kind of robot talks about."""

from diagnostic_msgs.msg import DiagnosticArray
from std_msgs.msg import Bool
from std_srvs.srv import Trigger

from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HEARTBEAT
from policy_nodes.nodes.interface import SENSOR_RELIABILITY, NodeInterface, Setting, Topic
from policy_stack.msg import SafetyState
from policy_stack.srv import ResetSafety

NAME = 'safety_controller'
ESTOP = Topic('e_stop', Bool, qos.LATCHED, 'true presses the emergency stop, false releases it')
ESTOP_ANY = Topic('e_stop', Bool, qos.ANY, 'the same from publishers of any QoS')
STATE = Topic('~/state', SafetyState, qos.LATCHED, 'decisions and why')
DIAGNOSTICS = Topic('/diagnostics', DiagnosticArray, qos.SENSOR_OUT, 'level and counters')

KIND = Setting(
    'kind',
    'base',
    'of robot: which core decides, and which topics and parameters there are',
    choices=('base', 'arm', 'legged'),
    read_only=True,
)
PRIORITY = Setting(
    'realtime_priority',
    50,
    'of the process among those of real time; where the machine permits none it says so and goes '
    'on; 0 asks for none',
    range=(0, 99),
    read_only=True,
)


def interface_of(
    purpose: str,
    actuators: Topic,
    inputs: tuple[Topic, ...],
    settings: tuple[Setting, ...] = (),
    variant: str = '',
    outputs: tuple[Topic, ...] = (),
) -> NodeInterface:
    """Complete the interface of one kind by what all kinds have in common."""
    return NodeInterface(
        name=NAME,
        variant=variant,
        purpose=f'{purpose} It comes up latched; only ~/reset permits motion, and motion then '
        'starts with the next proposals. It refuses to be activated, and stops and latches, while '
        'anybody else publishes commands. Supervisory, not safety-rated.',
        publishes=(actuators, STATE, *outputs, DIAGNOSTICS, HEARTBEAT),
        subscribes=(*inputs, ESTOP, ESTOP_ANY),
        services=(
            ('~/reset', ResetSafety, 'permit motion again'),
            ('~/stop', Trigger, 'stop and latch'),
        ),
        settings=(KIND, PRIORITY, SENSOR_RELIABILITY, *settings),
    )
