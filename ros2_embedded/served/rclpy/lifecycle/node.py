"""Managed nodes."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from lifecycle_msgs.msg import State, Transition, TransitionDescription, TransitionEvent
from lifecycle_msgs.srv import (
    ChangeState,
    GetAvailableStates,
    GetAvailableTransitions,
    GetState,
)
from rclpy._rclpy_pybind11 import RCLError
from rclpy._rclpy_pybind11 import TransitionCallbackReturnType as TransitionCallbackReturn
from rclpy.callback_groups import CallbackGroup
from rclpy.impl.lifecycle_state_machine import LABELS, LifecycleStateMachine, TransitionRule
from rclpy.lifecycle.managed_entity import ManagedEntity
from rclpy.lifecycle.publisher import LifecyclePublisher
from rclpy.node import Node
from rclpy.qos import QoSProfile

_NO_NODE = 'LifecycleNodeMixin uses Node fields so Node needs to be in the inheritance tree.'


class LifecycleState(NamedTuple):
    """A state of a managed node."""

    label: str
    state_id: int


class LifecycleNodeMixin(ManagedEntity):
    """What a managed node has besides what a node has; its callbacks are to be overridden.

    The callbacks here tell all managed entities, such as lifecycle publishers.
    """

    def __init__(
        self,
        *,
        enable_communication_interface: bool = True,
        callback_group: CallbackGroup | None = None,
    ) -> None:
        """Begin unconfigured.

        Args:
            enable_communication_interface: offer the lifecycle services and transition_event.
            callback_group: group of the services.

        Raises:
            RuntimeError: the object is no node.
            TypeError: enable_communication_interface is neither True nor False.
        """
        if not isinstance(self, Node):
            raise RuntimeError(_NO_NODE)
        if not isinstance(enable_communication_interface, bool):
            raise TypeError(
                'enable_communication_interface must be True or False, '
                f'not {enable_communication_interface!r}'
            )
        self._callbacks: dict[int, Callable[[LifecycleState], TransitionCallbackReturn]] = {
            State.TRANSITION_STATE_CONFIGURING: self.on_configure,
            State.TRANSITION_STATE_CLEANINGUP: self.on_cleanup,
            State.TRANSITION_STATE_SHUTTINGDOWN: self.on_shutdown,
            State.TRANSITION_STATE_ACTIVATING: self.on_activate,
            State.TRANSITION_STATE_DEACTIVATING: self.on_deactivate,
            State.TRANSITION_STATE_ERRORPROCESSING: self.on_error,
        }
        self._managed_entities: set[ManagedEntity] = set()
        self._transition_publisher = None
        self._state_machine = LifecycleStateMachine(self._publish_transition)
        if not enable_communication_interface:
            return
        with self.handle.announcing():
            self._transition_publisher = self.create_publisher(
                TransitionEvent, '~/transition_event', QoSProfile(depth=10)
            )
            for srv_type, name, callback in (
                (ChangeState, 'change_state', self._on_change_state),
                (GetState, 'get_state', self._on_get_state),
                (GetAvailableStates, 'get_available_states', self._on_get_available_states),
                (
                    GetAvailableTransitions,
                    'get_available_transitions',
                    self._on_get_available_transitions,
                ),
                (
                    GetAvailableTransitions,
                    'get_transition_graph',
                    self._on_get_transition_graph,
                ),
            ):
                self.create_service(srv_type, f'~/{name}', callback, callback_group=callback_group)

    def trigger_configure(self) -> TransitionCallbackReturn:
        """Configure the node; return what its callback returned.

        Raises:
            RCLError: the transition does not lead out of the present state.
        """
        return self._change_state(Transition.TRANSITION_CONFIGURE)

    def trigger_cleanup(self) -> TransitionCallbackReturn:
        """Clean the node up; see `trigger_configure`."""
        return self._change_state(Transition.TRANSITION_CLEANUP)

    def trigger_activate(self) -> TransitionCallbackReturn:
        """Activate the node; see `trigger_configure`."""
        return self._change_state(Transition.TRANSITION_ACTIVATE)

    def trigger_deactivate(self) -> TransitionCallbackReturn:
        """Deactivate the node; see `trigger_configure`."""
        return self._change_state(Transition.TRANSITION_DEACTIVATE)

    def trigger_shutdown(self) -> TransitionCallbackReturn:
        """Shut the node down; see `trigger_configure`."""
        label = self._state_machine.current_state[1]
        number = getattr(Transition, f'TRANSITION_{label.upper()}_SHUTDOWN', None)
        if number is None:
            raise RCLError('Shutdown transtion not possible')
        return self._change_state(number)

    def add_managed_entity(self, entity: ManagedEntity) -> None:
        """Tell an entity of all transitions.

        Raises:
            TypeError: it is none.
        """
        if not isinstance(entity, ManagedEntity):
            raise TypeError('Expected a rclpy.lifecycle.ManagedEntity instance.')
        self._managed_entities.add(entity)

    def _tell_entities(self, callback_name: str, state: LifecycleState) -> Any:
        for entity in self._managed_entities:
            result = getattr(entity, callback_name)(state)
            if not isinstance(result, TransitionCallbackReturn):
                raise TypeError(
                    f'{callback_name}() return value of class {type(entity)} should be '
                    '`TransitionCallbackReturn`.\nInstance of the class that caused the '
                    f'failure: {entity}'
                )
            if result is not TransitionCallbackReturn.SUCCESS:
                return result
        return TransitionCallbackReturn.SUCCESS

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Configure all managed entities."""
        return self._tell_entities('on_configure', state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Clean all managed entities up."""
        return self._tell_entities('on_cleanup', state)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Shut all managed entities down."""
        return self._tell_entities('on_shutdown', state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Activate all managed entities."""
        return self._tell_entities('on_activate', state)

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Deactivate all managed entities."""
        return self._tell_entities('on_deactivate', state)

    def on_error(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Tell all managed entities of an error."""
        return self._tell_entities('on_error', state)

    def create_lifecycle_publisher(
        self,
        msg_type: type,
        topic: str,
        qos_profile: QoSProfile | int,
        *,
        publisher_class: None = None,
        **kwargs: Any,
    ) -> LifecyclePublisher:
        """Make a publisher that sends only while the node is active; see `create_publisher`.

        Raises:
            TypeError: publisher_class is given.
        """
        if publisher_class:
            raise TypeError(
                "create_publisher() got an unexpected keyword argument 'publisher_class'"
            )
        publisher = Node.create_publisher(
            self, msg_type, topic, qos_profile, publisher_class=LifecyclePublisher, **kwargs
        )
        self._managed_entities.add(publisher)
        return publisher

    def destroy_lifecycle_publisher(self, publisher: LifecyclePublisher) -> bool:
        """Destroy a publisher; return False where it is not the node's."""
        self._managed_entities.discard(publisher)
        return self.destroy_publisher(publisher)

    def _execute_callback(self, state: LifecycleState) -> Any:
        """Run the callback of the present state, with the state before it."""
        callback = self._callbacks.get(self._state_machine.current_state[0])
        if callback is None:
            return TransitionCallbackReturn.SUCCESS
        try:
            return callback(state)
        except Exception as error:  # whatever the author's callback raises is an error
            label = self._state_machine.current_state[1]
            self.get_logger().error(
                f'The callback for {label} raised {error!r}:\n{traceback.format_exc()}'
            )
            return TransitionCallbackReturn.ERROR

    def _change_state(
        self, transition_id: int, *, by_service: bool = False
    ) -> TransitionCallbackReturn:
        """Make a transition with its callback, and with on_error where that fails.

        Raises:
            RCLError: the transition does not lead out of the present state.
            AttributeError: a callback returned something else, and no service asked.
        """
        machine = self._state_machine
        number, label = machine.current_state
        initial = LifecycleState(state_id=number, label=label)
        machine.trigger_transition_by_id(transition_id)
        result = self._run_callback(initial, by_service)
        machine.trigger_transition_by_label(result.to_label())
        if result is TransitionCallbackReturn.ERROR:
            after_error = self._run_callback(initial, by_service)
            machine.trigger_transition_by_label(after_error.to_label())
        return result

    def _run_callback(self, state: LifecycleState, by_service: bool) -> Any:
        """Run a callback; what a service asked for must not end the node."""
        result = self._execute_callback(state)
        if by_service and not isinstance(result, TransitionCallbackReturn):
            self.get_logger().error(
                f'The callback for {self._state_machine.current_state[1]} returned {result!r}; '
                'it must return a TransitionCallbackReturn.'
            )
            return TransitionCallbackReturn.ERROR
        return result

    def _publish_transition(self, old: int, new: int) -> None:
        if self._transition_publisher is None:
            return
        event = TransitionEvent(
            start_state=State(id=old, label=LABELS[old]),
            goal_state=State(id=new, label=LABELS[new]),
        )
        self._transition_publisher.publish(event)

    def _on_change_state(self, request: Any, response: Any) -> Any:
        """Answer with failure to a transition that is not possible; the real node dies of it."""
        transition = request.transition
        try:
            number = transition.id
            if transition.label:
                number = self._state_machine.get_transition_by_label(transition.label)
            result = self._change_state(number, by_service=True)
        except RCLError:
            self.get_logger().error(
                f'Unable to start transition {transition.label or transition.id} from current '
                f'state {self._state_machine.current_state}'
            )
            return response
        response.success = result is TransitionCallbackReturn.SUCCESS
        return response

    def _on_get_state(self, _: Any, response: Any) -> Any:
        response.current_state.id, response.current_state.label = self._state_machine.current_state
        return response

    def _on_get_available_states(self, _: Any, response: Any) -> Any:
        response.available_states = [
            State(id=number, label=label) for number, label in self._state_machine.available_states
        ]
        return response

    def _on_get_available_transitions(self, _: Any, response: Any) -> Any:
        response.available_transitions = _described(self._state_machine.available_transitions)
        return response

    def _on_get_transition_graph(self, _: Any, response: Any) -> Any:
        response.available_transitions = _described(self._state_machine.transition_graph)
        return response


def _described(rules: Iterable[TransitionRule]) -> list[TransitionDescription]:
    return [
        TransitionDescription(
            transition=Transition(id=rule.id, label=rule.label),
            start_state=State(id=rule.start, label=LABELS[rule.start]),
            goal_state=State(id=rule.goal, label=LABELS[rule.goal]),
        )
        for rule in rules
    ]


class LifecycleNode(LifecycleNodeMixin, Node):
    """A managed node."""

    def __init__(
        self, node_name: str, *, enable_communication_interface: bool = True, **kwargs: Any
    ) -> None:
        """Make a node, unconfigured; see rclpy.node.Node and LifecycleNodeMixin."""
        Node.__init__(self, node_name, **kwargs)
        LifecycleNodeMixin.__init__(
            self, enable_communication_interface=enable_communication_interface
        )
