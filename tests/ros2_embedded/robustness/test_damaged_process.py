"""A process that has everything a node can have is flooded from outside, and goes on."""

from __future__ import annotations

from example_interfaces.action import Fibonacci
from rclpy.action import ActionClient
from std_srvs.srv import Trigger

from ros2_embedded.messages.classes import message_class
from ros2_embedded.transport.library import DdsError

VICTIM = """
import os
from pathlib import Path
import resource

import rclpy
from example_interfaces.action import Fibonacci
from rclpy.action import ActionServer
from rclpy.lifecycle import LifecycleNode
from rclpy.parameter import Parameter
from rclpy.parameter_event_handler import ParameterEventHandler
from sensor_msgs.msg import PointCloud2
from std_srvs.srv import Trigger
from tf2_ros import Buffer, TransformListener

rclpy.init()
node = rclpy.create_node(
    'victim',
    allow_undeclared_parameters=True,
    parameter_overrides=[Parameter('use_sim_time', value=True)],
)
life = LifecycleNode('life')


def execute(goal_handle):
    goal_handle.succeed()
    return Fibonacci.Result()


def report(request, response):
    pages = int(Path('/proc/self/statm').read_text().split()[1])
    response.message = str(pages * resource.getpagesize())
    return response


ActionServer(node, Fibonacci, 'count', execute, result_timeout=0)
node.create_subscription(PointCloud2, 'points', repr, 10)
TransformListener(Buffer(node=node), node)
ParameterEventHandler(node).add_parameter_event_callback(repr)
node.create_service(Trigger, 'report', report)
executor = rclpy.executors.MultiThreadedExecutor(2)
executor.add_node(node)
executor.add_node(life)
print('up', flush=True)
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # nobody reads what it logs, and the pipe is short
executor.spin()
"""

TOPICS = {
    'rt/points': 'sensor_msgs/msg/PointCloud2',
    'rt/clock': 'rosgraph_msgs/msg/Clock',
    'rt/tf': 'tf2_msgs/msg/TFMessage',
    'rt/parameter_events': 'rcl_interfaces/msg/ParameterEvent',
    'ros_discovery_info': 'rmw_dds_common/msg/ParticipantEntitiesInfo',
    'rq/victim/set_parametersRequest': 'rcl_interfaces/srv/SetParameters_Request',
    'rq/victim/list_parametersRequest': 'rcl_interfaces/srv/ListParameters_Request',
    'rq/life/change_stateRequest': 'lifecycle_msgs/srv/ChangeState_Request',
    'rq/count/_action/send_goalRequest': 'example_interfaces/action/Fibonacci_SendGoal_Request',
    'rq/count/_action/cancel_goalRequest': 'action_msgs/srv/CancelGoal_Request',
}

#: Most that the process may grow by [bytes]: what each of 10,000 samples left would be more.
GROWTH = 64 << 20


def test_it_answers_as_before_after_ten_thousand_damaged_samples(ros, start, stranger, damaged):
    node = ros.node('asker')
    client = node.create_client(Trigger, 'report')
    victim = start(VICTIM)

    def ask():
        """What the victim holds [bytes]; it may be busy for long on a machine that is."""
        assert client.wait_for_service(timeout_sec=60.0)
        return int(ros.result(client.call_async(Trigger.Request()), timeout=60.0).message)

    before = ask()
    for topic, kind in TOPICS.items():
        cls = message_class(kind)
        best_effort = {'reliable': False} if topic == 'rt/clock' else {}
        latched = {'transient_local': True, 'depth': 1} if topic == 'ros_discovery_info' else {}
        writer = stranger.writer(topic, cls, **best_effort, **latched)
        assert ros.until(writer.is_matched), topic
        prefix = bytes(16) if topic.startswith('rq/') else b''
        for sample in damaged(cls, prefix):
            try:
                writer.write([sample])
            except DdsError:
                continue
        # Nothing of this is known to have arrived until the victim has answered.
        assert ask(), topic
    assert victim.poll() is None
    assert ask() - before < GROWTH
    assert ActionClient(node, Fibonacci, 'count').wait_for_server(timeout_sec=60.0)
