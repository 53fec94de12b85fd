from __future__ import annotations

import re

import pytest
from rosbags.typesys import get_types_from_msg

from policy_nodes.evaluation.message_definitions import (
    difference,
    message_definition,
    own_definitions,
    type_store,
)
from policy_nodes.evaluation.recording_error import RecordingError


def test_every_message_of_the_package_has_a_definition_that_reads_back_as_itself():
    assert 'policy_stack/msg/SafetyState' in own_definitions()
    for name in own_definitions():
        parsed = get_types_from_msg(message_definition(name), name)
        for part, fields in parsed.items():
            assert type_store().fielddefs[part][1] == fields[1]


def test_our_own_definitions_keep_their_comments_and_follow_rosbag2s_layout():
    text = message_definition('policy_stack/msg/TrackedPersons')
    rule = '=' * 80
    parts = text.split(rule + '\n')
    assert parts[0].startswith('std_msgs/Header header\nTrackedPerson[] persons')
    headings = {part.split('\n')[0] for part in parts[1:]}
    assert 'MSG: policy_stack/TrackedPerson' in headings
    assert 'MSG: builtin_interfaces/Time' in headings
    assert '# not detected just now; position predicted' in text
    assert text.endswith('\n')


def test_an_unknown_message_is_refused_with_close_names():
    with pytest.raises(RecordingError, match=r'did you mean .*sensor_msgs/msg/LaserScan'):
        message_definition('sensor_msgs/msg/LaserScam')


@pytest.mark.parametrize(
    ('text', 'clause'),
    [
        ('std_msgs/Header header\ngeometry_msgs/Twist twist\nint32 more', "a field 'more'"),
        ('std_msgs/Header header', "without its field 'twist'"),
        ('std_msgs/Header header\nfloat64 twist', "'twist' of .* with another type"),
        ('geometry_msgs/Twist twist\nstd_msgs/Header header', 'in another order'),
        ('float64 [ } nonsense', 'cannot be read'),
    ],
)
def test_a_definition_that_differs_is_described_by_its_first_difference(text, clause):
    assert re.search(clause, difference('geometry_msgs/msg/TwistStamped', text))


def test_the_same_definition_has_no_difference():
    for name in ('geometry_msgs/msg/TwistStamped', 'policy_stack/msg/SafetyState'):
        assert difference(name, message_definition(name)) == ''
