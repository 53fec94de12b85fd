"""A process that is killed leaves the graph when its lease has run out."""

from __future__ import annotations

import signal

from cyclonedds.builtin import BuiltinDataReader, BuiltinTopicDcpsParticipant
from cyclonedds.core import Policy
from cyclonedds.domain import DomainParticipant

VICTIM = """
import rclpy
from std_msgs.msg import String
from std_srvs.srv import Trigger

rclpy.init()
node = rclpy.create_node('victim')
node.create_publisher(String, 'chatter', 10)
node.create_service(Trigger, 'serve', lambda request, response: response)
print('up', flush=True)
rclpy.spin(node)
"""

LEASE = 10 * 10**9


def test_its_node_topics_and_services_are_gone_after_the_lease_of_ten_seconds(
    ros, start, domain_id
):
    from std_msgs.msg import String
    from std_srvs.srv import Trigger

    node = ros.node('looker')
    node.create_subscription(String, 'chatter', lambda message: None, 10)
    client = node.create_client(Trigger, 'serve')
    sniffer = DomainParticipant(domain_id)
    announced = BuiltinDataReader(sniffer, BuiltinTopicDcpsParticipant)
    victim = start(VICTIM)
    assert client.wait_for_service(timeout_sec=30.0)
    assert ros.until(lambda: 'victim' in node.get_node_names(), timeout=30.0)
    assert node.count_publishers('chatter') == 1
    leases = {each.qos[Policy.Liveliness.Automatic].lease_duration for each in announced.take(10)}
    assert leases == {LEASE}

    victim.send_signal(signal.SIGKILL)
    victim.wait()
    assert ros.until(lambda: 'victim' not in node.get_node_names(), timeout=60.0)
    assert ros.until(lambda: node.count_publishers('chatter') == 0)
    assert not client.service_is_ready()
    assert node.get_node_names() == ['looker']
