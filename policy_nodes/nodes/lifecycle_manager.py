"""Moves lifecycle nodes: up in order, down in reverse."""

from collections.abc import Sequence
from typing import Any

from lifecycle_msgs.msg import State, Transition
from lifecycle_msgs.srv import ChangeState, GetState

from policy_nodes.nodes.service_calls import CallError, ServiceCalls

# A transition, its name, and the only state that it leads out of: in rclpy a node that is asked
# for any other transition dies of it.
UP = (
    (Transition.TRANSITION_CONFIGURE, 'configure', State.PRIMARY_STATE_UNCONFIGURED),
    (Transition.TRANSITION_ACTIVATE, 'activate', State.PRIMARY_STATE_INACTIVE),
)
DOWN = (
    (Transition.TRANSITION_DEACTIVATE, 'deactivate', State.PRIMARY_STATE_ACTIVE),
    (Transition.TRANSITION_CLEANUP, 'clean up', State.PRIMARY_STATE_INACTIVE),
)

LOOK_TIMEOUT = 1.0  # [s]
REVIVE_TIMEOUT = 5.0  # [s]


class LifecycleError(RuntimeError):
    """A node did not reach the state that it should reach."""


class LifecycleManager:
    """Knows the order of the nodes."""

    def __init__(self, calls: ServiceCalls, names: Sequence[str], logger: Any) -> None:
        """Hold the order.

        Args:
            calls: blocking service calls.
            names: nodes, relative to the namespace, in the order of bring-up.
            logger: told of every step.
        """
        self.calls, self.names, self.logger = calls, tuple(names), logger

    def bring_up(self) -> None:
        """Configure all in order, then activate all in order.

        Raises:
            LifecycleError: naming the node and the transition that failed.
            CallError: a node does not answer.
        """
        for step in UP:
            for name in self.names:
                self._move(name, *step)
        self.logger.info(f'{len(self.names)} nodes are active')

    def revive(self, name: str) -> bool:
        """Bring one node up again if it is back; say whether it is active now.

        A request may still go to the node that died, which never answers. So nothing is waited
        for long here, and a later call goes on from the state that the node then has.
        """
        try:
            state = self._state(name, LOOK_TIMEOUT)
            if state == State.PRIMARY_STATE_ACTIVE:
                return True
            for transition, word, start in UP:
                if state == start:
                    self._change(name, transition, word, REVIVE_TIMEOUT)
                    state = self._state(name, LOOK_TIMEOUT)
        except (CallError, LifecycleError) as error:
            self.logger.warning(f'{name} is not back: {error}')
            return False
        self.logger.warning(f'{name} had died and is active again')
        return state == State.PRIMARY_STATE_ACTIVE

    def answers(self, name: str, timeout: float) -> bool:
        """Say whether a node that was not heard of still answers within a timeout [s]."""
        try:
            self._state(name, timeout=timeout)
        except CallError:
            return False
        return True

    def bring_down(self) -> None:
        """Deactivate and clean up in reverse; a node that does not answer is passed over."""
        for step in DOWN:
            for name in reversed(self.names):
                try:
                    self._move(name, *step)
                except (CallError, LifecycleError) as error:
                    self.logger.warning(str(error))
        self.logger.info('all nodes are down')

    def _state(self, name: str, timeout: float | None = None) -> int:
        return self.calls(
            f'{name}/get_state', GetState, GetState.Request(), timeout=timeout
        ).current_state.id

    def _move(self, name: str, transition: int, word: str, start: int) -> None:
        if self._state(name) == start:
            self._change(name, transition, word)

    def _change(self, name: str, transition: int, word: str, timeout: float | None = None) -> None:
        request = ChangeState.Request(transition=Transition(id=transition))
        if not self.calls(f'{name}/change_state', ChangeState, request, timeout).success:
            raise LifecycleError(f'{name} could not {word}; its own log says why')
