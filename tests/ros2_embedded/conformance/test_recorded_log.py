"""What a node logs goes out on /rosout as the record of a real one has it."""

from __future__ import annotations

from pathlib import Path

from rcl_interfaces.msg import Log
from rclpy.qos import DurabilityPolicy, QoSProfile


def test_lines_of_a_logger_and_its_child_have_the_recorded_content(ros, other, wire):
    talker = ros.node('talker')
    heard = []
    other.node('listener').create_subscription(
        Log,
        '/rosout',
        heard.append,
        QoSProfile(depth=1000, durability=DurabilityPolicy.TRANSIENT_LOCAL),
    )
    for number in (3, 4):
        logger = talker.get_logger()
        logger.info(f'tick {number}')
        logger.warning('a warning')
        logger.error('an error with "quotes"')
        logger.get_child('kid').fatal('child fatal')
    assert other.until(lambda: len(heard) >= 8)
    real = [each['decoded'] for each in wire['topics']['rt/rosout']['samples']]
    assert [(each.level, each.name, each.msg) for each in heard] == [
        (each['level'], each['name'], each['msg']) for each in real
    ]
    # Where it was logged: here, other than in the record.
    assert {Path(each.file).name for each in heard} == {Path(__file__).name}
    assert {each.function for each in heard} == {
        'test_lines_of_a_logger_and_its_child_have_the_recorded_content'
    }
    assert len({each.line for each in heard}) == 4
