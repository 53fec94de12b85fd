"""ComposableNodeContainer action."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from launch.launch_context import LaunchContext
from launch.launch_description_entity import LaunchDescriptionEntity
from launch.some_substitutions_type import SomeSubstitutionsType

from ..descriptions import ComposableNode
from .node import Node


class ComposableNodeContainer(Node):
    """Run a container of components, and load components into it.

    The container is a program of ROS 2, such as `component_container` of `rclcpp_components`,
    and so are its components.
    """

    def __init__(
        self,
        *,
        name: SomeSubstitutionsType,
        namespace: SomeSubstitutionsType,
        composable_node_descriptions: Sequence[ComposableNode] | None = None,
        **kwargs: Any,
    ) -> None:
        """Create an action.

        Args:
            name: name of the container's node.
            namespace: its namespace, within those pushed before unless it is absolute.
            composable_node_descriptions: components to load once the container runs.
            kwargs: see `Node`.
        """
        super().__init__(name=name, namespace=namespace, **kwargs)
        self.__composable_node_descriptions = composable_node_descriptions

    def execute(self, context: LaunchContext) -> list[LaunchDescriptionEntity] | None:
        """Start the container; return the action that loads the components."""
        from .load_composable_nodes import LoadComposableNodes

        super().execute(context)
        if not self.__composable_node_descriptions:
            return None
        return [
            LoadComposableNodes(
                composable_node_descriptions=self.__composable_node_descriptions,
                target_container=self,
            )
        ]
