"""Executors: how they run callbacks and tasks, and what ends them."""

from __future__ import annotations

import threading
from contextlib import suppress

import numpy as np
import pytest
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import (
    Executor,
    ExternalShutdownException,
    MultiThreadedExecutor,
    ShutdownException,
    SingleThreadedExecutor,
    TimeoutException,
)
from rclpy.task import Future, Task
from sensor_msgs.msg import Image
from std_msgs.msg import String

KINDS = [SingleThreadedExecutor, MultiThreadedExecutor]


@pytest.mark.parametrize('kind', KINDS)
def test_a_task_of_another_thread_is_run_and_may_await(ros, spun, kind):
    executor = kind(context=ros.context)
    spun(executor)
    signal, done = Future(executor=executor), threading.Event()

    async def work():
        result = await signal
        done.set()
        return result * 2

    task = executor.create_task(work)
    assert not done.wait(0.05)
    signal.set_result(21)
    assert done.wait(10.0)
    task_done = threading.Event()
    task.add_done_callback(lambda _: task_done.set())
    assert task_done.wait(10.0)
    assert task.result() == 42


@pytest.mark.parametrize('kind', KINDS)
def test_an_exception_in_a_callback_ends_the_spin(ros, spun, kind):
    node = ros.node('node')
    ros.executor.remove_node(node)
    executor = kind(context=ros.context)
    executor.add_node(node)
    publisher = node.create_publisher(String, 'topic', 10)

    def fail(message):
        raise RuntimeError(message.data)

    subscription = node.create_subscription(String, 'topic', fail, 10)
    errors = spun(executor)
    assert ros.until(lambda: subscription.get_publisher_count() == 1)
    publisher.publish(String(data='broken'))
    assert ros.until(lambda: errors)
    assert str(errors[0]) == 'broken'


def test_a_callback_may_destroy_what_calls_it(ros):
    node = ros.node('node')
    called = []

    def once():
        called.append(1)
        node.destroy_timer(timer)

    timer = node.create_timer(0.005, once)
    assert ros.until(lambda: called)
    ros.spin_for(0.05)
    assert called == [1]


@pytest.mark.parametrize('kind', KINDS)
def test_a_callback_may_shut_its_executor_down(ros, spun, kind):
    node = ros.node('node')
    ros.executor.remove_node(node)
    executor = kind(context=ros.context)
    executor.add_node(node)
    ended = threading.Event()

    def end():
        executor.shutdown()
        ended.set()

    node.create_timer(0.01, end)
    assert spun(executor) == []
    assert ended.wait(10.0)


@pytest.mark.parametrize('waits', [False, True])
def test_ctrl_c_in_a_callback_leaves_the_executor_fit_to_spin_again(ros, waits):
    node = ros.node('node')
    calls = []

    def called():
        calls.append(1)
        if len(calls) == 1:
            raise KeyboardInterrupt

    async def awaited():
        called()

    node.create_timer(0.01, awaited if waits else called)
    with pytest.raises(KeyboardInterrupt):
        ros.until(lambda: len(calls) > 1)
    assert ros.until(lambda: len(calls) > 2)


def test_a_callback_may_end_the_process(start):
    program = start("""
import rclpy
rclpy.init()
node = rclpy.create_node('node')
timer = node.create_timer(0.01, rclpy.shutdown)
print('up', flush=True)
rclpy.spin(node)
print('spin returned')
""")
    output, errors = program.communicate(timeout=10)
    assert (output, program.returncode) == ('spin returned\n', 0), errors


@pytest.mark.parametrize('kind', KINDS)
def test_the_end_of_the_context_ends_the_spin(ros, spun, kind):
    executor = kind(context=ros.context)
    executor.add_node(ros.node('node'))
    waits = threading.Event()
    real_wait = executor._wait_list.wait
    executor._wait_list.wait = lambda *args: waits.set() or real_wait(*args)
    ended = threading.Event()

    def spin():
        with suppress(ExternalShutdownException):
            executor.spin()
        ended.set()

    threading.Thread(target=spin).start()
    assert waits.wait(10.0)
    ros.context.shutdown()
    assert ended.wait(10.0)
    executor.shutdown()


def test_images_go_to_subscriptions_of_the_same_process_without_copying_pixels(ros):
    node = ros.node('node')
    publisher = node.create_publisher(Image, 'image', 1)
    heard = []
    subscription = node.create_subscription(Image, 'image', heard.append, 1)
    assert ros.until(lambda: subscription.get_publisher_count() == 1)
    sent = Image(height=480, width=640, data=np.arange(480 * 640 * 3, dtype=np.uint8))
    sent.header.frame_id = 'camera'
    publisher.publish(sent)
    assert ros.until(lambda: heard)
    (got,) = heard
    assert got == sent
    assert got is not sent
    assert np.shares_memory(np.asarray(got.data), np.asarray(sent.data))
    sent.header.frame_id = 'changed afterwards'
    assert got.header.frame_id == 'camera'


@pytest.fixture
def runs(monkeypatch):
    """Counts how often tasks are started or gone on with."""
    started = []
    run = Task.__call__
    monkeypatch.setattr(Task, '__call__', lambda task: started.append(task) or run(task))
    return started


@pytest.mark.parametrize('kind', KINDS)
def test_a_coroutine_that_awaits_is_not_looked_at_again_and_again(ros, spun, kind, runs):
    executor = kind(context=ros.context)
    spun(executor)
    signal, waits = Future(executor=executor), threading.Event()

    async def work():
        waits.set()
        return await signal

    task = executor.create_task(work)
    assert waits.wait(10.0)
    assert not threading.Event().wait(0.3)
    assert runs.count(task) < 5
    signal.set_result('done')
    assert ros.until(task.done)
    assert task.result() == 'done'


def test_a_task_that_waits_for_a_thread_of_the_pool_waits_there_once(ros, spun, runs):
    executor = MultiThreadedExecutor(2, context=ros.context)
    leave, entered = threading.Event(), threading.Barrier(3)

    def block():
        entered.wait(10.0)
        leave.wait(10.0)

    for _ in range(2):
        executor.create_task(block)
    spun(executor)
    entered.wait(10.0)
    task = executor.create_task(lambda: 'run')
    assert not threading.Event().wait(0.3)
    leave.set()
    assert ros.until(task.done)
    assert task.result() == 'run'
    assert runs.count(task) == 1


@pytest.mark.parametrize('kind', KINDS)
def test_shutdown_does_not_wait_for_a_callback_that_awaits_what_never_comes(ros, kind):
    executor = kind(context=ros.context)
    node = ros.node('node')
    ros.executor.remove_node(node)
    executor.add_node(node)
    never, begun = Future(executor=executor), threading.Event()

    async def wait():
        begun.set()
        await never

    node.create_timer(0.01, wait)
    executor.spin_once(timeout_sec=10.0)
    assert begun.wait(10.0)
    ended = threading.Thread(target=executor.shutdown)
    ended.start()
    ended.join(10.0)
    assert not ended.is_alive()


def test_shutdown_waits_for_a_callback_that_runs(ros, spun):
    executor = MultiThreadedExecutor(2, context=ros.context)
    spun(executor)
    entered, leave = threading.Event(), threading.Event()

    def work():
        entered.set()
        leave.wait(10.0)

    executor.create_task(work)
    assert entered.wait(10.0)
    assert not executor.shutdown(timeout_sec=0.05, wait_for_threads=False)
    leave.set()


def test_the_newest_task_goes_first(ros):
    order = []
    for name in 'abc':
        ros.executor.create_task(order.append, name)
    assert ros.until(lambda: len(order) == 3)
    assert order == ['c', 'b', 'a']


def test_whatever_has_create_task_may_stand_in_for_an_executor():
    class Collector:
        def __init__(self):
            self.found = []

        def create_task(self, callback, *args):
            self.found.append((callback, args))

    collector = Collector()
    task = Task(lambda: 7, executor=collector)
    task.add_done_callback(print)
    task()
    assert task.result() == 7
    assert collector.found == [(print, (task,))]


@pytest.mark.parametrize('kind', KINDS)
def test_a_reentrant_subscription_is_taken_from_while_its_callback_awaits(ros, spun, kind):
    node = ros.node('node')
    ros.executor.remove_node(node)
    executor = kind(context=ros.context)
    executor.add_node(node)
    both, begun, ended = Future(executor=executor), [], []

    async def take(message):
        begun.append(message.data)
        if len(begun) == 2:
            both.set_result(None)
        await both
        ended.append(message.data)

    group = ReentrantCallbackGroup()
    node.create_subscription(String, 'topic', take, 10, callback_group=group)
    publisher = node.create_publisher(String, 'topic', 10)
    for data in 'ab':
        publisher.publish(String(data=data))
    spun(executor)
    assert ros.until(lambda: len(ended) == 2)
    assert sorted(ended) == ['a', 'b']


def test_an_executor_of_the_users_may_run_callbacks_in_threads_of_its_own(ros, spun):
    class Threads(Executor):
        """Runs every callback in a new thread."""

        def spin_once(self, timeout_sec=None):
            try:
                handler, _, _ = self.wait_for_ready_callbacks(timeout_sec)
            except (ExternalShutdownException, ShutdownException, TimeoutException):
                return
            threading.Thread(target=handler).start()

    node = ros.node('node')
    ros.executor.remove_node(node)
    executor = Threads(context=ros.context)
    executor.add_node(node)
    heard = []
    node.create_subscription(String, 'topic', heard.append, 100)
    publisher = node.create_publisher(String, 'topic', 100)
    for number in range(20):
        publisher.publish(String(data=str(number)))
    spun(executor)
    assert ros.until(lambda: len(heard) == 20)
    assert [message.data for message in heard] == [str(number) for number in range(20)]
