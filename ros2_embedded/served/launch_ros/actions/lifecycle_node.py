"""LifecycleNode action."""

from __future__ import annotations

from typing import Any

from launch import logging
from launch.actions import OpaqueFunction
from launch.event_handler import EventHandler
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from lifecycle_msgs.msg import TransitionEvent
from lifecycle_msgs.srv import ChangeState as ChangeStateService

from ..events.lifecycle import ChangeState, StateTransition
from ..ros_adapters import get_ros_node
from ..utilities.call_service import call_service
from .node import Node


class LifecycleNode(Node):
    """Run a lifecycle node; the event `ChangeState` makes it change its state.

    It emits `StateTransition` whenever the node reports a transition. A transition that fails is
    logged, and nothing else happens.
    """

    def __init__(
        self, *, name: SomeSubstitutionsType, namespace: SomeSubstitutionsType, **kwargs: Any
    ) -> None:
        """Create an action.

        Args:
            name: name of the node.
            namespace: namespace, within those pushed before unless it is absolute.
            kwargs: see `Node`.
        """
        super().__init__(name=name, namespace=namespace, **kwargs)
        self.__logger = logging.get_logger(__name__)
        self.__subscription: Any | None = None
        self.__client: Any | None = None

    def execute(self, context: LaunchContext) -> None:
        """Start the node, and listen to its transitions.

        Raises:
            RuntimeError: the name of the node is not known.
        """
        self._perform_substitutions(context)
        if self.UNSPECIFIED_NODE_NAME in self.node_name:
            raise RuntimeError('node_name unexpectedly incomplete for lifecycle node')
        node = get_ros_node(context)
        self.__subscription = node.create_subscription(
            TransitionEvent,
            f'{self.node_name}/transition_event',
            lambda msg: self.__on_transition(context, msg),
            10,
        )
        self.__client = node.create_client(ChangeStateService, f'{self.node_name}/change_state')
        context.register_event_handler(
            EventHandler(
                matcher=lambda event: isinstance(event, ChangeState),
                entities=OpaqueFunction(function=self.__on_change_state),
            )
        )
        super().execute(context)

    def __on_transition(self, context: LaunchContext, msg: TransitionEvent) -> None:
        # Called by the thread that spins the node; launch may be over by now.
        loop = context.asyncio_loop
        if loop is not None:
            event = StateTransition(action=self, msg=msg)
            loop.call_soon_threadsafe(context.emit_event_sync, event)

    def __on_change_state(self, context: LaunchContext) -> None:
        event: ChangeState = context.locals.event
        if event.lifecycle_node_matcher(self):
            context.add_completion_future(
                context.asyncio_loop.run_in_executor(
                    None, self.__change_state, event.transition_id, context
                )
            )

    def __change_state(self, transition_id: int, context: LaunchContext) -> None:
        request = ChangeStateService.Request()
        request.transition.id = transition_id
        answer = call_service(self.__client, request, context)
        if answer is not None and not answer.success:
            self.__logger.error(
                f"Failed to make transition '{ChangeState.valid_transitions[transition_id]}' "
                f"for LifecycleNode '{self.node_name}'"
            )
