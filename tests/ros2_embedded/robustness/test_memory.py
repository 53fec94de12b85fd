"""A node that runs for long needs no more memory than one that has just begun."""

from __future__ import annotations

import gc
import tracemalloc

import pytest
from example_interfaces.action import Fibonacci
from rclpy.action import ActionClient, ActionServer
from rclpy.parameter import Parameter
from sensor_msgs.msg import Image
from std_msgs.msg import String
from std_srvs.srv import Trigger

#: Most that one more of them may keep [bytes]. The smallest object of Python takes 16, and what is
#: kept for each would be a list entry of 8 at least.
EACH = 6


def growth(step, count):
    """What stays allocated of `count` steps, after a tenth as many to begin with [bytes]."""
    for _ in range(count // 10):
        step()
    gc.collect()
    tracemalloc.start()
    try:
        for _ in range(count // 10):
            step()
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(count):
            step()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize('in_one_process', [True, False])
def test_twenty_thousand_messages_leave_nothing_behind(in_one_process, ros, other):
    talker = (ros if in_one_process else other).node('talker')
    heard = [0]

    def hear(message):
        heard[0] += 1

    ros.node('listener').create_subscription(String, 'topic', hear, 10)
    publisher = talker.create_publisher(String, 'topic', 10)
    assert ros.until(lambda: publisher.get_subscription_count() == 1)
    message = String(data='x' * 100)

    def step():
        publisher.publish(message)
        ros.executor.spin_once(timeout_sec=1.0)

    assert growth(step, 10_000) < 10_000 * EACH
    assert heard[0] == 12_000


def test_images_leave_nothing_behind(ros, other):
    talker = other.node('talker')
    heard = [0]

    def hear(message):
        heard[0] += len(message.data)

    ros.node('listener').create_subscription(Image, 'topic', hear, 10)
    publisher = talker.create_publisher(Image, 'topic', 10)
    assert ros.until(lambda: publisher.get_subscription_count() == 1)
    message = Image(data=bytes(100_000))

    def step():
        publisher.publish(message)
        ros.executor.spin_once(timeout_sec=1.0)

    assert growth(step, 200) < 50_000
    assert heard[0] == 240 * 100_000


def test_calls_leave_nothing_behind(ros, other):
    server = ros.node('server')
    server.create_service(Trigger, 'serve', lambda request, response: response)
    client = ros.node('client').create_client(Trigger, 'serve')
    assert client.wait_for_service(timeout_sec=10.0)

    def step():
        ros.result(client.call_async(Trigger.Request()))

    assert growth(step, 1000) < 1000 * EACH


def test_changes_of_parameters_leave_nothing_behind(ros):
    node = ros.node('node')
    node.declare_parameter('speed', 0)
    values = iter(range(10**6))

    def step():
        node.set_parameters([Parameter('speed', value=next(values))])
        ros.executor.spin_once(timeout_sec=0)

    assert growth(step, 1000) < 1000 * EACH


def test_goals_leave_nothing_behind_once_their_results_have_expired(ros):
    def execute(goal_handle):
        goal_handle.succeed()
        return Fibonacci.Result()

    ActionServer(ros.node('server'), Fibonacci, 'count', execute, result_timeout=0)
    client = ActionClient(ros.node('client'), Fibonacci, 'count')
    assert client.wait_for_server(timeout_sec=10.0)

    def step():
        ros.result(client.send_goal_async(Fibonacci.Goal(order=1)))
        ros.executor.spin_once(timeout_sec=0)

    assert growth(step, 200) < 200 * 200


def test_nodes_that_come_and_go_leave_nothing_behind_in_those_that_stay(ros, other):
    looker = ros.node('looker')

    def step():
        node = other.node('passer')
        node.create_publisher(String, 'topic', 10)
        node.create_service(Trigger, 'serve', lambda request, response: response)
        other.executor.remove_node(node)
        node.destroy_node()
        looker.get_node_names()
        looker.get_topic_names_and_types()

    assert growth(step, 100) < 100 * 500
    assert ros.until(lambda: looker.get_node_names() == ['looker'])


def test_topics_of_ever_new_names_leave_nothing_behind(ros):
    node = ros.node('node')
    names = iter(range(10**6))

    def step():
        name = f'topic_{next(names)}'
        publisher = node.create_publisher(String, name, 10)
        subscription = node.create_subscription(String, name, lambda message: None, 10)
        node.destroy_publisher(publisher)
        node.destroy_subscription(subscription)

    assert growth(step, 100) < 100 * 200
    topics = ros.context.handle.participant._topics
    assert not any('topic_' in topic for topic, _ in topics)
