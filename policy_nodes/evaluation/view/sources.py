"""Which topics are drawn, for recordings and live graphs alike."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from policy_nodes.evaluation.tabletop_recording import CAMERAS


@dataclass(frozen=True)
class Source:
    """One topic that is drawn.

    Attributes:
        name: relative to the namespace of the robot.
        type_name: full name of the message.
        latched: its last message is for late comers, too.
        robot: kind of robot that has it; empty for all.
    """

    name: str
    type_name: str
    latched: bool = False
    robot: str = ''

    def topic(self, namespace: str) -> str:
        """Return the full name under a namespace, which may be empty."""
        inner = namespace.strip('/')
        return f'/{inner}/{self.name}' if inner else f'/{self.name}'


BASE, ARM = 'base', 'arm'
_IMAGE, _TENSOR = 'sensor_msgs/msg/Image', 'policy_stack/msg/Tensor'

SOURCES = (
    Source('odom', 'nav_msgs/msg/Odometry', robot=BASE),
    Source('scan', 'sensor_msgs/msg/LaserScan', robot=BASE),
    Source('detections', 'geometry_msgs/msg/PoseArray', robot=BASE),
    Source('tracked_people', 'policy_stack/msg/TrackedPersons', robot=BASE),
    Source('people', 'policy_stack/msg/TrackedPersons', robot=BASE),
    Source('goal', 'policy_stack/msg/TaskGoal', latched=True),
    Source('obstacles', 'visualization_msgs/msg/MarkerArray', latched=True, robot=BASE),
    Source('episode', 'policy_stack/msg/EpisodeStatus', latched=True),
    Source('navigation_policy/cmd_vel', 'geometry_msgs/msg/TwistStamped', robot=BASE),
    Source('navigation_policy/attention', _TENSOR, robot=BASE),
    Source('navigation_policy/status', 'policy_stack/msg/PolicyStatus', robot=BASE),
    Source('cmd_vel', 'geometry_msgs/msg/TwistStamped', robot=BASE),
    Source('safety_controller/state', 'policy_stack/msg/SafetyState', latched=True),
    Source('safety_controller/zones', 'visualization_msgs/msg/MarkerArray', True, BASE),
    Source('joint_states', 'sensor_msgs/msg/JointState', robot=ARM),
    Source('key_pose', 'policy_stack/msg/KeyPose', robot=ARM),
    Source('motion_executor/result', 'policy_stack/msg/KeyPoseResult', robot=ARM),
    *(Source(f'{name}/color/image_raw', _IMAGE, robot=ARM) for name in CAMERAS),
    Source('manipulation_policy/status', 'policy_stack/msg/PolicyStatus', robot=ARM),
    Source('manipulation_policy/heatmaps', _TENSOR, robot=ARM),
    Source('manipulation_policy/views', _TENSOR, robot=ARM),
    Source('manipulation_policy/memory_attention', _TENSOR, robot=ARM),
)


def silent(drawn: Container[str]) -> list[str]:
    """Return the names of sources that a robot of this kind has and nothing came from."""
    kinds = {source.robot for source in SOURCES if source.name in drawn} | {''}
    return [
        source.name for source in SOURCES if source.robot in kinds and source.name not in drawn
    ]
