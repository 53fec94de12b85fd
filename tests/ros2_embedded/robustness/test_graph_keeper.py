"""What others announce does not pile up in a node that never asks who is there."""

from __future__ import annotations

import threading

from std_msgs.msg import String

from ros2_embedded.transport.graph_keeper import GraphKeeper


def waiting(reader):
    """The announcements that nobody has taken yet."""
    found = []
    while (sample := reader.take(lambda sample: bytes(sample.view))) is not None:
        found.append(sample)
    return found


def test_announcements_are_taken_without_a_question(ros, other):
    participant = ros.context.handle.participant
    taken = threading.Event()
    seen = []

    def update():
        seen.extend(waiting(participant.discovery_reader))
        taken.set()

    ros.context.handle._keeper.close()
    keeper = GraphKeeper(participant.discovery_reader, update, pause=0.0)
    other.node('talker').create_publisher(String, 'chatter', 10)
    assert taken.wait(10.0)
    assert seen
    taken.clear()
    other.node('second')
    assert taken.wait(10.0)
    keeper.close()
    keeper._thread.join(10.0)
    assert not keeper._thread.is_alive()


def test_a_context_has_one_until_it_leaves_the_graph(ros):
    ros.node('node')
    thread = ros.context.handle._keeper._thread
    assert thread.is_alive()
    ros.close()
    thread.join(10.0)
    assert not thread.is_alive()
