"""What the simulator of the table top talks about."""

from rosgraph_msgs.msg import Clock as ClockMessage
from sensor_msgs.msg import CameraInfo, Image, JointState
from std_msgs.msg import Float64
from tf2_msgs.msg import TFMessage
from trajectory_msgs.msg import JointTrajectory

from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HEARTBEAT
from policy_nodes.nodes.interface import NodeInterface, Setting, Topic
from policy_nodes.simulation.tabletop.camera_placement import NAMES
from policy_nodes.simulation.tabletop.tactile import FINGERS
from policy_stack.msg import EpisodeStatus, PolicyStatus, TaskGoal
from policy_stack.srv import ResetEpisode

CLOCK = Topic('/clock', ClockMessage, qos.COMMAND, 'simulated time')
JOINTS = Topic('joint_states', JointState, qos.SENSOR_OUT, 'measured joints and fingers')
TF = Topic('/tf', TFMessage, qos.TF, 'panda_link0 to panda_hand, which carries the wrist camera')
TF_STATIC = Topic('/tf_static', TFMessage, qos.LATCHED, 'foot of the arm, and cameras')
GOAL = Topic('goal', TaskGoal, qos.LATCHED, 'what to do, in words')
EPISODE = Topic('episode', EpisodeStatus, qos.EPISODE, 'the running episode and how it stands')
COMMAND = Topic(
    'joint_trajectory_controller/joint_trajectory',
    JointTrajectory,
    qos.COMMAND,
    'points to go to; of each trajectory the last one counts',
)
GRIPPER = Topic('gripper_command', Float64, qos.COMMAND, 'opening of the fingers, 0 to 1')

STATUS = Topic(
    'manipulation_policy/status', PolicyStatus, qos.STREAM, 'whether the policy has given up'
)

COLOUR = {
    name: Topic(f'{name}/color/image_raw', Image, qos.SENSOR_OUT, f'{name}: rgb8')
    for name in NAMES
}
DEPTH = {
    name: Topic(f'{name}/depth/image_raw', Image, qos.SENSOR_OUT, f'{name}: 32FC1 [m]')
    for name in NAMES
}
INFO = {
    name: Topic(f'{name}/color/camera_info', CameraInfo, qos.SENSOR_OUT, f'{name}: of both images')
    for name in NAMES
}
TACTILE = {
    name: Topic(f'{name}/tactile/image_raw', Image, qos.SENSOR_OUT, f'{name}: gel, rgb8')
    for name in FINGERS
}

NOISE = 'randomisation.'

INTERFACE = NodeInterface(
    name='tabletop_simulator',
    purpose='A Panda with four cameras and fingertips that feel, and a task on its table, in real '
    'time. A new episode puts scene and arm back at once. Images are drawn only while somebody '
    'listens. Its time runs once it is configured. An episode ends with success, after its time, '
    'or when the policy gives it up.',
    publishes=(
        CLOCK,
        JOINTS,
        TF,
        TF_STATIC,
        GOAL,
        EPISODE,
        *COLOUR.values(),
        *DEPTH.values(),
        *INFO.values(),
        *TACTILE.values(),
        HEARTBEAT,
    ),
    subscribes=(COMMAND, GRIPPER, STATUS),
    services=(
        ('~/reset_episode', ResetEpisode, 'begin an episode; scenario is a task or task/2'),
    ),
    settings=(
        Setting('scenario', 'reach_target', 'task, or task/2 for its variation 2'),
        Setting('time_limit', 120.0, 'of an episode', 's', (1.0, 3600.0)),
        Setting('rate', 100.0, 'of joint states, tf and time', 'Hz', (10.0, 100.0)),
        Setting(
            'camera_rate',
            5.0,
            'of images of each camera, in simulated time; 0 for none',
            'Hz',
            (0.0, 50.0),
        ),
        Setting('speed', 1.0, 'simulated over wall time', '', (0.05, 20.0)),
        Setting(NOISE + 'background', 0.0, 'colours of table and room', '', (0.0, 1.0)),
        Setting(NOISE + 'tint', 0.0, 'colours of everything else', '', (0.0, 1.0)),
        Setting(NOISE + 'light', 0.0, 'brightness and direction of the lamp', '', (0.0, 1.0)),
        Setting(NOISE + 'camera_position', 0.0, 'cameras moved by up to', 'm', (0.0, 0.2)),
        Setting(NOISE + 'camera_angle', 0.0, 'cameras turned by up to', 'rad', (0.0, 0.5)),
        Setting(NOISE + 'camera_known', True, 'tf says where moved cameras are'),
        Setting(NOISE + 'distractors', 0, 'things that have nothing to do with it', '', (0, 20)),
        Setting(NOISE + 'rgb_noise', 0.0, 'standard deviation, of 255', '', (0.0, 100.0)),
        Setting(NOISE + 'depth_noise', 0.0, 'standard deviation', 'm', (0.0, 0.1)),
    ),
)
