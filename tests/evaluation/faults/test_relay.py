"""Messages on their way through a campaign, over DDS."""

from __future__ import annotations

import random
import time

import pytest
from std_msgs.msg import String

from policy_nodes.evaluation.faults.relay import Relay, faulty
from policy_nodes.evaluation.faults.tampers import (
    damage,
    delay,
    drop,
    edit,
    flood,
    freeze,
)

CHANCE = random.Random(1)


@pytest.fixture
def line(station):
    """A sender, a relay and a receiver on one topic."""
    relay = Relay(station.node, 'talk', String, 10)
    sender = station.node.create_publisher(String, 'talk', 10)
    got = station.keep(String, faulty('talk'))
    station.node.create_timer(0.01, relay.pump)
    station.until(lambda: sender.get_subscription_count() == 1)
    station.until(lambda: relay._out.get_subscription_count() == 1)

    def say(*texts):
        for text in texts:
            sender.publish(String(data=text))

    return relay, say, lambda: [message.data for _, message in got]


def test_without_a_fault_messages_pass_as_they_come(line, station):
    relay, say, got = line
    say('a', 'b')
    station.until(lambda: got() == ['a', 'b'])
    assert relay.bad_s is None
    assert time.monotonic() - relay.good_s < 5.0


def test_dropped_messages_do_not_arrive_and_those_after_them_do(line, station):
    relay, say, got = line
    say('a')
    station.until(lambda: got() == ['a'])
    before = relay.good_s
    relay.tamper(drop(relay, CHANCE))
    say('b')
    time.sleep(0.1)
    assert relay.good_s == before
    relay.restore()
    say('c')
    station.until(lambda: got() == ['a', 'c'])


def test_a_frozen_topic_repeats_its_last_message(line, station):
    relay, say, got = line
    say('a')
    station.until(lambda: got() == ['a'])
    relay.tamper(freeze(relay, CHANCE))
    say('b', 'c')
    station.until(lambda: got() == ['a', 'a', 'a'])
    assert relay.bad_s is not None


def test_a_flooded_topic_brings_each_message_ten_times(line, station):
    relay, say, got = line
    relay.tamper(flood(relay, CHANCE))
    say('a')
    station.until(lambda: got() == ['a'] * 10)


def test_delayed_messages_come_later_as_they_were(line, station):
    relay, say, got = line
    relay.tamper(delay(0.2)(relay, CHANCE))
    began = time.monotonic()
    say('a')
    station.until(lambda: got() == ['a'])
    assert time.monotonic() - began >= 0.2


def test_an_edited_message_is_a_copy(line, station):
    relay, say, got = line

    def shout(message, _chance):
        message.data = message.data.upper()

    say('a')
    station.until(lambda: got() == ['a'])
    relay.tamper(edit(shout)(relay, CHANCE))
    say('b')
    station.until(lambda: got() == ['a', 'B'])
    assert relay.last.data == 'a'


@pytest.mark.parametrize('seed', range(3))
def test_broken_bytes_do_no_harm_to_the_listener(line, station, seed):
    relay, say, got = line
    relay.tamper(damage(relay, random.Random(seed)))
    say('a' * 40)
    station.until(lambda: relay.bad_s is not None)
    relay.restore()
    say('sound')
    station.until(lambda: got() == ['sound'])


def test_a_stream_flows_after_a_second_without_a_gap(line, station):
    relay, say, _ = line
    say('a')
    station.until(lambda: relay.last is not None)
    assert not relay.flows(time.monotonic())
    since = time.monotonic()
    while time.monotonic() < since + 1.3:
        say('b')
        time.sleep(0.05)
    assert relay.flows(time.monotonic())
    assert not relay.flows(time.monotonic() + 1.0)
