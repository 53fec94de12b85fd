"""What a policy of legs talks about."""

from geometry_msgs.msg import TwistStamped
from sensor_msgs.msg import Imu, JointState
from std_msgs.msg import String

from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HEARTBEAT
from policy_nodes.nodes.interface import SENSOR_RELIABILITY, NodeInterface, Setting, Topic
from policy_nodes.nodes.leg_reports import DIAGNOSTICS, LOOP
from policy_nodes.policies.locomotion_names import LOCOMOTION
from policy_stack.msg import EpisodeStatus, HeightScan, JointCommand, PolicyStatus, SafetyState
from policy_stack.srv import ResetEpisode

JOINTS = Topic('joint_states', JointState, qos.STREAM, 'measured joints')
IMU = Topic('imu', Imu, qos.STREAM, 'attitude and rates of the body')
SCAN = Topic('height_scan', HeightScan, qos.STREAM, 'ground relative to the body')
COMMAND = Topic(
    'course_navigator/command', TwistStamped, qos.COMMAND, 'velocity to walk with, in base_link'
)
BEHAVIOUR = Topic('course_navigator/behaviour', String, qos.LATCHED, 'which specialist acts')
SAFETY = Topic('safety_controller/state', SafetyState, qos.LATCHED, 'epoch, and what legs do')
EPISODE = Topic('episode', EpisodeStatus, qos.EPISODE, 'since when the running episode runs')
PROPOSAL = Topic('~/joint_command', JointCommand, qos.COMMAND, 'proposed targets and gains')
STATUS = Topic('~/status', PolicyStatus, qos.SENSOR_OUT, 'latency, and which terms are missing')

INTERFACE = NodeInterface(
    name='locomotion_policy',
    purpose='Answers joint states at 50 Hz with targets and gains. It proposes to stand until the '
    'safety controller blends in or follows, and begins anew with each of its epochs and with '
    'each episode. Without a fresh command it stands on the spot; without fresh joints, attitude '
    'or, where the policy reads it, ground it proposes nothing, so that the safety controller '
    'holds. A command beyond what the policy was trained to obey is cut to that, and diagnostics '
    'say so. It refuses to configure when a checkpoint and the robot disagree.',
    publishes=(PROPOSAL, STATUS, LOOP, DIAGNOSTICS, HEARTBEAT),
    subscribes=(JOINTS, IMU, SCAN, COMMAND, BEHAVIOUR, SAFETY, EPISODE),
    services=(('~/reset_episode', ResetEpisode, 'stand until the episode runs, then begin anew'),),
    settings=(
        Setting('robot', 'barkour', 'robot whose interface the checkpoints are held against'),
        Setting('policy', 'specialists', 'which policy', choices=tuple(LOCOMOTION)),
        Setting(
            'checkpoints',
            [''],
            'names or folders instead of the shipped ones: BEHAVIOUR=FOLDER of specialists, '
            'FOLDER of a policy that serves all, or of checkpoints under their shipped names',
        ),
        Setting('command_timeout', 0.5, 'a command so old asks for nothing', 's', (0.02, 10.0)),
        Setting(
            'wait',
            0.002,
            'for attitude, ground and command of the same time as the joints; 0 waits for none',
            's',
            (0.0, 10.0),
        ),
        SENSOR_RELIABILITY,
        Setting('threads', 1, 'of torch', range=(1, 64)),
    ),
)
