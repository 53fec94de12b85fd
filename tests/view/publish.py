"""Publishes a recording again, from a process of its own: publish.py FILE NAMESPACE.

Waits until somebody listens to everything, says so, publishes, and stays until its input closes,
so that late comers get what is latched.
"""

import sys
import time
from pathlib import Path

from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.evaluation.view.sources import SOURCES

PERIOD = 0.002


def main() -> None:
    # importing policy_nodes, above, serves these where ROS 2 is absent
    import rclpy
    from rclpy.node import Node
    from rclpy.qos import QoSDurabilityPolicy, QoSProfile
    from rclpy.serialization import deserialize_message
    from rosidl_runtime_py.utilities import get_message

    path, namespace = sys.argv[1:]
    recording = read_recording(Path(path))
    rclpy.init()
    node = Node('robot', namespace=namespace)
    publishers = {}
    for source in SOURCES:
        profile = QoSProfile(depth=10)
        if source.latched:
            profile.durability = QoSDurabilityPolicy.TRANSIENT_LOCAL
        kind = get_message(source.type_name)
        publishers[f'/{source.name}'] = kind, node.create_publisher(kind, source.name, profile)
    deadline = time.monotonic() + 30
    while any(not out.get_subscription_count() for _, out in publishers.values()):
        if time.monotonic() > deadline:
            sys.exit('nobody listens')
        time.sleep(0.01)
    for recorded in recording.messages():
        kind, out = publishers[recorded.topic]
        out.publish(deserialize_message(recorded.payload, kind))
        time.sleep(PERIOD)  # as a robot would, not all at once
    print('done', flush=True)
    sys.stdin.read()
    node.destroy_node()
    rclpy.shutdown()


if __name__ == '__main__':
    main()
