"""What the simulator of the Barkour talks about."""

from geometry_msgs.msg import Twist
from nav_msgs.msg import Odometry
from rosgraph_msgs.msg import Clock as ClockMessage
from sensor_msgs.msg import CameraInfo, Image, Imu, JointState, Range
from std_msgs.msg import String
from tf2_msgs.msg import TFMessage

from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HEARTBEAT
from policy_nodes.nodes.interface import NodeInterface, Setting, Topic
from policy_nodes.policies.height_field import SCAN as SCANNED
from policy_nodes.simulation.barkour.randomisation import CONDITIONS_BY_NAME, NOMINAL
from policy_nodes.simulation.barkour.solver import SOLVERS
from policy_stack.msg import EpisodeStatus, HeightScan, JointCommand
from policy_stack.srv import ResetEpisode

CLOCK = Topic('/clock', ClockMessage, qos.COMMAND, 'simulated time')
IMU = Topic('imu', Imu, qos.SENSOR_OUT, 'attitude and acceleration of the body')
JOINTS = Topic('joint_states', JointState, qos.SENSOR_OUT, 'measured joints, with their torque')
CONTACTS = Topic('foot_contacts', JointState, qos.SENSOR_OUT, 'force on each foot, as effort [N]')
HEIGHT = Topic('body_height', Range, qos.SENSOR_OUT, 'of the body above the ground')
ODOM = Topic('odom', Odometry, qos.SENSOR_OUT, 'true pose in odom, twist in base_link')
TF = Topic('/tf', TFMessage, qos.TF, 'odom to base_link, and that to base_stabilized')
TF_STATIC = Topic('/tf_static', TFMessage, qos.LATCHED, 'base_link to the depth camera')
SCAN = Topic(
    'height_scan', HeightScan, qos.SENSOR_OUT, 'ground relative to the body, poles left out'
)
DEPTH = Topic('depth/image_raw', Image, qos.SENSOR_OUT, 'depth ahead, 32FC1 [m]')
INFO = Topic('depth/camera_info', CameraInfo, qos.SENSOR_OUT, 'of the depth image')
EPISODE = Topic('episode', EpisodeStatus, qos.EPISODE, 'the running episode and how it stands')
TOUCHED = Topic(
    'obstacle_touched', String, qos.STREAM, 'kind of an obstacle that legs touched but must not'
)
COMMAND = Topic('joint_command', JointCommand, qos.COMMAND, 'targets and gains of the joints')
PUSH = Topic('~/push', Twist, qos.STREAM, 'change of velocities at once: linear in odom')

LOSABLE = ('', 'imu', 'joints')
NOISE, GRID, CAMERA = 'randomisation.', 'scan.', 'depth.'

INTERFACE = NodeInterface(
    name='barkour_simulator',
    purpose='A Barkour v0, or another quadruped, on the agility course or on ground to learn on, '
    'in real time; the frame odom is that of the course. Without a command its drives are off. A '
    'new episode puts it back to the start, upright: standing if it stood, or folded if it lies. '
    'The height scan shows the broad jump as a pit, as policies learned to see gaps. An episode '
    'ends after 5 s on the end table, by a fall of 1 s, which the direction of its body tells, or '
    'after its time; one that has fallen is then put back to the start. Its time runs once it is '
    'configured.',
    publishes=(
        CLOCK,
        IMU,
        JOINTS,
        CONTACTS,
        HEIGHT,
        ODOM,
        TF,
        TF_STATIC,
        SCAN,
        DEPTH,
        INFO,
        EPISODE,
        TOUCHED,
        HEARTBEAT,
    ),
    subscribes=(COMMAND, PUSH),
    services=(
        ('~/reset_episode', ResetEpisode, 'begin an episode; scenario is as the parameter'),
    ),
    settings=(
        Setting('robot', '', 'file that describes another quadruped; empty for the Barkour'),
        Setting(
            'scenario',
            'official',
            'official, rearranged/SEED, flat, slopes/ANGLE, stairs/RISE, '
            'random_steps/HEIGHT/SEED or gaps/WIDTH',
        ),
        Setting('time_limit', 60.0, 'of an episode', 's', (1.0, 3600.0)),
        Setting('solver', 'usual', 'set-up of the physics', choices=tuple(SOLVERS)),
        Setting(
            'conditions',
            NOMINAL,
            'nominal: as randomisation.* says; targets: what policies are judged in',
            choices=tuple(CONDITIONS_BY_NAME),
        ),
        Setting('rate', 50.0, 'of IMU, joints and time', 'Hz', (10.0, 500.0)),
        Setting('lost', '', 'sensor that fails, while it runs', choices=LOSABLE),
        Setting('feet_rate', 50.0, 'of forces on feet, and of height', 'Hz', (1.0, 500.0)),
        Setting('odom_rate', 50.0, 'of odom and tf', 'Hz', (1.0, 500.0)),
        Setting('speed', 1.0, 'simulated over wall time', '', (0.05, 20.0)),
        Setting(
            'grace',
            0.0,
            'wait for the answer to what is measured at 50 Hz, at most; 0 for time that runs on',
            's',
            (0.0, 60.0),
        ),
        Setting(GRID + 'rate', 50.0, 'of the height scan; 0 for none', 'Hz', (0.0, 500.0)),
        Setting(GRID + 'rows', SCANNED.rows, 'of the height scan, along x', '', (1, 200)),
        Setting(GRID + 'columns', SCANNED.columns, 'of the height scan, along y', '', (1, 200)),
        Setting(GRID + 'resolution', SCANNED.resolution, 'of the height scan', 'm', (0.001, 2.0)),
        Setting(GRID + 'x', SCANNED.x, 'of its first row', 'm', (-10.0, 10.0)),
        Setting(GRID + 'y', SCANNED.y, 'of its first column', 'm', (-10.0, 10.0)),
        Setting(CAMERA + 'rate', 10.0, 'of depth images; 0 for none', 'Hz', (0.0, 100.0)),
        Setting(CAMERA + 'width', 80, 'of depth images', 'pixel', (1, 1000)),
        Setting(CAMERA + 'height', 60, 'of depth images', 'pixel', (1, 1000)),
        Setting(CAMERA + 'field', 62.0, 'of view, top to bottom', 'deg', (1.0, 160.0)),
        Setting(CAMERA + 'nearest', 0.1, 'depth that is measured', 'm', (0.0, 10.0)),
        Setting(CAMERA + 'farthest', 5.0, 'depth that is measured', 'm', (0.1, 20.0)),
        Setting(NOISE + 'friction_low', 1.0, 'least friction of the feet', '', (0.0, 5.0)),
        Setting(NOISE + 'friction_high', 1.0, 'greatest friction of the feet', '', (0.0, 5.0)),
        Setting(NOISE + 'mass', 0.0, 'of all links, as a share', '', (0.0, 0.9)),
        Setting(NOISE + 'gains', 0.0, 'of the drives, as a share', '', (0.0, 0.9)),
        Setting(NOISE + 'joint_friction', 0.0, 'static friction of joints', 'Nm', (0.0, 5.0)),
        Setting(NOISE + 'push', 0.0, 'speed of a push', 'm/s', (0.0, 5.0)),
        Setting(NOISE + 'push_period', 5.0, 'between pushes', 's', (0.1, 1000.0)),
        Setting(NOISE + 'start_position', 0.0, 'along each axis', 'm', (0.0, 1.0)),
        Setting(NOISE + 'start_heading', 0.0, 'to either side', 'rad', (0.0, 3.2)),
        Setting(NOISE + 'joint_noise', 0.0, 'of angles', 'rad', (0.0, 1.0)),
        Setting(NOISE + 'joint_speed_noise', 0.0, 'of speeds', 'rad/s', (0.0, 20.0)),
        Setting(NOISE + 'gyro_noise', 0.0, 'of each rate', 'rad/s', (0.0, 5.0)),
        Setting(NOISE + 'tilt_noise', 0.0, 'of the attitude', 'rad', (0.0, 1.0)),
        Setting(NOISE + 'acceleration_noise', 0.0, 'along each axis', 'm/s^2', (0.0, 20.0)),
        Setting(NOISE + 'scan_noise', 0.0, 'of each height', 'm', (0.0, 1.0)),
        Setting(NOISE + 'depth_noise', 0.0, 'of each depth, as a share', '', (0.0, 0.9)),
    ),
)


def group(given: dict, prefix: str) -> dict:
    """Settings below a prefix, without it."""
    return {
        name.removeprefix(prefix): value
        for name, value in given.items()
        if name.startswith(prefix)
    }
