"""Strings on the wire: short ones are remembered with their bytes, long ones are not."""

from __future__ import annotations

import pytest
from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import JointState


@pytest.mark.parametrize('length', [0, 1, 2, 3, 4, 63, 64, 65, 300])
@pytest.mark.parametrize('letter', ['a', 'ü', '关'])
def test_strings_of_all_lengths_arrive_whole(length, letter):
    sent = JointState(name=[letter * length, 'next', letter * length])
    sent.header.frame_id = letter * length
    for _ in range(2):
        assert deserialize_message(serialize_message(sent), JointState) == sent


@pytest.mark.parametrize('length', [3, 300])
def test_a_string_ends_at_its_first_nul(length):
    sent = JointState(name=['a' * length + '\0rest', 'next'])
    for _ in range(2):
        got = deserialize_message(serialize_message(sent), JointState)
        assert got.name == ['a' * length, 'next']
