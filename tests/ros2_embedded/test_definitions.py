"""Interface definitions and their type hashes."""

import pytest

from ros2_embedded.idl import library
from ros2_embedded.idl.parse import DefinitionError, parse_message
from ros2_embedded.idl.type_hash import type_hash


def test_every_type_hash_equals_the_official_one(capture):
    hashes = capture('hashes.json')['hashes']
    assert {name: type_hash(name) for name in hashes} == hashes


def test_a_field_carries_type_bound_default_and_comment_is_dropped():
    text = 'uint8 A=1 # one\nstring<=4[<=3] names  # few\nfloat64 w 1\nstring t "a # b"\n'
    read = parse_message('p/msg/M', text)
    assert [field.type.text() for field in read.fields] == [
        'sequence<string<4>, 3>',
        'double',
        'string',
    ]
    assert [field.default for field in read.fields] == [None, 1.0, 'a # b']
    assert read.constants[0].value == 1


@pytest.mark.parametrize(
    ('text', 'reason'),
    [
        ('int32 a\nfloat b', 'line 2: .float. is no basic type'),
        ('int32', 'neither a field'),
        ('int32 a\nint32 a', 'declared twice'),
        ('int32 Bad', 'no field name'),
        ('bool x maybe', 'is no bool'),
        ('int32[0] x', 'room for nothing'),
        ('int32 lower=3', 'no constant name'),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_reason(text, reason):
    with pytest.raises(DefinitionError, match=reason):
        parse_message('p/msg/M', text, 'M.msg')


def test_an_unknown_type_names_close_ones():
    with pytest.raises(library.UnknownInterfaceError, match='LaserScan'):
        library.message('sensor_msgs/msg/LaserScann')
    with pytest.raises(library.UnknownInterfaceError, match='sensor_msgs'):
        library.message('sensor_msg/msg/LaserScan')


def test_definitions_of_this_repository_are_found():
    assert 'HeightScan' in library.names('policy_stack', 'msg')
    assert 'RunEpisode' in library.names('policy_stack', 'action')


def test_a_users_folder_becomes_a_package(tmp_path, monkeypatch):
    from ros2_embedded.idl import packages

    folder = tmp_path / 'my_things'
    (folder / 'msg').mkdir(parents=True)
    (folder / 'msg' / 'Thing.msg').write_text('int32 MANY=3\nint32 number 7\nThing2[] more\n')
    (folder / 'msg' / 'Thing2.msg').write_text('string<=5 name\n')
    monkeypatch.setenv('ROS2_EMBEDDED_INTERFACES', str(tmp_path))
    packages.package_folders.cache_clear()
    try:
        from my_things.msg import Thing, Thing2

        thing = Thing(more=[Thing2(name='abc')])
        assert (thing.number, Thing.MANY) == (7, 3)
        support = Thing._TYPE_SUPPORT
        assert support.decode(b''.join(support.encode(thing))) == thing
    finally:
        packages.package_folders.cache_clear()
