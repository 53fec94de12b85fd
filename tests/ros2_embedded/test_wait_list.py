"""What executors wait for: they are woken by it, and by nothing else."""

from __future__ import annotations

import threading

import pytest
from rclpy.executors import MultiThreadedExecutor, SingleThreadedExecutor
from rclpy.guard_condition import GuardCondition
from rclpy.waitable import Waitable
from std_msgs.msg import String

KINDS = [SingleThreadedExecutor, MultiThreadedExecutor]


@pytest.mark.parametrize('kind', KINDS)
def test_what_is_added_while_it_spins_is_served(ros, spun, kind):
    executor = kind(context=ros.context)
    spun(executor)
    node = ros.node('node')
    ros.executor.remove_node(node)
    executor.add_node(node)
    called, heard = threading.Event(), threading.Event()
    node.create_timer(0.01, called.set)
    assert called.wait(10.0)
    publisher = node.create_publisher(String, 'topic', 10)
    node.create_subscription(String, 'topic', lambda message: heard.set(), 10)
    publisher.publish(String())
    assert heard.wait(10.0)


@pytest.mark.parametrize('kind', KINDS)
def test_a_guard_condition_triggered_by_another_thread_wakes_it(ros, spun, kind):
    node = ros.node('node')
    ros.executor.remove_node(node)
    called = threading.Event()
    guard = node.create_guard_condition(called.set)
    executor = kind(context=ros.context)
    executor.add_node(node)
    spun(executor)
    guard.trigger()
    assert called.wait(10.0)


@pytest.mark.parametrize('kind', KINDS)
def test_an_idle_executor_rests(ros, spun, kind):
    """Nothing happens, so nothing is looked at: a node that waits costs no processor time."""
    node = ros.node('node')
    ros.executor.remove_node(node)
    executor = kind(context=ros.context)
    executor.add_node(node)
    heard, called = [], threading.Event()
    publisher = node.create_publisher(String, 'topic', 10)
    node.create_subscription(String, 'topic', heard.append, 10)
    timer = node.create_timer(0.01, lambda: (timer.cancel(), called.set()))
    publisher.publish(String())
    spun(executor)
    assert called.wait(10.0)
    assert ros.until(lambda: heard)
    waits = []
    real_wait = executor._wait_list.wait
    executor._wait_list.wait = lambda *args: (waits.append(1), real_wait(*args))[1]
    ros.spin_for(0.5)
    assert len(waits) <= 5


def test_what_waits_for_a_busy_group_does_not_keep_the_waiting_thread_busy(ros, spun):
    node = ros.node('busy')
    executor = MultiThreadedExecutor(2, context=ros.context)
    executor.add_node(node)
    waits = []
    wait = executor._wait_list.wait
    executor._wait_list.wait = lambda *arguments: waits.append(1) or wait(*arguments)
    entered, leave, heard = threading.Event(), threading.Event(), threading.Event()

    def block():
        timer.cancel()
        entered.set()
        leave.wait(10.0)

    node.create_subscription(String, 'topic', lambda message: heard.set(), 10)
    publisher = node.create_publisher(String, 'topic', 10)
    timer = node.create_timer(0.01, block)
    node.create_timer(0.01, lambda: None)
    spun(executor)
    assert entered.wait(10.0)
    publisher.publish(String(data='pends until the group is free'))
    before = len(waits)
    assert not heard.wait(0.5)
    assert len(waits) - before < 50
    leave.set()
    assert heard.wait(10.0)


@pytest.mark.parametrize('kind', KINDS)
def test_entities_are_listed_anew_only_when_they_come_and_go(ros, spun, kind):
    node = ros.node('node')
    ros.executor.remove_node(node)
    executor = kind(context=ros.context)
    executor.add_node(node)
    lists = []
    build = executor._wait_list._build
    executor._wait_list._build = lambda *arguments: lists.append(1) or build(*arguments)
    heard = []
    publisher = node.create_publisher(String, 'topic', 100)
    node.create_subscription(String, 'topic', heard.append, 100)
    calls = []
    node.create_timer(0.005, lambda: calls.append(1))
    spun(executor)
    assert ros.until(lambda: calls)
    before = len(lists)
    for _ in range(50):
        publisher.publish(String())
    assert ros.until(lambda: len(heard) == 50 and len(calls) > 20)
    assert len(lists) == before
    node.create_timer(100.0, lambda: None)
    assert ros.until(lambda: len(lists) > before)


def test_a_node_that_comes_back_is_served_with_what_it_got_elsewhere(ros):
    node, other = ros.node('node'), SingleThreadedExecutor(context=ros.context)
    ros.spin_for(0.01)
    other.add_node(node)
    called = []
    node.create_timer(0.01, lambda: called.append(1))
    ros.executor.add_node(node)
    assert ros.until(lambda: called)


@pytest.mark.parametrize('kind', KINDS)
def test_a_cancelled_timer_that_is_reset_wakes_the_executor(ros, spun, kind):
    node = ros.node('node')
    ros.executor.remove_node(node)
    called, waits = threading.Event(), threading.Event()
    timer = node.create_timer(0.01, called.set, autostart=False)
    executor = kind(context=ros.context)
    executor.add_node(node)
    wait = executor._wait_list.wait
    executor._wait_list.wait = lambda *arguments: waits.set() or wait(*arguments)
    spun(executor)
    assert waits.wait(10.0)
    assert not called.wait(0.1)
    timer.reset()
    assert called.wait(10.0)


def test_a_callback_in_a_pool_may_reset_a_timer_that_was_cancelled(ros, spun):
    node = ros.node('node')
    executor = MultiThreadedExecutor(2, context=ros.context)
    executor.add_node(node)
    called = threading.Event()
    timer = node.create_timer(0.01, called.set, autostart=False)
    guard = node.create_guard_condition(timer.reset)
    spun(executor)
    guard.trigger()
    assert called.wait(10.0)


def test_a_waitable_may_wait_for_something_else_each_time(ros):
    class Alternating(Waitable):
        """Waits for one guard condition and for another one in turns."""

        def __init__(self, node, guards):
            super().__init__(node.default_callback_group)
            self.guards, self.turn, self.seen = guards, 0, []

        def add_to_wait_set(self, wait_set):
            self.index = wait_set.add_guard_condition(self.guards[self.turn].handle)

        def is_ready(self, wait_set):
            return wait_set.is_ready('guard_condition', self.index)

        def take_data(self):
            return self.turn

        async def execute(self, taken_data):
            self.seen.append(taken_data)
            self.turn = 1 - self.turn

    node = ros.node('node')
    guards = [GuardCondition(None, None, context=ros.context) for _ in range(2)]
    waitable = Alternating(node, guards)
    node.add_waitable(waitable)
    ros.spin_for(0.01)
    guards[1].trigger()
    ros.spin_for(0.05)
    assert waitable.seen == []
    guards[0].trigger()
    assert ros.until(lambda: len(waitable.seen) == 2)
    assert waitable.seen == [0, 1]


def test_a_timer_whose_callbacks_take_longer_than_its_period_goes_on(ros, spun):
    node = ros.node('node')
    executor = MultiThreadedExecutor(2, context=ros.context)
    executor.add_node(node)
    calls = []

    def take_long():
        calls.append(1)
        threading.Event().wait(0.03)

    node.create_timer(0.01, take_long)
    spun(executor)
    assert ros.until(lambda: len(calls) > 5)


def test_a_timer_without_period_is_called_again_and_again(ros, spun):
    node = ros.node('node')
    executor = MultiThreadedExecutor(2, context=ros.context)
    executor.add_node(node)
    calls = []
    node.create_timer(0.0, lambda: calls.append(1))
    spun(executor)
    assert ros.until(lambda: len(calls) > 20)
