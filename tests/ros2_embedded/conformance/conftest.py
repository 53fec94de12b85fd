"""The nodes of the processes that were recorded, and other programs' view of ours."""

from __future__ import annotations

import pytest
from diagnostic_msgs.msg import DiagnosticArray
from example_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from geometry_msgs.msg import TwistStamped
from lifecycle_msgs.srv import ChangeState, GetAvailableStates, GetAvailableTransitions, GetState
from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor
from rcl_interfaces.srv import (
    DescribeParameters,
    GetParameters,
    GetParameterTypes,
    ListParameters,
    SetParameters,
    SetParametersAtomically,
)
from rclpy.action import ActionClient, ActionServer, CancelResponse, GoalResponse
from rclpy.duration import Duration
from rclpy.lifecycle import LifecycleNode
from rclpy.parameter import Parameter
from rclpy.qos import (
    DurabilityPolicy,
    HistoryPolicy,
    LivelinessPolicy,
    QoSProfile,
    ReliabilityPolicy,
    qos_profile_sensor_data,
    qos_profile_system_default,
)
from rclpy.task import Future
from sensor_msgs.msg import Image, JointState
from std_msgs.msg import String, UInt8MultiArray
from std_srvs.srv import Empty, SetBool
from tf2_ros import StaticTransformBroadcaster, TransformBroadcaster
from type_description_interfaces.srv import GetTypeDescription

from ros2_embedded.messages.classes import message_class
from ros2_embedded.transport.qos import EndpointQos

BEST_EFFORT = ReliabilityPolicy.BEST_EFFORT
TRANSIENT_LOCAL = DurabilityPolicy.TRANSIENT_LOCAL


def _deadlines(deadline: int, lease: int, **options: Duration) -> QoSProfile:
    """Profile of the topic chat_dl: deadline [ms], lease of its liveliness [s]."""
    return QoSProfile(
        depth=5,
        deadline=Duration(nanoseconds=deadline * 10**6),
        liveliness=LivelinessPolicy.MANUAL_BY_TOPIC,
        liveliness_lease_duration=Duration(seconds=lease),
        **options,
    )


class RecordedServer:
    """The nodes of the process that was recorded as `server`."""

    def __init__(self, ros):
        self._cancelled = Future()
        self._add_talker(ros.node('talker'))
        server = ros.node('server', namespace='/ns1')
        server.create_service(SetBool, 'set_bool', self._set_bool)
        server.create_service(AddTwoInts, '/add_two_ints', self._add)
        server.create_service(Empty, 'empty', lambda request, response: response)
        ActionServer(
            ros.node('actor'),
            Fibonacci,
            'fibonacci',
            self._execute,
            goal_callback=self._judge,
            cancel_callback=self._cancel,
        )
        add_parameters(ros.node('par'))
        life = ros.add(LifecycleNode('life', context=ros.context))
        life.create_lifecycle_publisher(String, 'life_out', 10)

    @staticmethod
    def _add_talker(talker):
        for kind, topic, profile in (
            (String, 'chat_default', 10),
            (String, 'chat_sensor', qos_profile_sensor_data),
            (String, 'chat_tl', QoSProfile(depth=1, durability=TRANSIENT_LOCAL)),
            (String, 'chat_dl', _deadlines(500, 1, lifespan=Duration(seconds=2))),
            (
                String,
                'chat_keepall_be',
                QoSProfile(history=HistoryPolicy.KEEP_ALL, reliability=BEST_EFFORT),
            ),
            (String, 'chat_sysdefault', qos_profile_system_default),
            (
                String,
                'chat_besteffort_tl',
                QoSProfile(depth=3, reliability=BEST_EFFORT, durability=TRANSIENT_LOCAL),
            ),
            (Image, 'image', qos_profile_sensor_data),
            (JointState, 'joint_states', 10),
            (TwistStamped, 'twist', 10),
            (UInt8MultiArray, 'bytes', 10),
            (DiagnosticArray, 'diag', 10),
        ):
            talker.create_publisher(kind, topic, profile)
        TransformBroadcaster(talker)
        StaticTransformBroadcaster(talker)
        plain = QoSProfile(depth=10, avoid_ros_namespace_conventions=True)
        talker.create_publisher(String, 'plain_dds_name', plain)

    @staticmethod
    def _set_bool(request, response):
        response.success = request.data
        response.message = f'was {request.data}'
        return response

    @staticmethod
    def _add(request, response):
        response.sum = request.a + request.b
        return response

    @staticmethod
    def _judge(goal):
        return GoalResponse.REJECT if goal.order < 0 else GoalResponse.ACCEPT

    def _cancel(self, goal_handle):
        self._cancelled.set_result(None)
        return CancelResponse.ACCEPT

    async def _execute(self, goal_handle):
        order = goal_handle.request.order
        if order == 99:
            goal_handle.abort()
            return Fibonacci.Result(sequence=[9, 9])
        sequence = [0, 1]
        while len(sequence) < 6:
            sequence.append(sequence[-1] + sequence[-2])
            goal_handle.publish_feedback(Fibonacci.Feedback(sequence=sequence))
        if order == 20:
            await self._cancelled
            goal_handle.canceled()
        else:
            goal_handle.succeed()
        return Fibonacci.Result(sequence=sequence)


def add_parameters(node):
    """Declares what the recorded node `par` had."""
    for name, value, descriptor in (
        ('a_bool', True, {}),
        (
            'an_int',
            42,
            {
                'description': 'an int',
                'integer_range': [IntegerRange(from_value=0, to_value=100, step=2)],
            },
        ),
        (
            'a_double',
            1.5,
            {
                'additional_constraints': 'none',
                'floating_point_range': [FloatingPointRange(from_value=-1.0, to_value=2.0)],
            },
        ),
        ('a_string', 'hello', {}),
        ('ro', 'fixed', {'read_only': True}),
        ('bytes', [b'\x01', b'\xff'], {}),
        ('bools', [True, False], {}),
        ('ints', [1, 2, 3], {}),
        ('doubles', [0.5, 1.5], {}),
        ('strings', ['a', 'bcd'], {}),
        ('pid.p', 1.0, {}),
        ('pid.d.gain', 2.0, {}),
        ('dyn', 1, {'dynamic_typing': True}),
        ('unset', Parameter.Type.STRING, {}),
    ):
        node.declare_parameter(name, value, ParameterDescriptor(**descriptor))


class RecordedClient:
    """The node of the process that was recorded as `client`."""

    def __init__(self, ros):
        node = ros.node('listener')
        keep_all = QoSProfile(history=HistoryPolicy.KEEP_ALL)
        for kind, topic, profile in (
            (String, 'chat_default', 10),
            (String, 'chat_sensor', qos_profile_sensor_data),
            (String, 'chat_tl', QoSProfile(depth=1, durability=TRANSIENT_LOCAL)),
            (String, 'chat_dl', _deadlines(600, 2)),
            (String, 'chat_sysdefault', qos_profile_system_default),
            (Image, 'image', qos_profile_sensor_data),
            (JointState, 'joint_states', 10),
            (TwistStamped, 'twist', keep_all),
        ):
            node.create_subscription(kind, topic, lambda message: None, profile)
        for kind, service in (
            (AddTwoInts, '/add_two_ints'),
            (SetBool, '/ns1/set_bool'),
            (Empty, '/ns1/empty'),
            (DescribeParameters, '/par/describe_parameters'),
            (GetParameters, '/par/get_parameters'),
            (GetParameterTypes, '/par/get_parameter_types'),
            (ListParameters, '/par/list_parameters'),
            (SetParameters, '/par/set_parameters'),
            (SetParametersAtomically, '/par/set_parameters_atomically'),
            (GetTypeDescription, '/talker/get_type_description'),
            (ChangeState, '/life/change_state'),
            (GetState, '/life/get_state'),
            (GetAvailableStates, '/life/get_available_states'),
            (GetAvailableTransitions, '/life/get_available_transitions'),
            (GetAvailableTransitions, '/life/get_transition_graph'),
        ):
            node.create_client(kind, service)
        ActionClient(node, Fibonacci, 'fibonacci')


class RecordedGrower:
    """The two nodes of the process that was recorded as `grow`, at their largest."""

    def __init__(self, ros):
        from std_srvs.srv import Trigger

        off = [Parameter('start_type_description_service', value=False)]
        bare = {'enable_rosout': False, 'start_parameter_services': False}
        grow = ros.node('grow', parameter_overrides=off, **bare)
        grow.create_publisher(String, 'gp', 10)
        grow.create_subscription(String, 'gs', lambda message: None, 10)
        grow.create_service(Trigger, 'gsrv', lambda request, response: response)
        grow.create_client(Trigger, 'gcli')
        ros.node('second', namespace='/deep/er')


@pytest.fixture
def wire(capture):
    return capture('wire.json')


@pytest.fixture
def make_server(ros):
    return lambda: RecordedServer(ros)


@pytest.fixture
def recorded_processes():
    return {'server': RecordedServer, 'client': RecordedClient, 'grow': RecordedGrower}


@pytest.fixture
def class_of():
    """Finds the message class of a DDS type name, of a part of a service or action, too."""
    return lambda type_name: message_class(
        type_name.replace('::dds_::', '/').replace('::', '/').removesuffix('_')
    )


@pytest.fixture
def raw(other):
    """Makes readers and writers of bytes in another participant."""
    participant = other.context.handle.participant

    def make(kind, topic, type_name, **qos):
        return kind(participant, topic, type_name, EndpointQos(**{'depth': 100, **qos}), b'')

    return make
