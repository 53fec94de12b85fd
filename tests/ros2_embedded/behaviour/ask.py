"""Asks ros2_embedded what a real rclpy was asked, and prints the answers as JSON.

Run as ``python ask.py BEHAVIOUR_JSON AREA``: every snippet of the area is run in order in this
one process, as it was when the capture was made, and the answers are printed as one JSON list.
The snippets come from the recorded capture in the shared data, never from anywhere else.
"""

from __future__ import annotations

import ast
import contextlib
import io
import itertools
import json
import os
import sys
from pathlib import Path
from typing import Any

import ros2_embedded

ros2_embedded.install()

#: The names that the recorded snippets use without importing them.
NAMES = """
import array, inspect, itertools, math, os, re, sys, threading, time
import numpy as np
import rclpy
from rclpy.callback_groups import *
from rclpy.clock import *
from rclpy.duration import Duration
from rclpy.exceptions import *
from rclpy.executors import *
from rclpy.lifecycle import *
from rclpy.parameter import Parameter
from rclpy.qos import *
from rclpy.serialization import deserialize_message, serialize_message
from rclpy.task import Future, Task
from rclpy.time import Time
from builtin_interfaces.msg import Duration as DurMsg, Time as TimeMsg
from diagnostic_msgs.msg import *
from example_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from geometry_msgs.msg import *
from nav_msgs.msg import *
from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor
from rcl_interfaces.msg import ParameterType, ParameterValue, SetParametersResult
from rosidl_runtime_py.utilities import get_message
from sensor_msgs.msg import *
from std_msgs.msg import *
from std_srvs.srv import SetBool, Trigger
import tf2_ros
from tf2_ros import *
"""

#: Areas whose helper functions are needed, by the helper's name in the capture.
HELPERS = {
    'callback groups': ('overlap',),
    'clients and services': ('call_inside',),
    'lifecycle': ('lifecycle helpers',),
    'actions': ('action helpers',),
    'message_filters': ('message_filters helpers',),
    'tf2': ('tf helpers',),
}

#: Imports that only one area needs, and that would hide other names elsewhere.
AREA_NAMES = {
    'actions': 'from rclpy.action import ActionClient, ActionServer, CancelResponse, GoalResponse',
    'tf2': 'TM = TimeMsg',
}

QOS_FIELDS = (
    'history',
    'depth',
    'reliability',
    'durability',
    'lifespan',
    'deadline',
    'liveliness',
    'liveliness_lease_duration',
    'avoid_ros_namespace_conventions',
)


def shown(value: Any) -> str:
    """The text that the capture has for a value: repr, or field by field."""
    from rclpy.parameter import Parameter
    from rclpy.qos import QoSProfile

    if isinstance(value, Parameter):
        return f'Parameter{{name={value.name!r}, type_={value.type_!r}, value={value.value!r}}}'
    if isinstance(value, QoSProfile):
        fields = ', '.join(f'{each}={getattr(value, each)!r}' for each in QOS_FIELDS)
        return f'QoSProfile{{{fields}}}'
    if isinstance(value, list) and any(
        isinstance(each, (Parameter, QoSProfile)) for each in value
    ):
        return '[' + ', '.join(map(shown, value)) + ']'
    return repr(value)


def answer(snippet: str, names: dict[str, Any]) -> dict[str, str]:
    """What one snippet gives: the value of its last expression, or what it raised."""
    tree = ast.parse(snippet)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            exec(compile(tree, '<snippet>', 'exec'), names)
            if last is None:
                return {'value': '(no exception)'}
            return {
                'value': shown(
                    eval(compile(ast.Expression(last.value), '<snippet>', 'eval'), names)
                )
            }
    except BaseException as error:
        kind = type(error)
        return {'exception': f'{kind.__module__}.{kind.__qualname__}', 'message': str(error)}


def answers(capture: dict[str, Any], area: str) -> list[dict[str, str]]:
    """The answers to every snippet of an area, in the order of the capture."""
    import rclpy

    names: dict[str, Any] = {}
    exec(NAMES, names)
    exec(AREA_NAMES.get(area, ''), names)
    numbers = itertools.count()
    names['fresh'] = lambda **options: rclpy.create_node(f'en{next(numbers)}', **options)
    for helper in HELPERS.get(area, ()):
        exec(capture['helpers'][helper], names)
    if area != 'init/shutdown before init':
        rclpy.init(args=[])
        names['node'] = rclpy.create_node('n1')
    found = []
    for entry in (each for each in capture['entries'] if each['area'] == area):
        if entry['question'] == 'rclpy.ok() after shutdown':
            names['n'] = rclpy.create_node('shn')
            names['p'] = names['n'].create_publisher(names['String'], 'shp', 1)
            rclpy.shutdown()
        found.append(answer(entry['snippet'], dict(names)))
    return found


if __name__ == '__main__':
    result = answers(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2])
    sys.stdout.write('\n' + json.dumps(result) + '\n')
    sys.stdout.flush()
    os._exit(0)  # snippets leave threads behind that spin for ever, as they did when captured
