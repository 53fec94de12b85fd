"""What the node of a manipulation policy talks about."""

from sensor_msgs.msg import JointState

from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HEARTBEAT
from policy_nodes.nodes.interface import SENSOR_RELIABILITY, NodeInterface, Setting, Topic
from policy_nodes.nodes.rgbd_cameras import camera_topics
from policy_nodes.policies.manipulation import MANIPULATION
from policy_nodes.policies.sam2act_contract import CAMERAS
from policy_nodes.serving.names import REMOTE, SERVER
from policy_stack.msg import (
    EpisodeStatus,
    KeyPose,
    KeyPoseResult,
    PolicyStatus,
    SafetyState,
    TaskGoal,
    Tensor,
)
from policy_stack.srv import ResetEpisode

JOINTS = Topic('joint_states', JointState, qos.STREAM, 'fingers, and whether the arm stands')
GOAL = Topic('goal', TaskGoal, qos.LATCHED, 'what to do, in words')
EPISODE = Topic('episode', EpisodeStatus, qos.EPISODE, 'whether one runs')
SAFETY = Topic('safety_controller/state', SafetyState, qos.LATCHED, 'epoch, and whether latched')
RESULT = Topic('motion_executor/result', KeyPoseResult, qos.LATCHED, 'what became of a key pose')
KEY_POSE = Topic('key_pose', KeyPose, qos.STREAM, 'where the tip is to go next')
STATUS = Topic('~/status', PolicyStatus, qos.SENSOR_OUT, 'latency, and why it asks for nothing')
HEATMAPS = Topic('~/heatmaps', Tensor, qos.SENSOR_OUT, 'logits (3, size, size): top, front, right')
VIEWS = Topic('~/views', Tensor, qos.SENSOR_OUT, 'the scene as it was drawn for these heat maps')
ATTENTION = Topic(
    '~/memory_attention', Tensor, qos.SENSOR_OUT, 'share (3, steps) of each key step, newest first'
)
LOOK = 0.02  # [s] between looks at whether a key pose is due
TELL = 1.0  # [s] between words about why nothing is asked for

INTERFACE = NodeInterface(
    name='manipulation_policy',
    purpose='Looks while the arm stands, asks for a key pose, and waits for its result. What is '
    'refused or given up is asked for again, three times in a row at most. It remembers in the '
    'memory bank, and a process that is started in mid-episode goes on from there. It refuses to '
    'configure when the checkpoint and the robot disagree. The policy remote asks a server of '
    '`policy-stack serve`; while that is away nothing is asked for.',
    publishes=(KEY_POSE, STATUS, HEATMAPS, VIEWS, ATTENTION, HEARTBEAT),
    subscribes=(*camera_topics(CAMERAS).values(), JOINTS, GOAL, EPISODE, SAFETY, RESULT),
    services=(('~/reset_episode', ResetEpisode, 'forget the episode; another begins'),),
    settings=(
        Setting('robot', 'panda', 'robot whose interface the checkpoint is held against'),
        Setting('policy', 'sam2act', 'which policy', choices=(*MANIPULATION, REMOTE)),
        Setting('checkpoint', '', 'name or folder; empty takes the shipped one of the policy'),
        Setting(
            'language_folder',
            '',
            'weights of a language encoder that comes with no package, as CLIP',
        ),
        Setting('episodes', True, 'act only in an episode; false: each goal begins one'),
        Setting('settle', 0.2, 'the arm stands before an image counts', 's', (0.0, 5.0)),
        Setting('patience', 20.0, 'with an arm that stands and tells nothing', 's', (5.0, 600.0)),
        Setting('server', SERVER, 'of the policy remote'),
        Setting(
            'server_token',
            '',
            'file with its token; empty takes POLICY_STACK_TOKEN, else the usual file',
        ),
        Setting('server_wait', 30.0, 'for its key pose', 's', (0.5, 600.0)),
        SENSOR_RELIABILITY,
        Setting('device', 'cpu', 'of torch, for example cuda'),
        Setting('precision', 'float32', 'of products', choices=('float32', 'bfloat16')),
        Setting('threads', 2, 'of torch', range=(1, 64)),
    ),
)
