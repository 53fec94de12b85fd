"""Which topic of a bag is what, for legs and arms: each role has one topic of known types."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_nodes.evaluation.replay.topic_map import CLOCK, EPISODE, GOAL, STATE, TWIST_STAMPED

CAMERAS = ('front', 'left_shoulder', 'right_shoulder', 'wrist')
JOINTS, IMAGE = 'sensor_msgs/msg/JointState', 'sensor_msgs/msg/Image'
KEY_POSE, TF = 'policy_stack/msg/KeyPose', 'tf2_msgs/msg/TFMessage'


@dataclass(frozen=True)
class Role:
    """One thing that a topic can be.

    Attributes:
        topic: of our own recordings.
        type_name: of its messages.
        needed: a policy cannot be asked without it.
    """

    topic: str
    type_name: str
    needed: bool = False


_COMMON = {
    'state': Role('/safety_controller/state', STATE),
    'episode': Role('/episode', EPISODE),
    'clock': Role('/clock', CLOCK),
}
LEGS: Mapping[str, Role] = MappingProxyType(
    {
        'joints': Role('/joint_states', JOINTS, needed=True),
        'imu': Role('/imu', 'sensor_msgs/msg/Imu', needed=True),
        'height_scan': Role('/height_scan', 'policy_stack/msg/HeightScan'),
        'command': Role('/course_navigator/command', TWIST_STAMPED),
        'behaviour': Role('/course_navigator/behaviour', 'std_msgs/msg/String'),
        'proposal': Role('/locomotion_policy/joint_command', 'policy_stack/msg/JointCommand'),
        'contacts': Role('/foot_contacts', JOINTS),
        'height': Role('/body_height', 'sensor_msgs/msg/Range'),
        **_COMMON,
    }
)
ARM: Mapping[str, Role] = MappingProxyType(
    {
        'joints': Role('/joint_states', JOINTS, needed=True),
        'goal': Role('/goal', GOAL, needed=True),
        'key_pose': Role('/key_pose', KEY_POSE),
        'reached': Role('/reached_pose', KEY_POSE),
        'tf': Role('/tf', TF),
        'tf_static': Role('/tf_static', TF),
        **{
            f'{camera}_{kind}': Role(f'/{camera}/{name}', type_name, needed=True)
            for camera in CAMERAS
            for kind, name, type_name in (
                ('color', 'color/image_raw', IMAGE),
                ('depth', 'depth/image_raw', IMAGE),
                ('info', 'color/camera_info', 'sensor_msgs/msg/CameraInfo'),
            )
        },
        **_COMMON,
    }
)
ROLES: Mapping[str, Mapping[str, Role]] = MappingProxyType({'legs': LEGS, 'arm': ARM})
# topics by which a recording is told from that of another robot, and other names of some roles
MARKS = {'legs': ('proposal',), 'arm': ('key_pose', 'reached')}
ALSO = {'goal': ('/task_goal',)}


@dataclass(frozen=True)
class RoleTopics:
    """A map.

    Attributes:
        robot: `legs` or `arm`.
        topics: by role; roles that the bag lacks are left out.
        stamps: ``header`` believes the stamps in messages, ``arrival`` takes the time of receipt.
    """

    robot: str
    topics: Mapping[str, str]
    stamps: str = 'header'

    def wanted(self) -> dict[str, tuple[str, ...]]:
        """Types that each topic may have, by its name."""
        roles = ROLES[self.robot]
        return {topic: (roles[role].type_name,) for role, topic in self.topics.items()}

    def role_of(self) -> dict[str, str]:
        """Role of each topic."""
        return {topic: role for role, topic in self.topics.items()}

    def lacks(self) -> str:
        """Say what a policy would need and the bag does not have; empty if nothing."""
        roles = ROLES[self.robot]
        absent = [role for role, it in roles.items() if it.needed and role not in self.topics]
        if not absent:
            return ''
        words = ', '.join(f'{role} ({roles[role].topic})' for role in absent)
        return f'{words}: map them, or record them'

    def assumed(self, *, policy: bool = False) -> list[str]:
        """Say in sentences what did not come out of the bag.

        Args:
            policy: with what only a policy reads.
        """
        told = []
        if self.stamps == 'arrival':
            told.append('Stamps are the times of receipt, so old data cannot be noticed.')
        if policy and 'state' not in self.topics:
            told.append(
                'The bag holds no word of a safety controller: the policy acts from the start.'
            )
        return told


def own_roles(robot: str, known: Container[str]) -> RoleTopics:
    """Map a recording of our own recorder, without a namespace.

    Args:
        robot: `legs` or `arm`.
        known: topics that it has.
    """
    found = {}
    for role, it in ROLES[robot].items():
        for topic in (it.topic, *ALSO.get(role, ())):
            if topic in known:
                found[role] = topic
                break
    return RoleTopics(robot, found)


def robot_of(known: Container[str]) -> str:
    """Say whose recording it is by its topics: `arm`, `legs`, or else `base`."""
    for robot, marks in MARKS.items():
        if any(ROLES[robot][role].topic in known for role in marks):
            return robot
    return 'base'
