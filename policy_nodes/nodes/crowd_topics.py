"""What the crowd simulator talks about."""

from geometry_msgs.msg import PoseArray, TwistStamped
from nav_msgs.msg import Odometry
from rosgraph_msgs.msg import Clock as ClockMessage
from sensor_msgs.msg import LaserScan, PointCloud2
from tf2_msgs.msg import TFMessage
from visualization_msgs.msg import MarkerArray

from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HEARTBEAT
from policy_nodes.nodes.interface import NodeInterface, Setting, Topic
from policy_stack.msg import EpisodeStatus, TaskGoal, TrackedPersons
from policy_stack.srv import ResetEpisode

CLOCK = Topic('/clock', ClockMessage, qos.COMMAND, 'simulated time')
SCAN = Topic('scan', LaserScan, qos.SENSOR_OUT, 'lidar, people included')
ODOM = Topic('odom', Odometry, qos.SENSOR_OUT, 'pose in odom, twist in base_link')
TF = Topic('/tf', TFMessage, qos.TF, 'odom to base_link')
DETECTIONS = Topic('detections', PoseArray, qos.SENSOR_OUT, 'people as a detector sees them')
POINTS = Topic('points', PointCloud2, qos.SENSOR_OUT, 'lidar of many beams, where there is one')
PEOPLE = Topic('people', TrackedPersons, qos.SENSOR_OUT, 'true people, for scoring only')
GOAL = Topic('goal', TaskGoal, qos.LATCHED, 'where to go')
EPISODE = Topic('episode', EpisodeStatus, qos.EPISODE, 'the running episode and how it stands')
OBSTACLES = Topic('obstacles', MarkerArray, qos.LATCHED, 'true obstacles, for viewing only')
CMD_VEL = Topic('cmd_vel', TwistStamped, qos.COMMAND, 'velocity to drive with')

INTERFACE = NodeInterface(
    name='crowd_simulator',
    purpose='A TurtleBot among walking people, in steps of 0.1 s. In lockstep each step waits for '
    'the command that answers it, so that an episode depends on its seed alone; a command that '
    'stays away for longer than the grace does not stop time.',
    publishes=(
        CLOCK,
        SCAN,
        ODOM,
        TF,
        DETECTIONS,
        POINTS,
        PEOPLE,
        GOAL,
        EPISODE,
        OBSTACLES,
        HEARTBEAT,
    ),
    subscribes=(CMD_VEL,),
    services=(('~/reset_episode', ResetEpisode, 'begin an episode'),),
    settings=(
        Setting('scenario', 'rand', 'scenario of policy-stack eval, or recorded'),
        Setting('people', '', 'folder of recorded people, for scenario recorded'),
        Setting('rays', 720, 'rays of the lidar', range=(4, 7200)),
        Setting('range_noise', 0.01, 'of the lidar, standard deviation', 'm', (0.0, 1.0)),
        Setting('detector.noise', 0.04, 'of detections, standard deviation', 'm', (0.0, 1.0)),
        Setting('detector.miss', 0.05, 'chance to miss a visible person', '', (0.0, 1.0)),
        Setting('detector.false_positives', 0.02, 'ghosts per sweep', '', (0.0, 10.0)),
        Setting('detector.max_range', 10.0, 'of the detector', 'm', (0.1, 100.0)),
        Setting('lidar.beams', 0, '16 or 32: also a lidar of so many beams', '', (0, 32)),
        Setting('lidar.noise', 0.02, 'of its ranges, standard deviation', 'm', (0.0, 1.0)),
        Setting('lidar.lost', 0.0, 'share of its sweeps that do not arrive', '', (0.0, 0.9)),
        Setting('lockstep', True, 'wait for the command that answers a step'),
        Setting('grace', 0.5, 'longest wait for it, in wall time', 's', (0.0, 10.0)),
        Setting('speed', 1.0, 'simulated over wall time', '', (0.05, 20.0)),
        Setting('cmd_vel_timeout', 0.5, 'brake when no command came for so long', 's', (0.1, 5.0)),
    ),
)
