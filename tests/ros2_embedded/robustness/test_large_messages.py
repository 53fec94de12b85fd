"""A message above the size limit is refused with a sentence; nothing else comes of it."""

from __future__ import annotations

import numpy as np
import pytest
from rclpy._rclpy_pybind11 import RCLError
from std_msgs.msg import String, UInt8MultiArray
from std_srvs.srv import Trigger

from ros2_embedded.transport.endpoint import MAX_SAMPLE
from ros2_embedded.transport.library import DdsError

#: The network settings of loopback, and a limit that a test can reach.
SMALL = """
<CycloneDDS><Domain>
<General><Interfaces><NetworkInterface address="127.0.0.1"/></Interfaces>
<AllowMulticast>false</AllowMulticast></General>
<Internal><MaxSampleSize>100 kB</MaxSampleSize></Internal>
</Domain></CycloneDDS>
"""


def test_a_sample_above_the_limit_is_refused_before_it_is_copied(stranger):
    writer = stranger.writer('rt/topic', UInt8MultiArray)
    # One byte, as often as wanted: so many do not fit into every machine.
    body = memoryview(np.broadcast_to(np.uint8(0), 2**31))
    with pytest.raises(DdsError) as refused:
        writer.write([b'\x00\x01\x00\x00', body])
    assert str(refused.value) == (
        'A message of 2147483652 bytes for rt/topic was not sent: no more than 2147483644 bytes '
        'can be. Send it in parts.'
    )
    assert MAX_SAMPLE % 4 == 0


def test_publishing_above_the_configured_limit_fails_with_a_sentence_and_the_node_lives_on(
    domain_id, monkeypatch, request
):
    monkeypatch.setenv('CYCLONEDDS_URI', SMALL)
    ros = request.getfixturevalue('ros')
    node = ros.node('node')
    heard = []
    node.create_subscription(String, 'topic', lambda message: heard.append(len(message.data)), 10)
    publisher = node.create_publisher(String, 'topic', 10)
    with pytest.raises(
        RCLError, match=r'Failed to publish: Sending 200012 bytes to rt/topic'
    ) as e:
        publisher.publish(String(data='x' * 200_000))
    assert 'MaxSampleSize' in str(e.value)
    publisher.publish(String(data='x' * 90_000))
    assert ros.until(lambda: heard == [90_000])


def test_a_reply_above_the_configured_limit_is_refused_like_a_message(
    domain_id, monkeypatch, request
):
    monkeypatch.setenv('CYCLONEDDS_URI', SMALL)
    ros = request.getfixturevalue('ros')
    node = ros.node('node')
    node.create_service(
        Trigger, 'talk', lambda request, reply: Trigger.Response(message='x' * 200_000)
    )
    client = node.create_client(Trigger, 'talk')
    assert client.wait_for_service(timeout_sec=10.0)
    client.call_async(Trigger.Request())
    with pytest.raises(RuntimeError, match=r'Sending 200032 bytes to rr/talkReply'):
        ros.until(lambda: False, timeout=10.0)
