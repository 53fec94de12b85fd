"""What action clients and action servers send and take with."""

from __future__ import annotations

from typing import Any, NamedTuple

from rclpy.impl import names
from rclpy.impl.action_goals import GoalState
from rclpy.impl.clock_handle import ClockHandle
from rclpy.impl.destroyable import Destroyable
from rclpy.impl.node_handle import NodeHandle
from rclpy.impl.service_handles import ClientHandle, ServiceHandle, ServiceSideHandle
from rclpy.impl.timer_handle import TimerHandle
from rclpy.impl.topic_handles import PublisherHandle, SubscriptionHandle, TopicHandle
from rclpy.qos import QoSProfile


class ActionQos(NamedTuple):
    """Quality of service of the three services and two topics of an action."""

    goal: QoSProfile
    result: QoSProfile
    cancel: QoSProfile
    feedback: QoSProfile
    status: QoSProfile


class _ActionSide(Destroyable):
    """What client and server have in common: three services and two topics.

    Attributes:
        goal, cancel, result: sides of the services.
        feedback, status: sides of the topics.
    """

    what: str
    service_side: type[ServiceSideHandle]
    topic_side: type[TopicHandle]

    def __init__(self, node: NodeHandle, action_type: Any, name: str, qos: ActionQos) -> None:
        """Make them under the action's name.

        Raises:
            ValueError: the name has a wrong form.
        """
        super().__init__()
        self.node = node
        fault = names.check_topic_name(name)
        if fault is not None:
            raise ValueError(
                f'Failed to create action {self.what} due to invalid topic name {name!r} : : '
                f'{fault[0]}'
            )
        kinds = action_type.Impl
        with node.announcing():
            self.goal = self._service('send_goal', name, kinds.SendGoalService, qos.goal)
            self.cancel = self._service('cancel_goal', name, kinds.CancelGoalService, qos.cancel)
            self.result = self._service('get_result', name, kinds.GetResultService, qos.result)
            self.feedback = self._topic('feedback', name, kinds.FeedbackMessage, qos.feedback)
            self.status = self._topic('status', name, kinds.GoalStatusMessage, qos.status)

    def _service(self, part: str, name: str, kind: Any, profile: QoSProfile) -> Any:
        full = self.node.resolve(f'{name}/_action/{part}', is_service=True)
        return self.service_side(self.node, full, kind, profile)

    def _topic(self, part: str, name: str, kind: Any, profile: QoSProfile) -> Any:
        full = self.node.resolve(f'{name}/_action/{part}', is_service=False)
        return self.topic_side(self.node, full, kind._TYPE_SUPPORT, profile)

    def _destroy(self) -> None:
        with self.node.announcing():
            for each in (self.goal, self.cancel, self.result, self.feedback, self.status):
                each.destroy_when_not_in_use()


class ActionClientHandle(_ActionSide):
    """Sends goals and takes what comes back."""

    what = 'client'
    service_side = ClientHandle
    topic_side = SubscriptionHandle

    def is_action_server_available(self) -> bool:
        """Whether a server was discovered with all five parts."""
        services = (self.goal, self.cancel, self.result)
        topics = (self.feedback, self.status)
        return all(each.is_server_available() for each in services) and all(
            each.publisher_count() for each in topics
        )


class ActionServerHandle(_ActionSide):
    """Takes requests, answers them, and keeps the goals.

    Attributes:
        goals: accepted goals by id, until they expire.
        expiry: timer that is due when the next goal expires.
    """

    what = 'server'
    service_side = ServiceHandle
    topic_side = PublisherHandle

    def __init__(
        self,
        node: NodeHandle,
        clock: ClockHandle,
        action_type: Any,
        name: str,
        qos: ActionQos,
        result_timeout: float,
    ) -> None:
        super().__init__(node, action_type, name, qos)
        self.goals: dict[bytes, GoalState] = {}
        self._clock = clock
        self._status_type = action_type.Impl.GoalStatusMessage
        self._keep = int(result_timeout * 1e9)
        self.expiry = TimerHandle(clock, max(self._keep, 0), autostart=False)

    def now(self) -> int:
        """Return the time of the server's clock [ns]."""
        return self._clock.now()

    def publish_status(self) -> None:
        """Tell the state of all goals."""
        from action_msgs.msg import GoalStatus

        self.status.publish(
            self._status_type(
                status_list=[
                    GoalStatus(goal_info=each.info, status=each.status)
                    for each in self.goals.values()
                ]
            )
        )

    def plan_expiry(self) -> None:
        """Have the timer be due when the next goal expires; a negative timeout keeps all."""
        ends = [each.ended for each in self.goals.values() if each.ended is not None]
        if not ends or self._keep < 0:
            self.expiry.cancel()
            return
        self.expiry.period = max(min(ends) + self._keep - self.now(), 0)
        self.expiry.reset()

    def expire_goals(self) -> list[GoalState]:
        """Forget the goals that ended longer ago than results are kept; return them."""
        now = self.now()
        old = [
            each
            for each in self.goals.values()
            if each.ended is not None and now - each.ended >= self._keep
        ]
        for goal in old:
            del self.goals[goal.identity]
        self.plan_expiry()
        return old

    def _destroy(self) -> None:
        self.expiry.destroy_when_not_in_use()
        super()._destroy()
