"""Action clients and servers."""

from __future__ import annotations

import threading
import time

import pytest
from action_msgs.msg import GoalStatus
from action_msgs.srv import CancelGoal
from example_interfaces.action import Fibonacci
from rclpy.action import (
    ActionClient,
    ActionServer,
    CancelResponse,
    GoalResponse,
    get_action_client_names_and_types_by_node,
    get_action_names_and_types,
    get_action_server_names_and_types_by_node,
)
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import MultiThreadedExecutor


@pytest.fixture
def serve(other):
    """Offers the action /fibonacci from other threads."""
    node = other.node('server')
    other.executor.remove_node(node)
    executor = MultiThreadedExecutor(3, context=other.context)
    executor.add_node(node)
    spinner = threading.Thread(target=executor.spin)

    def begin(execute, **options):
        options.setdefault('cancel_callback', lambda handle: CancelResponse.ACCEPT)
        ActionServer(
            node,
            Fibonacci,
            'fibonacci',
            execute,
            callback_group=ReentrantCallbackGroup(),
            **options,
        )
        spinner.start()

    yield begin
    executor.shutdown(timeout_sec=5.0)
    spinner.join()


@pytest.fixture
def client(ros):
    return ActionClient(ros.node('client'), Fibonacci, 'fibonacci')


def count(handle):
    """Executes a goal: the sequence so far as feedback, one by one."""
    numbers = [0, 1]
    while len(numbers) < handle.request.order:
        numbers.append(numbers[-1] + numbers[-2])
        handle.publish_feedback(Fibonacci.Feedback(sequence=numbers))
    handle.succeed()
    return Fibonacci.Result(sequence=numbers)


def until_cancelled(handle):
    while not handle.is_cancel_requested:
        time.sleep(0.002)
    handle.canceled()
    return Fibonacci.Result(sequence=[7])


def test_a_goal_gives_feedback_and_a_result(ros, client, serve):
    serve(count)
    assert client.wait_for_server(timeout_sec=10.0)
    heard = []
    goal = ros.result(
        client.send_goal_async(
            Fibonacci.Goal(order=6), lambda message: heard.append(list(message.feedback.sequence))
        )
    )
    assert goal.accepted
    outcome = ros.result(goal.get_result_async())
    assert outcome.status == GoalStatus.STATUS_SUCCEEDED
    assert list(outcome.result.sequence) == [0, 1, 1, 2, 3, 5]
    assert heard == [[0, 1, 1], [0, 1, 1, 2], [0, 1, 1, 2, 3], [0, 1, 1, 2, 3, 5]]
    assert ros.until(lambda: goal.status == GoalStatus.STATUS_SUCCEEDED)


def test_a_rejected_goal_has_no_result(ros, client, serve):
    serve(count, goal_callback=lambda goal: GoalResponse.REJECT)
    assert client.wait_for_server(timeout_sec=10.0)
    assert not ros.result(client.send_goal_async(Fibonacci.Goal(order=3))).accepted


def test_a_goal_is_cancelled_when_the_server_agrees(ros, client, serve):
    serve(until_cancelled)
    assert client.wait_for_server(timeout_sec=10.0)
    goal = ros.result(client.send_goal_async(Fibonacci.Goal(order=3)))
    answer = ros.result(goal.cancel_goal_async())
    assert answer.return_code == CancelGoal.Response.ERROR_NONE
    assert [bytes(each.goal_id.uuid) for each in answer.goals_canceling] == [
        bytes(goal.goal_id.uuid)
    ]
    outcome = ros.result(goal.get_result_async())
    assert (outcome.status, list(outcome.result.sequence)) == (GoalStatus.STATUS_CANCELED, [7])
    late = ros.result(goal.cancel_goal_async())
    assert late.return_code == CancelGoal.Response.ERROR_GOAL_TERMINATED


def test_a_request_without_an_id_cancels_all_goals(ros, client, serve):
    serve(until_cancelled)
    assert client.wait_for_server(timeout_sec=10.0)
    goals = [ros.result(client.send_goal_async(Fibonacci.Goal(order=3))) for _ in range(2)]
    caller = ros.node('caller').create_client(CancelGoal, 'fibonacci/_action/cancel_goal')
    answer = ros.call(caller, CancelGoal.Request())
    assert len(answer.goals_canceling) == 2
    for goal in goals:
        assert ros.result(goal.get_result_async()).status == GoalStatus.STATUS_CANCELED


def test_a_request_with_an_unknown_id_says_so(ros, client, serve):
    serve(count)
    caller = ros.node('caller').create_client(CancelGoal, 'fibonacci/_action/cancel_goal')
    request = CancelGoal.Request()
    request.goal_info.goal_id.uuid = [9] * 16
    answer = ros.call(caller, request)
    assert answer.return_code == CancelGoal.Response.ERROR_UNKNOWN_GOAL_ID


def test_actions_are_in_the_graph(ros, client, serve):
    serve(count)
    assert client.wait_for_server(timeout_sec=10.0)
    node = ros.node('looker')
    expected = [('/fibonacci', ['example_interfaces/action/Fibonacci'])]
    assert ros.until(
        lambda: (
            {'server', 'client'} <= set(node.get_node_names())
            and get_action_server_names_and_types_by_node(node, 'server', '/') == expected
        )
    )
    assert get_action_names_and_types(node) == expected
    assert get_action_client_names_and_types_by_node(node, 'client', '/') == expected
    assert get_action_client_names_and_types_by_node(node, 'server', '/') == []
