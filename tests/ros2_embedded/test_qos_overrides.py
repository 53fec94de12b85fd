"""QoS that parameters override."""

from __future__ import annotations

import pytest
from rclpy.duration import Duration
from rclpy.parameter import Parameter
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rclpy.qos_overriding_options import (
    InvalidQosOverridesError,
    QosCallbackResult,
    QoSOverridingOptions,
    QoSPolicyKind,
)
from std_msgs.msg import String

PREFIX = 'qos_overrides./chatter'


def test_a_publisher_offers_what_the_parameters_say(ros):
    node = ros.node(
        'talker',
        parameter_overrides=[
            Parameter(f'{PREFIX}.publisher.depth', value=3),
            Parameter(f'{PREFIX}.publisher.reliability', value='best_effort'),
        ],
    )
    asked = QoSProfile(depth=10)
    publisher = node.create_publisher(
        String,
        'chatter',
        asked,
        qos_overriding_options=QoSOverridingOptions.with_default_policies(),
    )
    assert publisher.qos_profile.depth == 3
    assert publisher.qos_profile.reliability is ReliabilityPolicy.BEST_EFFORT
    assert asked.depth == 10
    assert {name: each.value for name, each in node.get_parameters_by_prefix(PREFIX).items()} == {
        'publisher.depth': 3,
        'publisher.history': 'keep_last',
        'publisher.reliability': 'best_effort',
    }


def test_a_second_publisher_of_the_topic_takes_the_same_parameters(ros):
    node = ros.node('talker', cli_args=['--ros-args', '-p', f'{PREFIX}.publisher.depth:=4'])
    options = QoSOverridingOptions.with_default_policies()
    depths = [
        node.create_publisher(
            String, 'chatter', depth, qos_overriding_options=options
        ).qos_profile.depth
        for depth in (10, 20)
    ]
    assert depths == [4, 4]


def test_a_subscription_with_an_id_has_parameters_of_its_own_and_no_lifespan(ros):
    node = ros.node('listener')
    node.create_subscription(
        String,
        'chatter',
        print,
        QoSProfile(depth=10, deadline=Duration(seconds=2)),
        qos_overriding_options=QoSOverridingOptions(
            [QoSPolicyKind.LIFESPAN, QoSPolicyKind.DEADLINE, QoSPolicyKind.DURABILITY],
            entity_id='second',
        ),
    )
    found = node.get_parameters_by_prefix(f'{PREFIX}.subscription_second')
    assert {name: each.value for name, each in found.items()} == {
        'deadline': 2 * 10**9,
        'durability': 'volatile',
    }


def test_durations_and_policies_are_read_from_parameters(ros):
    node = ros.node(
        'talker',
        parameter_overrides=[
            Parameter(f'{PREFIX}.publisher.lifespan', value=5_000_000),
            Parameter(f'{PREFIX}.publisher.durability', value='transient_local'),
        ],
    )
    publisher = node.create_publisher(
        String,
        'chatter',
        10,
        qos_overriding_options=QoSOverridingOptions(
            [QoSPolicyKind.LIFESPAN, QoSPolicyKind.DURABILITY]
        ),
    )
    assert publisher.qos_profile.lifespan == Duration(nanoseconds=5_000_000)
    assert publisher.qos_profile.durability is DurabilityPolicy.TRANSIENT_LOCAL


def test_a_value_that_is_none_of_its_policy_is_refused_with_the_known_ones(ros):
    node = ros.node(
        'talker', parameter_overrides=[Parameter(f'{PREFIX}.publisher.history', value='some')]
    )
    with pytest.raises(ValueError, match=r"publisher\.history is 'some'; known are .*keep_last"):
        node.create_publisher(
            String,
            'chatter',
            10,
            qos_overriding_options=QoSOverridingOptions.with_default_policies(),
        )


def test_the_callback_may_refuse_the_outcome(ros):
    def check(profile):
        return QosCallbackResult(successful=profile.depth > 20, reason='too few')

    with pytest.raises(InvalidQosOverridesError, match=r'publisher of /chatter .* too few'):
        ros.node('talker').create_publisher(
            String,
            'chatter',
            10,
            qos_overriding_options=QoSOverridingOptions.with_default_policies(callback=check),
        )
