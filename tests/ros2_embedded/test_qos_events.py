"""Quality of service: what matches, what is kept, and the events."""

from __future__ import annotations

import pytest
from rclpy.duration import Duration
from rclpy.event_handler import PublisherEventCallbacks, SubscriptionEventCallbacks
from rclpy.qos import (
    DurabilityPolicy,
    LivelinessPolicy,
    QoSPolicyKind,
    QoSProfile,
    ReliabilityPolicy,
)
from std_msgs.msg import String


def test_a_late_subscription_gets_what_a_transient_local_publisher_kept(ros, other):
    profile = QoSProfile(depth=3, durability=DurabilityPolicy.TRANSIENT_LOCAL)
    publisher = other.node('early').create_publisher(String, 'latched', profile)
    for number in range(5):
        publisher.publish(String(data=str(number)))
    heard = []
    ros.node('late').create_subscription(
        String, 'latched', lambda message: heard.append(message.data), profile
    )
    assert ros.until(lambda: len(heard) >= 3)
    assert heard == ['2', '3', '4']


def test_both_sides_are_told_of_each_other(ros, other):
    published, subscribed = [], []
    publisher = other.node('talker').create_publisher(
        String, 'topic', 10, event_callbacks=PublisherEventCallbacks(matched=published.append)
    )
    node = ros.node('listener')
    subscription = node.create_subscription(
        String,
        'topic',
        lambda message: None,
        10,
        event_callbacks=SubscriptionEventCallbacks(matched=subscribed.append),
    )
    assert ros.until(lambda: subscribed)
    assert other.until(lambda: published)
    assert (published[0].current_count, subscribed[0].current_count) == (1, 1)
    assert publisher.get_subscription_count() == 1
    node.destroy_subscription(subscription)
    assert other.until(lambda: len(published) >= 2)
    assert (published[1].current_count, published[1].current_count_change) == (0, -1)


def test_incompatible_reliability_is_told_to_both_and_nothing_arrives(ros, other):
    offered, requested, heard = [], [], []
    best_effort = QoSProfile(depth=5, reliability=ReliabilityPolicy.BEST_EFFORT)
    publisher = other.node('talker').create_publisher(
        String,
        'topic',
        best_effort,
        event_callbacks=PublisherEventCallbacks(incompatible_qos=offered.append),
    )
    ros.node('listener').create_subscription(
        String,
        'topic',
        heard.append,
        QoSProfile(depth=5, reliability=ReliabilityPolicy.RELIABLE),
        event_callbacks=SubscriptionEventCallbacks(incompatible_qos=requested.append),
    )
    assert ros.until(lambda: requested)
    assert other.until(lambda: offered)
    assert requested[0].last_policy_kind == QoSPolicyKind.RELIABILITY
    assert offered[0].last_policy_kind == QoSPolicyKind.RELIABILITY
    publisher.publish(String(data='nobody hears'))
    assert publisher.get_subscription_count() == 0
    assert heard == []


def test_incompatible_qos_is_logged_by_default(ros, other, capfd):
    other.node('talker').create_publisher(
        String, 'topic', QoSProfile(depth=5, reliability=ReliabilityPolicy.BEST_EFFORT)
    )
    ros.node('listener').create_subscription(String, 'topic', lambda message: None, 10)
    said = []

    def heard():
        said.append(capfd.readouterr().err)
        return 'offering incompatible QoS' in ''.join(said)

    assert ros.until(heard)
    assert 'RELIABILITY' in ''.join(said)


@pytest.mark.parametrize('side', ['publisher', 'subscription'])
def test_a_missed_deadline_is_told(ros, other, side):
    missed = []
    profile = QoSProfile(depth=1, deadline=Duration(nanoseconds=50_000_000))
    offered = PublisherEventCallbacks(deadline=missed.append if side == 'publisher' else None)
    wanted = SubscriptionEventCallbacks(deadline=missed.append if side != 'publisher' else None)
    publisher = other.node('talker').create_publisher(
        String, 'topic', profile, event_callbacks=offered
    )
    ros.node('listener').create_subscription(
        String, 'topic', lambda message: None, profile, event_callbacks=wanted
    )
    assert ros.until(lambda: publisher.get_subscription_count() == 1)
    publisher.publish(String(data='and no more'))
    assert (other if side == 'publisher' else ros).until(lambda: missed)
    assert missed[0].total_count >= 1


def test_a_publisher_that_stops_asserting_itself_is_told_and_told_of(ros, other):
    lost, changed = [], []
    profile = QoSProfile(
        depth=1,
        liveliness=LivelinessPolicy.MANUAL_BY_TOPIC,
        liveliness_lease_duration=Duration(nanoseconds=100_000_000),
    )
    publisher = other.node('talker').create_publisher(
        String, 'topic', profile, event_callbacks=PublisherEventCallbacks(liveliness=lost.append)
    )
    ros.node('listener').create_subscription(
        String,
        'topic',
        lambda message: None,
        profile,
        event_callbacks=SubscriptionEventCallbacks(liveliness=changed.append),
    )
    assert ros.until(lambda: publisher.get_subscription_count() == 1)

    def is_alive() -> bool:
        # once would not do: a machine that pauses for the lease never shows the publisher alive
        publisher.assert_liveliness()
        return bool(changed) and changed[-1].alive_count == 1

    assert ros.until(is_alive)
    assert ros.until(lambda: changed[-1].not_alive_count == 1)
    assert other.until(lambda: lost)


def test_a_dead_process_is_told_by_its_liveliness(ros, start):
    changed = []
    process = start("""
import rclpy
from std_msgs.msg import String
rclpy.init()
node = rclpy.create_node('mortal')
publisher = node.create_publisher(String, 'topic', 10)
print('up', flush=True)
rclpy.spin(node)
""")
    ros.node('listener').create_subscription(
        String,
        'topic',
        lambda message: None,
        10,
        event_callbacks=SubscriptionEventCallbacks(liveliness=changed.append),
    )
    assert ros.until(lambda: changed and changed[-1].alive_count == 1)
    process.terminate()
    process.wait(timeout=10)
    assert ros.until(lambda: changed[-1].alive_count == 0)


def test_default_handlers_are_those_for_other_qos_and_other_types(ros):
    node = ros.node('node')
    told = []
    publisher = node.create_publisher(
        String,
        'topic',
        10,
        event_callbacks=PublisherEventCallbacks(matched=told.append),
    )
    assert len(publisher.event_handlers) == 3
    quiet = SubscriptionEventCallbacks(use_default_callbacks=False)
    subscription = node.create_subscription(String, 'topic', print, 10, event_callbacks=quiet)
    assert subscription.event_handlers == []
    assert ros.until(lambda: told)


def test_an_event_of_other_types_may_be_asked_for_and_never_comes(ros):
    node = ros.node('node')
    told = []
    callbacks = SubscriptionEventCallbacks(incompatible_type=told.append)
    subscription = node.create_subscription(String, 'topic', print, 10, event_callbacks=callbacks)
    handler = subscription.event_handlers[-1]
    assert handler.never
    assert handler.take_data() is None
    assert node.destroy_subscription(subscription)
