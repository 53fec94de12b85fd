"""Who else publishes on a topic that belongs to one node."""

from rclpy.node import Node

from policy_nodes.nodes.interface import Topic


def rivals(node: Node, topic: Topic) -> list[str]:
    """Name all other nodes that publish on the topic, sorted."""
    own = node.get_name(), node.get_namespace()
    found = node.get_publishers_info_by_topic(node.resolve_topic_name(topic.name))
    return sorted(
        {
            f'{info.node_namespace.rstrip("/")}/{info.node_name}'
            for info in found
            if (info.node_name, info.node_namespace) != own
        }
    )
