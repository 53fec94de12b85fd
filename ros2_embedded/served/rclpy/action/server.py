"""Servers of actions."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

from action_msgs.msg import GoalInfo
from rclpy._rclpy_pybind11 import RCLError
from rclpy.action.server_goal_handle import ServerGoalHandle
from rclpy.executors import await_or_execute
from rclpy.impl.action_goals import GoalEvent, GoalState, cancel_response
from rclpy.impl.action_handles import ActionQos, ActionServerHandle
from rclpy.qos import QoSProfile, qos_profile_action_status_default, qos_profile_services_default
from rclpy.task import Future
from rclpy.type_support import check_for_type_support
from rclpy.waitable import NumberOfEntities, Waitable

if TYPE_CHECKING:
    from rclpy.callback_groups import CallbackGroup
    from rclpy.impl.wait_set import WaitSet
    from rclpy.node import Node


class GoalResponse(Enum):
    """What a server makes of a goal."""

    REJECT = 1
    ACCEPT = 2


class CancelResponse(Enum):
    """What a server makes of a request to cancel."""

    REJECT = 1
    ACCEPT = 2


def default_handle_accepted_callback(goal_handle: ServerGoalHandle) -> None:
    """Execute every accepted goal at once."""
    goal_handle.execute()


def default_goal_callback(goal_request: Any) -> GoalResponse:
    """Accept every goal."""
    return GoalResponse.ACCEPT


def default_cancel_callback(cancel_request: Any) -> CancelResponse:
    """Let no goal be cancelled."""
    return CancelResponse.REJECT


class ActionServer(Waitable[dict[str, Any]]):
    """Executes goals."""

    waits_for_the_same = True

    def __init__(
        self,
        node: Node,
        action_type: type,
        action_name: str,
        execute_callback: Callable[[ServerGoalHandle], Any],
        *,
        callback_group: CallbackGroup | None = None,
        goal_callback: Callable[[Any], GoalResponse] | None = default_goal_callback,
        handle_accepted_callback: (
            Callable[[ServerGoalHandle], None] | None
        ) = default_handle_accepted_callback,
        cancel_callback: Callable[[Any], CancelResponse] | None = default_cancel_callback,
        goal_service_qos_profile: QoSProfile = qos_profile_services_default,
        result_service_qos_profile: QoSProfile = qos_profile_services_default,
        cancel_service_qos_profile: QoSProfile = qos_profile_services_default,
        feedback_pub_qos_profile: QoSProfile | None = None,
        status_pub_qos_profile: QoSProfile = qos_profile_action_status_default,
        result_timeout: int = 900,
    ) -> None:
        """Offer an action.

        Args:
            node: node that it belongs to, which must be spun.
            action_type: class of the action.
            action_name: name, understood like a topic's.
            execute_callback: executes a goal and returns its result.
            callback_group: group of the callbacks.
            goal_callback: accepts or rejects a goal.
            handle_accepted_callback: called with every accepted goal.
            cancel_callback: accepts or rejects a request to cancel.
            goal_service_qos_profile: of the service send_goal; the others likewise.
            result_service_qos_profile: of the service get_result.
            cancel_service_qos_profile: of the service cancel_goal.
            feedback_pub_qos_profile: of the topic feedback; depth 10 where it is None.
            status_pub_qos_profile: of the topic status.
            result_timeout: how long results are kept [s]; negative for ever.

        Raises:
            TypeError: the type is no action's, or the execute callback cannot be called.
            ValueError: the name has a wrong form.
        """
        super().__init__(callback_group or node.default_callback_group)
        self._lock = threading.Lock()
        self.register_handle_accepted_callback(handle_accepted_callback)
        self.register_goal_callback(goal_callback)
        self.register_cancel_callback(cancel_callback)
        self.register_execute_callback(execute_callback)
        check_for_type_support(action_type)
        self._node = node
        if not hasattr(action_type, 'Impl'):
            raise TypeError(f'{action_type!r} is no action type')
        self._action_type = action_type
        qos = ActionQos(
            goal_service_qos_profile,
            result_service_qos_profile,
            cancel_service_qos_profile,
            feedback_pub_qos_profile or QoSProfile(depth=10),
            status_pub_qos_profile,
        )
        with node.handle as handle, node.get_clock().handle as clock:
            self._handle = ActionServerHandle(
                handle, clock, action_type, action_name, qos, result_timeout
            )
        self._goal_handles: dict[bytes, ServerGoalHandle] = {}
        self._result_futures: dict[bytes, Future[Any]] = {}
        self._logger = node.get_logger().get_child('action_server')
        node.add_waitable(self)

    @property
    def action_type(self) -> type:
        """Class of the action."""
        return self._action_type

    def register_handle_accepted_callback(
        self, handle_accepted_callback: Callable[[ServerGoalHandle], None] | None
    ) -> None:
        """Set what is called with every accepted goal; None executes it at once."""
        self._handle_accepted_callback = (
            handle_accepted_callback or default_handle_accepted_callback
        )

    def register_goal_callback(self, goal_callback: Callable[[Any], GoalResponse] | None) -> None:
        """Set what accepts or rejects goals; None accepts all."""
        self._goal_callback = goal_callback or default_goal_callback

    def register_cancel_callback(
        self, cancel_callback: Callable[[Any], CancelResponse] | None
    ) -> None:
        """Set what accepts or rejects requests to cancel; None rejects all."""
        self._cancel_callback = cancel_callback or default_cancel_callback

    def register_execute_callback(
        self, execute_callback: Callable[[ServerGoalHandle], Any]
    ) -> None:
        """Set what executes goals.

        Raises:
            TypeError: it cannot be called.
        """
        if not callable(execute_callback):
            raise TypeError('Failed to register goal execution callback: not callable')
        self._execute_callback = execute_callback

    def notify_execute(
        self,
        goal_handle: ServerGoalHandle,
        execute_callback: Callable[[ServerGoalHandle], Any] | None,
    ) -> None:
        """Have the executor execute a goal."""
        callback = execute_callback or self._execute_callback
        self._node.executor.create_task(self._execute_goal, callback, goal_handle)

    def _update_goal(self, state: GoalState, event: GoalEvent) -> None:
        with self._lock, self._handle as handle:
            state.update(event, handle.now())
            handle.publish_status()
            if state.is_active:
                return
            handle.plan_expiry()
        # The executor must look at the timer that lets the result expire.
        self._node.executor.wake()

    def _publish_feedback(self, message: Any) -> None:
        with self._handle as handle:
            handle.feedback.publish(message)

    async def _execute_goal_request(self, header: Any, request: Any) -> None:
        info = GoalInfo(goal_id=request.goal_id)
        identity = bytes(request.goal_id.uuid)
        accepted = False
        if identity not in self._handle.goals:
            answer = await await_or_execute(self._goal_callback, request.goal)
            if not isinstance(answer, GoalResponse):
                self._logger.warning(
                    f'The goal callback returned {answer!r}, which is no GoalResponse; '
                    'the goal is rejected.'
                )
            accepted = answer is GoalResponse.ACCEPT
        if accepted:
            info.stamp = self._node.get_clock().now().to_msg()
            state = GoalState(info)
            goal_handle = ServerGoalHandle(self, state, request.goal)
            with self._lock:
                self._handle.goals[identity] = state
                self._goal_handles[identity] = goal_handle
                self._result_futures[identity] = Future()
                self.add_future(self._result_futures[identity])
        response = self._action_type.Impl.SendGoalService.Response(
            accepted=accepted, stamp=info.stamp
        )
        if self._answer(self._handle.goal, header, response) and accepted:
            await await_or_execute(self._handle_accepted_callback, goal_handle)

    def _answer(self, service: Any, header: Any, response: Any) -> bool:
        """Send a reply; return whether that was possible."""
        try:
            service.send_response(header, response)
        except RCLError as error:
            self._logger.warning(f'An answer of the action could not be sent: {error}')
            return False
        return True

    async def _execute_goal(
        self, execute_callback: Callable[[ServerGoalHandle], Any], goal_handle: ServerGoalHandle
    ) -> None:
        identity = bytes(goal_handle.goal_id.uuid)
        try:
            result = await await_or_execute(execute_callback, goal_handle)
        except Exception as error:  # the goal must end, whatever the callback raises
            result = self._action_type.Result()
            self._logger.error(f'Error raised in execute callback: {error}')
            traceback.print_exc()
        if goal_handle.is_active:
            self._logger.warning('Goal state not set, assuming aborted.')
            goal_handle.abort()
        if not isinstance(result, self._action_type.Result):
            self._logger.error(
                f'The execute callback returned {result!r}, no Result; '
                'clients will wait for the result of the goal in vain.'
            )
            return
        self._result_futures[identity].set_result(
            self._action_type.Impl.GetResultService.Response(
                status=goal_handle.status, result=result
            )
        )

    async def _execute_cancel_request(self, header: Any, request: Any) -> None:
        with self._lock:
            response = cancel_response(list(self._handle.goals.values()), request)
        cancelling = []
        for info in response.goals_canceling:
            goal_handle = self._goal_handles.get(bytes(info.goal_id.uuid))
            if goal_handle is None:
                continue
            answer = await await_or_execute(self._cancel_callback, goal_handle)
            if answer is not CancelResponse.ACCEPT:
                continue
            try:
                goal_handle._update_state(GoalEvent.CANCEL_GOAL)
            except RCLError as error:
                self._logger.debug(f'A goal ended before it could be cancelled: {error}')
            else:
                cancelling.append(info)
        response.goals_canceling = cancelling
        self._answer(self._handle.cancel, header, response)

    async def _execute_get_result_request(self, header: Any, request: Any) -> None:
        future = self._result_futures.get(bytes(request.goal_id.uuid))
        if future is None:
            self._logger.warning('A result was asked for whose goal is unknown or expired.')
            response = self._action_type.Impl.GetResultService.Response()
            self._answer(self._handle.result, header, response)
            return
        future.add_done_callback(partial(self._send_result, header))

    def _send_result(self, header: Any, future: Future[Any]) -> None:
        self._answer(self._handle.result, header, future.result())

    def _forget_goal(self, identity: bytes) -> None:
        self._goal_handles.pop(identity).destroy()
        self.remove_future(self._result_futures.pop(identity))

    def is_ready(self, wait_set: WaitSet) -> bool:
        """Whether a request arrived or a result expired."""
        return wait_set.has_ready()

    def take_data(self) -> dict[str, Any]:
        """Take a request of each kind, and the goals that expired."""
        with self._lock, self._handle as handle:
            return {
                'goal': handle.goal.take(),
                'cancel': handle.cancel.take(),
                'result': handle.result.take(),
                'expired': handle.expire_goals() if handle.expiry.is_ready() else [],
            }

    async def execute(self, taken_data: dict[str, Any]) -> None:
        """Answer the requests."""
        if taken_data['goal'] is not None:
            await self._execute_goal_request(*taken_data['goal'])
        if taken_data['cancel'] is not None:
            await self._execute_cancel_request(*taken_data['cancel'])
        if taken_data['result'] is not None:
            await self._execute_get_result_request(*taken_data['result'])
        for goal in taken_data['expired']:
            self._forget_goal(goal.identity)

    def get_num_entities(self) -> NumberOfEntities:
        """Return that it waits for three services and a timer."""
        return NumberOfEntities(num_timers=1, num_services=3)

    def add_to_wait_set(self, wait_set: WaitSet) -> None:
        """Wait for requests and for results to expire."""
        for service in (self._handle.goal, self._handle.cancel, self._handle.result):
            wait_set.add_service(service)
        wait_set.add_timer(self._handle.expiry)

    def __enter__(self) -> Any:
        return self._handle.__enter__()

    def __exit__(self, *details: object) -> None:
        self._handle.__exit__(*details)

    def destroy(self) -> None:
        """End it, and let go of all goals."""
        self._node.remove_waitable(self)
        for identity in list(self._goal_handles):
            self._forget_goal(identity)
        self._handle.destroy_when_not_in_use()
