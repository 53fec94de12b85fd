"""What a memory bank is told, by which quality of service."""

from rclpy.qos import (
    QoSDurabilityPolicy,
    QoSHistoryPolicy,
    QoSProfile,
    QoSReliabilityPolicy,
)

from policy_nodes.nodes.interface import Topic
from policy_stack.msg import MemoryEntry

# A bank that comes back hears the newest entries again from whoever stored them, and those that
# it already has replace themselves. Deep enough for 3 views of 25 key steps.
ENTRIES = Topic(
    '~/entries',
    MemoryEntry,
    QoSProfile(
        history=QoSHistoryPolicy.KEEP_LAST,
        depth=100,
        reliability=QoSReliabilityPolicy.RELIABLE,
        durability=QoSDurabilityPolicy.TRANSIENT_LOCAL,
    ),
    'steps to remember; only publishers that keep them for late subscribers are heard',
)
