"""Takes down what a lifecycle node wired up, so that it can be configured again."""

from typing import Any

from rclpy.lifecycle import LifecycleNode, LifecyclePublisher

KINDS = ('subscription', 'timer', 'service', 'client', 'publisher')


def wires(node: LifecycleNode) -> dict[str, list[Any]]:
    """List what the node communicates by, by kind."""
    return {kind: list(getattr(node, f'{kind}s')) for kind in KINDS}


def take_down(node: LifecycleNode, standing: dict[str, list[Any]]) -> None:
    """Destroy everything but what stood before, which the node itself lives by.

    Args:
        node: in transition to unconfigured.
        standing: `wires` of the node at the end of its constructor.
    """
    for kind, entities in wires(node).items():
        for entity in entities:
            if any(entity is kept for kept in standing[kind]):
                continue
            if isinstance(entity, LifecyclePublisher):
                # else the node goes on telling it of every transition
                node.destroy_lifecycle_publisher(entity)
            else:
                getattr(node, f'destroy_{kind}')(entity)
