"""What wrong names and arguments of nodes and programs are refused with."""

from __future__ import annotations

import pytest
import rclpy
from rclpy._rclpy_pybind11 import RCLError, RCLInvalidROSArgsError, UnknownROSArgsError
from rclpy.exceptions import NoTypeSupportImportedException
from rclpy.expand_topic_name import expand_topic_name
from rclpy.type_support import check_for_type_support


@pytest.mark.parametrize(
    ('names', 'fault'),
    [
        (('topic', 'no?de', '/ns'), 'node name'),
        (('topic', 'node', ''), 'namespace'),
        (('topic', 'node', 'ns'), 'namespace'),
        (('to?pic', 'node', '/ns'), 'topic name'),
        (('{nothing}/topic', 'node', '/ns'), 'unknown substitution'),
    ],
)
def test_a_name_that_cannot_be_expanded_is_a_value_error(names, fault):
    with pytest.raises(ValueError, match=fault):
        expand_topic_name(*names)


def test_arguments_of_a_node_are_refused_as_such(ros):
    with pytest.raises(RCLInvalidROSArgsError, match=r'Failed to parse ROS arguments: .*-r wrong'):
        ros.node('node', cli_args=['--ros-args', '-r', 'wrong'])
    with pytest.raises(UnknownROSArgsError, match='--sideways'):
        ros.node('node', cli_args=['--ros-args', '--sideways'])


def test_arguments_of_a_program_are_refused_by_init():
    with pytest.raises(RCLError, match=r'failed to initialize rcl: .*-r wrong'):
        rclpy.init(args=['program', '--ros-args', '-r', 'wrong'], context=rclpy.Context())


def test_an_argument_that_is_no_text_is_refused():
    with pytest.raises(UnicodeEncodeError):
        rclpy.init(args=['program', 'caf\udce9'], context=rclpy.Context())


def test_a_class_whose_type_support_cannot_be_loaded_says_so():
    class Meta(type):
        _TYPE_SUPPORT = None

        def __import_type_support__(cls):
            """Load nothing, as where the library is missing."""

    class Broken(metaclass=Meta):
        pass

    with pytest.raises(NoTypeSupportImportedException):
        check_for_type_support(Broken)
