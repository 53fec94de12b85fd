"""Managed nodes, whose states others see and change."""

from rclpy._rclpy_pybind11 import TransitionCallbackReturnType
from rclpy.lifecycle.managed_entity import ManagedEntity, SimpleManagedEntity
from rclpy.lifecycle.node import LifecycleNode, LifecycleNodeMixin, LifecycleState
from rclpy.lifecycle.publisher import LifecyclePublisher

Node = LifecycleNode
NodeMixin = LifecycleNodeMixin
State = LifecycleState
Publisher = LifecyclePublisher
TransitionCallbackReturn = TransitionCallbackReturnType

__all__ = [
    'LifecycleNode',
    'LifecycleNodeMixin',
    'LifecyclePublisher',
    'LifecycleState',
    'ManagedEntity',
    'Node',
    'NodeMixin',
    'Publisher',
    'SimpleManagedEntity',
    'State',
    'TransitionCallbackReturn',
]
