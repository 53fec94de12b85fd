"""Recordings of our own recorder need no map, and give the very commands that were recorded."""

from __future__ import annotations

from pathlib import Path

import pytest
from danger_bags import Messages

from policy_nodes.evaluation.message_arrays import stamp_ns
from policy_nodes.evaluation.message_definitions import message_definition
from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.evaluation.recording_writer import RecordingWriter
from policy_nodes.evaluation.replay.bag import open_bag
from policy_nodes.evaluation.replay.player import Player
from policy_nodes.evaluation.replay.topic_map import CLOCK, own_topics
from policy_nodes.evaluation.run_files import recording_name
from policy_nodes.safety.base_config import BaseSafetyConfig

NANO = 10**9


def with_clock(recording: Path, path: Path) -> Path:
    """Copy a recording and let a simulated clock tick with each odometry, as the graph's does."""
    store = Messages().store
    with RecordingWriter(path, chunk_bytes=16_384) as writer:
        for each in read_recording(recording).messages():
            if each.topic == '/odom':
                now = stamp_ns(each.decode())
                time = store.types['builtin_interfaces/msg/Time'](now // NANO, now % NANO)
                tick = bytes(store.serialize_cdr(store.types[CLOCK](clock=time), CLOCK))
                at = each.log_time_ns - 1
                writer.write('/clock', CLOCK, message_definition(CLOCK), tick, at, at)
            writer.write(
                each.topic,
                each.type_name,
                message_definition(each.type_name),
                each.payload,
                each.log_time_ns,
                each.publish_time_ns,
            )
    return path


def test_a_replay_sends_what_the_recorded_controller_sent(recorded_run, tmp_path):
    path = with_clock(recorded_run / recording_name(0), tmp_path / 'ticking.mcap')
    bag = open_bag(path)
    topics = own_topics(bag.topics)
    assert topics.people is not None
    assert topics.clock == '/clock'
    config = BaseSafetyConfig.from_mapping(node_parameters('safety_controller', 'turtlebot'))
    trace = Player(bag, topics, config).play()
    assert not trace.refused
    recorded = [each.decode() for each in read_recording(path).messages('/cmd_vel')]
    told = [(each.twist.linear.x, each.twist.angular.z) for each in recorded]
    assert len(told) > 30
    # one decision for each proposal from the first command on, all of them equal
    sent = [tuple(twist) for twist in trace.sent.twist[-len(told) :]]
    assert sent == [pytest.approx(twist) for twist in told]
