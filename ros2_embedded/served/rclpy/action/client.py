"""Clients of actions."""

from __future__ import annotations

import threading
import time
import uuid
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from action_msgs.msg import GoalStatus
from action_msgs.srv import CancelGoal
from rclpy.executors import await_or_execute
from rclpy.impl.action_handles import ActionClientHandle, ActionQos
from rclpy.impl.service_handles import ClientHandle
from rclpy.qos import QoSProfile, qos_profile_action_status_default, qos_profile_services_default
from rclpy.task import Future
from rclpy.type_support import check_for_type_support
from rclpy.waitable import NumberOfEntities, Waitable
from unique_identifier_msgs.msg import UUID

if TYPE_CHECKING:
    from rclpy.callback_groups import CallbackGroup
    from rclpy.impl.wait_set import WaitSet
    from rclpy.node import Node

# How often `wait_for_server` looks for a server [s].
_LOOK_PERIOD = 0.01
_ENDS = (GoalStatus.STATUS_SUCCEEDED, GoalStatus.STATUS_CANCELED, GoalStatus.STATUS_ABORTED)


class ClientGoalHandle:
    """A goal that was sent, and the server's answer to it."""

    def __init__(self, action_client: ActionClient, goal_id: UUID, goal_response: Any) -> None:
        self._action_client = action_client
        self._goal_id = goal_id
        self._goal_response = goal_response
        self._status = GoalStatus.STATUS_UNKNOWN

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ClientGoalHandle):
            return NotImplemented
        return self._goal_id == other.goal_id

    __hash__ = None

    def __repr__(self) -> str:
        return (
            f'ClientGoalHandle <id={self.goal_id.uuid}, accepted={self.accepted}, '
            f'status={self.status}>'
        )

    @property
    def goal_id(self) -> UUID:
        """Id of the goal."""
        return self._goal_id

    @property
    def stamp(self) -> Any:
        """When the server accepted it."""
        return self._goal_response.stamp

    @property
    def accepted(self) -> bool:
        """Whether the server accepted it."""
        return self._goal_response.accepted

    @property
    def status(self) -> int:
        """Last state heard of, as in action_msgs/msg/GoalStatus."""
        return self._status

    def cancel_goal(self) -> CancelGoal.Response:
        """Ask for the goal's end and wait for the answer, while another thread spins."""
        return _outcome(self.cancel_goal_async())

    def cancel_goal_async(self) -> Future[Any]:
        """Ask for the goal's end; return the future of the answer."""
        return self._action_client._cancel_goal_async(self)

    def get_result(self) -> Any:
        """Wait for the result, while another thread spins."""
        return _outcome(self.get_result_async())

    def get_result_async(self) -> Future[Any]:
        """Return the future of the result, which has `status` and `result`."""
        return self._action_client._get_result_async(self)


def _outcome(future: Future[Any]) -> Any:
    """Wait for a future that another thread completes; return its result."""
    event = threading.Event()
    future.add_done_callback(lambda _: event.set())
    event.wait()
    return future.result()


class _Requests:
    """Requests of one service that wait for their reply, with what was noted about each."""

    def __init__(self, owner: ActionClient, handle: ClientHandle) -> None:
        self._owner = owner
        self._handle = handle
        self._lock = threading.Lock()
        self._pending: dict[int, tuple[Future[Any], Any]] = {}

    def send(self, request: Any, note: Any = None) -> Future[Any]:
        """Send a request; return the future of what its reply leads to."""
        future: Future[Any] = Future()
        with self._lock:
            self._pending[self._handle.send_request(request)] = future, note
        self._owner.add_future(future)
        future.add_done_callback(self._forget)
        return future

    def take(self) -> tuple[Future[Any], Any, Any] | None:
        """Take a reply; return the request's future, what was noted, and the reply."""
        while (taken := self._handle.take()) is not None:
            with self._lock:
                found = self._pending.get(taken[0].sequence_number)
            # A reply of a second server of the same action finds no request any more.
            if found is not None:
                return *found, taken[1]
        return None

    def _forget(self, future: Future[Any]) -> None:
        with self._lock:
            for number, (pending, _) in self._pending.items():
                if pending is future:
                    del self._pending[number]
                    self._owner.remove_future(future)
                    return


class ActionClient(Waitable[dict[str, Any]]):
    """Sends goals to an action server."""

    waits_for_the_same = True

    def __init__(
        self,
        node: Node,
        action_type: type,
        action_name: str,
        *,
        callback_group: CallbackGroup | None = None,
        goal_service_qos_profile: QoSProfile = qos_profile_services_default,
        result_service_qos_profile: QoSProfile = qos_profile_services_default,
        cancel_service_qos_profile: QoSProfile = qos_profile_services_default,
        feedback_sub_qos_profile: QoSProfile | None = None,
        status_sub_qos_profile: QoSProfile = qos_profile_action_status_default,
    ) -> None:
        """Make a client.

        Args:
            node: node that it belongs to, which must be spun for replies to come.
            action_type: class of the action.
            action_name: name, understood like a topic's.
            callback_group: group of the callbacks.
            goal_service_qos_profile: of the service send_goal; the others likewise.
            result_service_qos_profile: of the service get_result.
            cancel_service_qos_profile: of the service cancel_goal.
            feedback_sub_qos_profile: of the topic feedback; depth 10 where it is None.
            status_sub_qos_profile: of the topic status.

        Raises:
            TypeError: the type is no action's.
            ValueError: the name has a wrong form.
        """
        super().__init__(callback_group or node.default_callback_group)
        check_for_type_support(action_type)
        self._node = node
        if not hasattr(action_type, 'Impl'):
            raise TypeError(f'{action_type!r} is no action type')
        self._action_type = action_type
        self._action_name = action_name
        qos = ActionQos(
            goal_service_qos_profile,
            result_service_qos_profile,
            cancel_service_qos_profile,
            feedback_sub_qos_profile or QoSProfile(depth=10),
            status_sub_qos_profile,
        )
        with node.handle as handle:
            self._handle = ActionClientHandle(handle, action_type, action_name, qos)
        self._goals = _Requests(self, self._handle.goal)
        self._cancels = _Requests(self, self._handle.cancel)
        self._results = _Requests(self, self._handle.result)
        self._goal_handles: dict[bytes, weakref.ref[ClientGoalHandle]] = {}
        self._feedback_callbacks: dict[bytes, Callable[[Any], Any]] = {}
        node.add_waitable(self)

    def send_goal(self, goal: Any, **kwargs: Any) -> Any:
        """Send a goal and wait for its result, while another thread spins.

        Args:
            goal: the goal.
            **kwargs: as `send_goal_async`.

        Returns:
            The result, which has `status` and `result`; None where the goal was rejected.

        Raises:
            TypeError: the goal is of another type.
        """
        handle = _outcome(self.send_goal_async(goal, **kwargs))
        return handle.get_result() if handle.accepted else None

    def send_goal_async(
        self,
        goal: Any,
        feedback_callback: Callable[[Any], Any] | None = None,
        goal_uuid: UUID | None = None,
    ) -> Future[ClientGoalHandle]:
        """Send a goal.

        Args:
            goal: the goal.
            feedback_callback: called with every feedback message of the goal.
            goal_uuid: id of the goal; a random one where it is None.

        Returns:
            Future of the goal's handle.

        Raises:
            TypeError: the goal is of another type.
        """
        if not isinstance(goal, self._action_type.Goal):
            raise TypeError
        goal_id = goal_uuid or UUID(uuid=list(uuid.uuid4().bytes))
        request = self._action_type.Impl.SendGoalService.Request(goal_id=goal_id, goal=goal)
        if feedback_callback is not None:
            self._feedback_callbacks[bytes(goal_id.uuid)] = feedback_callback
        with self._handle:
            return self._goals.send(request, goal_id)

    def _cancel_goal_async(self, goal_handle: ClientGoalHandle) -> Future[Any]:
        request = CancelGoal.Request()
        request.goal_info.goal_id = goal_handle.goal_id
        with self._handle:
            return self._cancels.send(request)

    def _get_result_async(self, goal_handle: ClientGoalHandle) -> Future[Any]:
        request = self._action_type.Impl.GetResultService.Request(goal_id=goal_handle.goal_id)
        with self._handle:
            return self._results.send(request, bytes(goal_handle.goal_id.uuid))

    def server_is_ready(self) -> bool:
        """Whether a server can be sent goals now."""
        with self._handle as handle:
            return handle.is_action_server_available()

    def wait_for_server(self, timeout_sec: float | None = None) -> bool:
        """Wait for a server.

        Args:
            timeout_sec: at most so long [s]; None for ever.

        Returns:
            Whether one can be sent goals now.
        """
        end = float('inf') if timeout_sec is None else time.monotonic() + timeout_sec
        while self._node.context.ok() and not self.server_is_ready():
            left = end - time.monotonic()
            if left <= 0:
                break
            time.sleep(min(_LOOK_PERIOD, left))
        return self.server_is_ready()

    def is_ready(self, wait_set: WaitSet) -> bool:
        """Whether something arrived."""
        return wait_set.has_ready()

    def take_data(self) -> dict[str, Any]:
        """Take what arrived: replies, all feedback, and the last status."""
        taken: dict[str, Any] = {'feedback': [], 'status': None}
        with self._handle as handle:
            while (found := handle.feedback.take(raw=False)) is not None:
                taken['feedback'].append(found[0])
            while (found := handle.status.take(raw=False)) is not None:
                taken['status'] = found[0]
            taken['goal'] = self._goals.take()
            taken['cancel'] = self._cancels.take()
            taken['result'] = self._results.take()
        return taken

    async def execute(self, taken_data: dict[str, Any]) -> None:
        """Complete futures and run feedback callbacks."""
        if taken_data['goal'] is not None:
            self._take_goal_response(*taken_data['goal'])
        for feedback in taken_data['feedback']:
            callback = self._feedback_callbacks.get(bytes(feedback.goal_id.uuid))
            if callback is not None:
                await await_or_execute(callback, feedback)
        if taken_data['status'] is not None:
            self._take_status(taken_data['status'])
        if taken_data['cancel'] is not None:
            future, _, response = taken_data['cancel']
            future.set_result(response)
        if taken_data['result'] is not None:
            future, identity, response = taken_data['result']
            self._feedback_callbacks.pop(identity, None)
            future.set_result(response)

    def _take_goal_response(self, future: Future[Any], goal_id: UUID, response: Any) -> None:
        handle = ClientGoalHandle(self, goal_id, response)
        identity = bytes(goal_id.uuid)
        if not handle.accepted:
            self._feedback_callbacks.pop(identity, None)
        elif identity in self._goal_handles:
            raise RuntimeError(f'Two goals were accepted with the same ID ({handle})')
        else:
            self._goal_handles[identity] = weakref.ref(handle)
        future.set_result(handle)

    def _take_status(self, message: Any) -> None:
        for each in message.status_list:
            identity = bytes(each.goal_info.goal_id.uuid)
            if identity not in self._goal_handles:
                continue
            handle = self._goal_handles[identity]()
            if handle is not None:
                handle._status = each.status
            if handle is None or each.status in _ENDS:
                del self._goal_handles[identity]

    def get_num_entities(self) -> NumberOfEntities:
        """Return that it waits for two subscriptions and three clients."""
        return NumberOfEntities(num_subs=2, num_clients=3)

    def add_to_wait_set(self, wait_set: WaitSet) -> None:
        """Wait for what can arrive."""
        for subscription in (self._handle.feedback, self._handle.status):
            wait_set.add_subscription(subscription)
        for client in (self._handle.goal, self._handle.cancel, self._handle.result):
            wait_set.add_client(client)

    def __enter__(self) -> Any:
        return self._handle.__enter__()

    def __exit__(self, *details: object) -> None:
        self._handle.__exit__(*details)

    def destroy(self) -> None:
        """End it."""
        self._node.remove_waitable(self)
        self._handle.destroy_when_not_in_use()
