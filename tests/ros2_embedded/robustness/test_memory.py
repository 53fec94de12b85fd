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

#: Most that may stay of all steps together [bytes]: buffers that grow, caches that fill, what
#: other threads hold at the moment. And of each step: an object that stayed would have 50 bytes.
SLACK, EACH = 50_000, 10


@pytest.fixture
def domain_id(domain_id, monkeypatch):
    """A domain that other tests do not use: nodes of theirs would be counted."""
    monkeypatch.setenv('ROS_DOMAIN_ID', str(domain_id + 100))
    return domain_id + 100


@pytest.fixture
def left_by(ros, other):
    """Says what stays allocated of `count` steps, after a tenth as many to begin with [bytes]."""

    def allocated():
        for each in (ros, other):
            # What is known of nodes is what there is now, and no thread has more to take in.
            each.context.handle.graph.update()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    def run(step, count):
        for _ in range(count // 10):
            step()
        tracemalloc.start()
        try:
            for _ in range(count // 10):
                step()
            before = allocated()
            for _ in range(count):
                step()
            return allocated() - before
        finally:
            tracemalloc.stop()

    return run


@pytest.mark.parametrize('in_one_process', [True, False])
def test_twenty_thousand_messages_leave_nothing_behind(in_one_process, ros, other, left_by):
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

    assert left_by(step, 10_000) < SLACK + 10_000 * EACH
    assert heard[0] == 12_000


def test_images_leave_nothing_behind(ros, other, left_by):
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

    assert left_by(step, 200) < SLACK + 200 * EACH
    assert heard[0] == 240 * 100_000


def test_calls_leave_nothing_behind(ros, other, left_by):
    server = ros.node('server')
    server.create_service(Trigger, 'serve', lambda request, response: response)
    client = ros.node('client').create_client(Trigger, 'serve')
    assert client.wait_for_service(timeout_sec=10.0)

    def step():
        ros.result(client.call_async(Trigger.Request()))

    assert left_by(step, 2000) < SLACK + 2000 * EACH


def test_changes_of_parameters_leave_nothing_behind(ros, left_by):
    node = ros.node('node')
    node.declare_parameter('speed', 0)
    values = iter(range(10**6))

    def step():
        node.set_parameters([Parameter('speed', value=next(values))])
        ros.executor.spin_once(timeout_sec=0)

    assert left_by(step, 2000) < SLACK + 2000 * EACH


def test_goals_leave_nothing_behind_once_their_results_have_expired(ros, left_by):
    def execute(goal_handle):
        goal_handle.succeed()
        return Fibonacci.Result()

    ActionServer(ros.node('server'), Fibonacci, 'count', execute, result_timeout=0)
    client = ActionClient(ros.node('client'), Fibonacci, 'count')
    assert client.wait_for_server(timeout_sec=10.0)

    def step():
        ros.result(client.send_goal_async(Fibonacci.Goal(order=1)))
        ros.executor.spin_once(timeout_sec=0)

    assert left_by(step, 400) < SLACK + 400 * EACH


def test_nodes_that_come_and_go_leave_nothing_behind_in_those_that_stay(ros, other, left_by):
    looker = ros.node('looker')

    def step():
        node = other.node('passer')
        node.create_publisher(String, 'topic', 10)
        node.create_service(Trigger, 'serve', lambda request, response: response)
        other.executor.remove_node(node)
        node.destroy_node()
        looker.get_node_names()
        looker.get_topic_names_and_types()

    assert left_by(step, 100) < SLACK + 100 * EACH
    assert ros.until(lambda: looker.get_node_names() == ['looker'])


def test_topics_of_ever_new_names_leave_nothing_behind(ros, left_by):
    node = ros.node('node')
    names = iter(range(10**6))

    def step():
        name = f'topic_{next(names)}'
        publisher = node.create_publisher(String, name, 10)
        subscription = node.create_subscription(String, name, lambda message: None, 10)
        node.destroy_publisher(publisher)
        node.destroy_subscription(subscription)

    assert left_by(step, 100) < SLACK + 100 * EACH
    topics = ros.context.handle.participant._topics
    assert not any('topic_' in topic for topic, _ in topics)
