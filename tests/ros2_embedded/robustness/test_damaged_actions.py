"""A thousand damaged samples of each part of an action harm neither its server nor its client."""

from __future__ import annotations

import struct

import pytest
from action_msgs.msg import GoalStatus, GoalStatusArray
from action_msgs.srv import CancelGoal
from example_interfaces.action import Fibonacci
from rclpy.action import ActionClient, ActionServer
from rclpy.serialization import serialize_message

IDENTITY = struct.pack('<Qq', 2**64 - 1, -7)

SERVICES = {
    'send_goal': Fibonacci.Impl.SendGoalService,
    'cancel_goal': CancelGoal,
    'get_result': Fibonacci.Impl.GetResultService,
}


def execute(goal_handle):
    goal_handle.succeed()
    return Fibonacci.Result(sequence=[goal_handle.request.order])


@pytest.mark.parametrize('service', SERVICES)
def test_a_server_survives_bad_requests_and_executes_the_next_good_goal(
    service, ros, stranger, flood, damaged
):
    node = ros.node('server')
    # Results are forgotten at once, or the thousand goals would be kept for their time.
    ActionServer(node, Fibonacci, 'count', execute, result_timeout=0)
    kind = SERVICES[service]
    writer = stranger.writer(f'rq/count/_action/{service}Request', kind.Request)
    flood(writer, damaged(kind.Request, IDENTITY))
    client = ActionClient(ros.node('client'), Fibonacci, 'count')
    assert client.wait_for_server(timeout_sec=10.0)
    goal = ros.result(client.send_goal_async(Fibonacci.Goal(order=4)))
    assert goal.accepted
    result = ros.result(goal.get_result_async())
    assert result.status in (GoalStatus.STATUS_SUCCEEDED, GoalStatus.STATUS_UNKNOWN)


class Impostor:
    """Plays the server of an action, by raw bytes."""

    def __init__(self, stranger):
        path = 'count/_action'
        self.replies = {
            part: stranger.writer(f'rr/{path}/{part}Reply', kind.Response)
            for part, kind in SERVICES.items()
        }
        self._requests = {
            part: stranger.reader(f'rq/{path}/{part}Request', kind.Request)
            for part, kind in SERVICES.items()
        }
        self.feedback = stranger.writer(f'rt/{path}/feedback', Fibonacci.Impl.FeedbackMessage)
        self.status = stranger.writer(
            f'rt/{path}/status', GoalStatusArray, depth=1, transient_local=True
        )

    def answer(self, ros, part, response):
        """Waits for a request; sends the reply."""
        taken = []
        reader = self._requests[part]
        assert ros.until(lambda: any(taken) or taken.append(reader.take(bytes_of)))
        data = serialize_message(response)
        self.replies[part].write([data[:4] + taken[-1][4:20] + data[4:]])


def bytes_of(sample):
    return bytes(sample.view)


def test_a_client_survives_bad_feedback_status_and_replies(ros, stranger, flood, damaged):
    client = ActionClient(ros.node('client'), Fibonacci, 'count')
    impostor = Impostor(stranger)
    assert client.wait_for_server(timeout_sec=10.0)
    heard = []
    sent = client.send_goal_async(Fibonacci.Goal(order=3), feedback_callback=heard.append)
    impostor.answer(ros, 'send_goal', SERVICES['send_goal'].Response(accepted=True))
    goal = ros.result(sent)
    result = goal.get_result_async()
    feedback = Fibonacci.Impl.FeedbackMessage
    flood(impostor.feedback, damaged(feedback))
    # Of its own goal, too: only what is said of it is bad.
    identity = bytes(goal.goal_id.uuid)
    flood(impostor.feedback, (each[:4] + identity + each[20:] for each in damaged(feedback)))
    flood(impostor.status, damaged(GoalStatusArray))
    for part, kind in SERVICES.items():
        flood(impostor.replies[part], damaged(kind.Response, IDENTITY))
    assert not result.done()
    heard.clear()
    message = feedback(goal_id=goal.goal_id)
    message.feedback.sequence = [1, 2, 3]
    impostor.feedback.write([serialize_message(message)])
    assert ros.until(lambda: heard)
    assert list(heard[0].feedback.sequence) == [1, 2, 3]
    done = SERVICES['get_result'].Response(status=GoalStatus.STATUS_SUCCEEDED)
    impostor.answer(ros, 'get_result', done)
    assert ros.result(result).status == GoalStatus.STATUS_SUCCEEDED
