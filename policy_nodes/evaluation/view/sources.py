"""Which topics are drawn, for recordings and live graphs alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One topic that is drawn.

    Attributes:
        name: relative to the namespace of the robot.
        type_name: full name of the message.
        latched: its last message is for late comers, too.
    """

    name: str
    type_name: str
    latched: bool = False

    def topic(self, namespace: str) -> str:
        """Return the full name under a namespace, which may be empty."""
        inner = namespace.strip('/')
        return f'/{inner}/{self.name}' if inner else f'/{self.name}'


SOURCES = (
    Source('odom', 'nav_msgs/msg/Odometry'),
    Source('scan', 'sensor_msgs/msg/LaserScan'),
    Source('detections', 'geometry_msgs/msg/PoseArray'),
    Source('tracked_people', 'policy_stack/msg/TrackedPersons'),
    Source('people', 'policy_stack/msg/TrackedPersons'),
    Source('goal', 'policy_stack/msg/TaskGoal', latched=True),
    Source('obstacles', 'visualization_msgs/msg/MarkerArray', latched=True),
    Source('episode', 'policy_stack/msg/EpisodeStatus', latched=True),
    Source('navigation_policy/cmd_vel', 'geometry_msgs/msg/TwistStamped'),
    Source('navigation_policy/attention', 'policy_stack/msg/Tensor'),
    Source('navigation_policy/status', 'policy_stack/msg/PolicyStatus'),
    Source('cmd_vel', 'geometry_msgs/msg/TwistStamped'),
    Source('safety_controller/state', 'policy_stack/msg/SafetyState', latched=True),
    Source('safety_controller/zones', 'visualization_msgs/msg/MarkerArray', latched=True),
)
