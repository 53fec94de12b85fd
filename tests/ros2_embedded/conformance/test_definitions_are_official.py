"""The interface definitions that come with the package are those of ROS 2 Jazzy.

A type hash is made of the names, types and order of all fields of a type and of the types in it.
So a hash that equals the official one proves the definition, but for defaults and constants.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ros2_embedded.idl import library
from ros2_embedded.idl.packages import KINDS, definition_names
from ros2_embedded.idl.rosbags_store import stored_names
from ros2_embedded.idl.type_hash import type_hash

INTERFACES = Path(library.__file__).parent.parent / 'interfaces'
PUBLIC = json.loads(Path(__file__).with_name('public_hashes.json').read_text())['hashes']

#: Newer than the public sources of hashes: compared by hand with control_msgs 5.8.0 (Jazzy).
WITHOUT_HASH = {
    f'control_msgs/{name}'
    for name in (
        'action/ExecuteMotionPrimitiveSequence',
        'action/ParallelGripperCommand',
        'msg/BatteryStateArray',
        'msg/DynamicInterfaceGroupValues',
        'msg/DynamicInterfaceValues',
        'msg/Float64Values',
        'msg/JointTrajectoryControllerState',
        'msg/Keys',
        'msg/MotionArgument',
        'msg/MotionPrimitive',
        'msg/MotionPrimitiveSequence',
        'msg/SpeedScalingFactor',
        'msg/VDA5050SafetyState',
        'srv/SetOdometry',
    )
}

#: Messages, services and actions of the packages that are complete, as in the jazzy branches of
#: their repositories (vision_msgs: ros2).
COMPLETE = {
    'action_msgs': (3, 1, 0),
    'builtin_interfaces': (2, 0, 0),
    'composition_interfaces': (0, 3, 0),
    'control_msgs': (26, 3, 7),
    'diagnostic_msgs': (3, 2, 0),
    'example_interfaces': (29, 3, 1),
    'geometry_msgs': (32, 0, 0),
    'lifecycle_msgs': (4, 4, 0),
    'nav_msgs': (5, 4, 0),
    'rcl_interfaces': (13, 8, 0),
    'rosgraph_msgs': (1, 0, 0),
    'sensor_msgs': (27, 1, 0),
    'service_msgs': (1, 0, 0),
    'shape_msgs': (4, 0, 0),
    'statistics_msgs': (3, 0, 0),
    'std_msgs': (30, 0, 0),
    'std_srvs': (0, 3, 0),
    'stereo_msgs': (1, 0, 0),
    'trajectory_msgs': (4, 0, 0),
    'type_description_interfaces': (6, 1, 0),
    'vision_msgs': (16, 0, 0),
    'visualization_msgs': (12, 1, 0),
}


def own_names():
    """All interfaces that have a file in the package, and all of the rosbags store."""
    files = {
        f'{folder.name}/{kind}/{name}'
        for folder in INTERFACES.iterdir()
        for kind in KINDS
        for name in definition_names(folder.name, kind)
    }
    return files | set(stored_names())


def test_hashes_equal_those_in_public_builds_of_ros_2():
    assert len(PUBLIC) == 104
    assert {name: type_hash(name) for name in PUBLIC} == PUBLIC


def test_every_definition_has_an_official_hash_but_for_those_that_are_listed(capture):
    recorded = capture('hashes.json')['hashes']
    names = own_names()
    assert names - recorded.keys() - PUBLIC.keys() == WITHOUT_HASH
    both = {**PUBLIC, **recorded}
    wrong = [name for name in names - WITHOUT_HASH if type_hash(name) != both[name]]
    assert wrong == []


@pytest.mark.parametrize('package', COMPLETE)
def test_a_package_has_as_many_interfaces_as_the_official_one(package):
    assert tuple(len(library.names(package, kind)) for kind in KINDS) == COMPLETE[package]


def test_every_definition_can_be_read():
    for name in own_names():
        assert type_hash(name).startswith('RIHS01_')


def test_the_page_tells_how_many_hashes_are_proven():
    page = Path(__file__).parents[3] / 'docs' / 'reference' / 'ros2_conformance.md'
    text = ' '.join(page.read_text(encoding='utf-8').split())
    assert f'{len(own_names())} definitions' in text
    assert f'all but {len(WITHOUT_HASH)} of them equal official ones' in text
