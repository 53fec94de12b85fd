"""Loggers: the console, levels, filters and /rosout."""

from __future__ import annotations

import re

import pytest
from rcl_interfaces.msg import Log, LoggerLevel
from rcl_interfaces.srv import GetLoggerLevels, SetLoggerLevels
from rclpy.clock import Clock, ClockType
from rclpy.logging import (
    LoggingSeverity,
    get_logger,
    get_logger_effective_level,
    set_logger_level,
)


def test_a_line_names_severity_time_and_logger(capfd):
    get_logger('arm.grip').warning('closed')
    assert re.fullmatch(
        r'\[WARN\] \[\d{10}\.\d{9}\] \[arm\.grip\]: closed\n', capfd.readouterr().err
    )


def test_a_logger_below_its_level_is_silent_and_children_inherit(capfd):
    logger = get_logger('quiet')
    logger.set_level(LoggingSeverity.ERROR)
    assert not logger.warning('unheard')
    assert not logger.get_child('part').info('unheard')
    assert logger.get_child('part').error('heard')
    assert get_logger_effective_level('quiet.part') == LoggingSeverity.ERROR
    set_logger_level('quiet', LoggingSeverity.UNSET)
    assert capfd.readouterr().err.count('heard') == 1


def test_filters_let_through_once_the_rest_or_seldom(capfd):
    logger = get_logger('filters')
    clock = Clock(clock_type=ClockType.STEADY_TIME)
    for number in range(3):
        logger.info(f'once {number}', once=True)
        logger.info(f'rest {number}', skip_first=True)
        logger.info(
            f'seldom {number}',
            throttle_duration_sec=100,
            throttle_time_source_type=clock,
        )
    said = re.findall(r': (.*)\n', capfd.readouterr().err)
    assert said == ['once 0', 'seldom 0', 'rest 1', 'rest 2']


def test_a_line_is_heard_on_rosout(ros, other):
    heard = []
    ros.node('listener').create_subscription(Log, '/rosout', heard.append, 10)
    talker = other.node('talker', namespace='/far')
    assert ros.until(lambda: ros.executor.get_nodes()[0].count_publishers('/rosout') == 2)
    talker.get_logger().error('the arm is stuck')
    assert ros.until(lambda: [each for each in heard if each.msg == 'the arm is stuck'])
    (line,) = [each for each in heard if each.msg == 'the arm is stuck']
    assert line.level == LoggingSeverity.ERROR
    assert line.name == 'far.talker'
    assert line.function == 'test_a_line_is_heard_on_rosout'
    assert line.file.endswith('test_logging.py')
    assert line.line > 0


def test_a_late_listener_hears_what_was_said_before(ros, other):
    from rclpy.qos import DurabilityPolicy, QoSProfile

    other.node('talker').get_logger().info('said early')
    heard = []
    ros.node('listener').create_subscription(
        Log,
        '/rosout',
        heard.append,
        QoSProfile(depth=10, durability=DurabilityPolicy.TRANSIENT_LOCAL),
    )
    assert ros.until(lambda: 'said early' in [each.msg for each in heard])


def test_levels_are_read_and_set_by_other_nodes(ros):
    ros.node('talker', enable_logger_service=True)
    caller = ros.node('caller')
    setter = caller.create_client(SetLoggerLevels, '/talker/set_logger_levels')
    answer = ros.call(
        setter,
        SetLoggerLevels.Request(levels=[LoggerLevel(name='talker', level=LoggingSeverity.DEBUG)]),
    )
    assert [each.successful for each in answer.results] == [True]
    getter = caller.create_client(GetLoggerLevels, '/talker/get_logger_levels')
    levels = ros.call(getter, GetLoggerLevels.Request(names=['talker'])).levels
    assert [(each.name, each.level) for each in levels] == [('talker', LoggingSeverity.DEBUG)]
    set_logger_level('talker', LoggingSeverity.UNSET)


@pytest.mark.parametrize('argument', ['debug', 'talker:=debug'])
def test_the_command_line_sets_levels(start, argument):
    process = start(
        """
import sys
import rclpy
rclpy.init(args=sys.argv)
node = rclpy.create_node('talker')
node.get_logger().debug('details')
print('up', flush=True)
""",
        '--ros-args',
        '--log-level',
        argument,
    )
    assert 'details' in process.communicate(timeout=10)[1]


def test_the_first_of_the_rest_comes_once(capfd):
    logger = get_logger('both')
    for number in range(4):
        logger.info(f'said {number}', once=True, skip_first=True)
    assert re.findall(r': (.*)\n', capfd.readouterr().err) == ['said 1']


def test_the_root_may_be_unset():
    before = get_logger_effective_level('')
    set_logger_level('', LoggingSeverity.UNSET)
    assert get_logger_effective_level('') == LoggingSeverity.UNSET
    set_logger_level('', before)
