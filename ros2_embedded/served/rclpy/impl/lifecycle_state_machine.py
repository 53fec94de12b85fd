"""States and transitions of managed nodes (design.ros2.org: managed nodes)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lifecycle_msgs.msg import State, Transition
from rclpy._rclpy_pybind11 import RCLError

STATES = (
    (State.PRIMARY_STATE_UNKNOWN, 'unknown'),
    (State.PRIMARY_STATE_UNCONFIGURED, 'unconfigured'),
    (State.PRIMARY_STATE_INACTIVE, 'inactive'),
    (State.PRIMARY_STATE_ACTIVE, 'active'),
    (State.PRIMARY_STATE_FINALIZED, 'finalized'),
    (State.TRANSITION_STATE_CONFIGURING, 'configuring'),
    (State.TRANSITION_STATE_CLEANINGUP, 'cleaningup'),
    (State.TRANSITION_STATE_SHUTTINGDOWN, 'shuttingdown'),
    (State.TRANSITION_STATE_ACTIVATING, 'activating'),
    (State.TRANSITION_STATE_DEACTIVATING, 'deactivating'),
    (State.TRANSITION_STATE_ERRORPROCESSING, 'errorprocessing'),
)
LABELS = dict(STATES)


class TransitionRule(NamedTuple):
    """A transition that the machine knows."""

    id: int
    label: str
    start: int
    goal: int


def _step(name: str, label: str, start: str, through: str, success: str) -> list[TransitionRule]:
    """Return the transition to an intermediate state and the three that lead out of it."""
    ids = {text: number for number, text in STATES}

    def rule(kind: str, text: str, origin: str, goal: str) -> TransitionRule:
        number = getattr(Transition, f'TRANSITION_{kind}')
        return TransitionRule(number, text, ids[origin], ids[goal])

    return [
        rule(name, label, start, through),
        rule(f'ON_{name}_SUCCESS', 'transition_success', through, success),
        rule(f'ON_{name}_FAILURE', 'transition_failure', through, start),
        rule(f'ON_{name}_ERROR', 'transition_error', through, 'errorprocessing'),
    ]


def _shutdown_and_error() -> list[TransitionRule]:
    state, kind = State, Transition
    into, out = state.TRANSITION_STATE_SHUTTINGDOWN, state.PRIMARY_STATE_FINALIZED
    error = state.TRANSITION_STATE_ERRORPROCESSING
    return [
        TransitionRule(kind.TRANSITION_UNCONFIGURED_SHUTDOWN, 'shutdown',
                       state.PRIMARY_STATE_UNCONFIGURED, into),
        TransitionRule(kind.TRANSITION_INACTIVE_SHUTDOWN, 'shutdown',
                       state.PRIMARY_STATE_INACTIVE, into),
        TransitionRule(kind.TRANSITION_ACTIVE_SHUTDOWN, 'shutdown',
                       state.PRIMARY_STATE_ACTIVE, into),
        TransitionRule(kind.TRANSITION_ON_SHUTDOWN_SUCCESS, 'transition_success', into, out),
        TransitionRule(kind.TRANSITION_ON_SHUTDOWN_FAILURE, 'transition_failure', into, out),
        TransitionRule(kind.TRANSITION_ON_SHUTDOWN_ERROR, 'transition_error', into, error),
        TransitionRule(kind.TRANSITION_ON_ERROR_SUCCESS, 'transition_success', error,
                       state.PRIMARY_STATE_UNCONFIGURED),
        TransitionRule(kind.TRANSITION_ON_ERROR_FAILURE, 'transition_failure', error, out),
        TransitionRule(kind.TRANSITION_ON_ERROR_ERROR, 'transition_error', error, out),
    ]  # fmt: skip


RULES: tuple[TransitionRule, ...] = (
    *_step('CONFIGURE', 'configure', 'unconfigured', 'configuring', 'inactive'),
    *_step('CLEANUP', 'cleanup', 'inactive', 'cleaningup', 'unconfigured'),
    *_step('ACTIVATE', 'activate', 'inactive', 'activating', 'active'),
    *_step('DEACTIVATE', 'deactivate', 'active', 'deactivating', 'inactive'),
    *_shutdown_and_error(),
)


class LifecycleStateMachine:
    """The state of one node."""

    def __init__(self, publish: Callable[[int, int], None] | None = None) -> None:
        """Begin unconfigured.

        Args:
            publish: called with the numbers of the old and the new state at each change.
        """
        self._state = State.PRIMARY_STATE_UNCONFIGURED
        self._publish = publish

    @property
    def initialized(self) -> bool:
        """Whether it may be used: always."""
        return True

    @property
    def current_state(self) -> tuple[int, str]:
        """Number and label of the state."""
        return self._state, LABELS[self._state]

    @property
    def available_states(self) -> list[tuple[int, str]]:
        """Number and label of all states."""
        return list(STATES)

    @property
    def available_transitions(self) -> list[TransitionRule]:
        """Transitions that lead out of the state."""
        return [rule for rule in RULES if rule.start == self._state]

    @property
    def transition_graph(self) -> list[TransitionRule]:
        """All transitions."""
        return list(RULES)

    def get_transition_by_label(self, label: str) -> int:
        """Return the number of a transition that leads out of the state.

        Raises:
            RCLError: none of that label does.
        """
        for rule in self.available_transitions:
            if rule.label == label:
                return rule.id
        raise RCLError('Failed to get transition from label')

    def trigger_transition_by_id(self, number: int) -> None:
        """Make a transition.

        Raises:
            RCLError: it does not lead out of the state.
        """
        self._trigger([rule for rule in self.available_transitions if rule.id == number])

    def trigger_transition_by_label(self, label: str) -> None:
        """Make a transition.

        Raises:
            RCLError: it does not lead out of the state.
        """
        self._trigger([rule for rule in self.available_transitions if rule.label == label])

    def _trigger(self, rules: list[TransitionRule]) -> None:
        if not rules:
            raise RCLError(
                'Failed to trigger lifecycle state machine transition: '
                'Transition is not registered.'
            )
        old, self._state = self._state, rules[0].goal
        if self._publish is not None:
            self._publish(old, self._state)
