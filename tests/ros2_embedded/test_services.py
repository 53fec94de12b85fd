"""Services and their clients."""

from __future__ import annotations

import threading

from example_interfaces.srv import AddTwoInts
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import MultiThreadedExecutor
from std_srvs.srv import SetBool, Trigger

SERVER = """
import rclpy
from example_interfaces.srv import AddTwoInts
from rclpy.executors import ExternalShutdownException

def add(request, response):
    response.sum = request.a + request.b
    return response

rclpy.init()
node = rclpy.create_node('adder')
node.create_service(AddTwoInts, 'add', add)
print('up', flush=True)
try:
    rclpy.spin(node)
except ExternalShutdownException:
    pass
"""


def test_a_client_calls_a_service_in_another_process(ros, start):
    start(SERVER)
    client = ros.node('caller').create_client(AddTwoInts, 'add')
    sums = [ros.call(client, AddTwoInts.Request(a=a, b=-40)).sum for a in range(5)]
    assert sums == [-40, -39, -38, -37, -36]


def test_a_client_notices_that_the_server_is_gone(ros, start):
    server = start(SERVER)
    client = ros.node('caller').create_client(AddTwoInts, 'add')
    assert client.wait_for_service(timeout_sec=10.0)
    server.terminate()
    server.wait(timeout=10)
    assert ros.until(lambda: not client.service_is_ready())


def test_each_of_two_clients_gets_its_own_replies(ros, other):
    server = ros.node('server')
    server.create_service(AddTwoInts, 'add', lambda q, r: AddTwoInts.Response(sum=q.a + q.b))
    spinner = threading.Thread(target=ros.executor.spin)
    spinner.start()
    nodes = [other.node(f'caller_{index}') for index in range(2)]
    clients = [node.create_client(AddTwoInts, 'add') for node in nodes]
    assert all(client.wait_for_service(10.0) for client in clients)
    futures = [
        client.call_async(AddTwoInts.Request(a=step, b=1000 * index))
        for step in range(4)
        for index, client in enumerate(clients)
    ]
    assert other.until(lambda: all(each.done() for each in futures))
    assert [each.result().sum for each in futures] == [
        step + 1000 * index for step in range(4) for index in range(2)
    ]
    ros.executor.shutdown()
    spinner.join()


def test_call_blocks_one_callback_while_others_answer_it(ros):
    node = ros.node('node')
    group = ReentrantCallbackGroup()
    answers = []
    done = threading.Event()
    node.create_service(
        Trigger, 'inner', lambda q, r: Trigger.Response(success=True), callback_group=group
    )
    client = node.create_client(Trigger, 'inner', callback_group=group)

    def once():
        timer.cancel()
        answers.append(client.call(Trigger.Request(), timeout_sec=10.0).success)
        done.set()

    timer = node.create_timer(0.01, once, callback_group=group)
    ros.executor.remove_node(node)
    executor = MultiThreadedExecutor(2, context=ros.context)
    executor.add_node(node)
    spinner = threading.Thread(target=executor.spin)
    spinner.start()
    assert done.wait(10.0)
    executor.shutdown()
    spinner.join()
    assert answers == [True]


def test_a_coroutine_may_await_another_service(ros):
    node = ros.node('node')
    group = ReentrantCallbackGroup()
    inner = node.create_client(SetBool, 'inner', callback_group=group)
    node.create_service(
        SetBool, 'inner', lambda q, r: SetBool.Response(success=not q.data), callback_group=group
    )

    async def outer(request, response):
        answer = await inner.call_async(SetBool.Request(data=request.data))
        response.success = answer.success
        response.message = 'asked inside'
        return response

    node.create_service(SetBool, 'outer', outer, callback_group=group)
    client = node.create_client(SetBool, 'outer')
    reply = ros.call(client, SetBool.Request(data=False))
    assert (reply.success, reply.message) == (True, 'asked inside')


def test_a_call_without_a_reply_in_time_returns_none_and_is_forgotten(ros):
    client = ros.node('node').create_client(Trigger, 'nowhere')
    assert not client.service_is_ready()
    assert client.call(Trigger.Request(), timeout_sec=0.05) is None
    assert not client._pending_requests
