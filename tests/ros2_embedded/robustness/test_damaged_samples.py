"""What comes from the network may be anything: a node must neither fail nor be misled."""

from __future__ import annotations

import pytest
from geometry_msgs.msg import PoseArray
from hypothesis import given, settings
from hypothesis import strategies as st
from rclpy._rclpy_pybind11 import RMWError
from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import Image
from std_msgs.msg import String

GOOD = serialize_message(String(data='good'))

#: What Cyclone DDS lets through: it refuses other encapsulations, and samples without a body.
DAMAGED = {
    'half a length': GOOD[:6],
    'a string longer than the sample': GOOD[:4] + b'\xff\xff\xff\x7f' + GOOD[8:],
    'a string without its end': GOOD[:-2] + b'x' * 2,
    'text that is no UTF-8': GOOD.replace(b'good', b'\xff\xfe\xfd\xfc'),
}


def test_damaged_samples_are_dropped_and_the_node_lives_on(ros, stranger, capfd):
    heard = []
    ros.node('listener').create_subscription(String, 'topic', heard.append, 50)
    writer = stranger.writer('rt/topic', String)
    assert ros.until(writer.is_matched)
    for sample in DAMAGED.values():
        writer.write([sample])
    writer.write([GOOD])
    assert ros.until(lambda: heard and heard[-1].data == 'good')
    assert len([each for each in heard if each.data == 'good']) == 1
    assert "A damaged sample of '/topic' was dropped" in capfd.readouterr().err


@pytest.mark.parametrize('kind', [String, Image, PoseArray])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_bytes_give_a_message_or_a_refusal(kind, data):
    good = bytearray(serialize_message(kind()))
    cut = data.draw(st.integers(0, len(good)))
    noise = data.draw(st.binary(max_size=40))
    position = data.draw(st.integers(0, cut))
    sample = bytes(good[:position] + noise + good[position:cut])
    try:
        message = deserialize_message(sample, kind)
    except RMWError:
        return
    assert isinstance(message, kind)
