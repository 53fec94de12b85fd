"""Conditions hold when ROS 2's do."""

from __future__ import annotations

import pytest
from launch.conditions import (
    IfCondition,
    InvalidConditionExpressionError,
    LaunchConfigurationEquals,
    LaunchConfigurationNotEquals,
    UnlessCondition,
)
from launch.substitutions import EqualsSubstitution, LaunchConfiguration


@pytest.mark.parametrize(
    ('text', 'expected'), [('true', True), (' TRUE ', True), ('1', True), ('False', False)]
)
def test_if_and_unless_read_true_and_false_in_any_case(context, text, expected):
    assert IfCondition(text).evaluate(context) is expected
    assert UnlessCondition(text).evaluate(context) is not expected


@pytest.mark.parametrize('text', ['', 'yes', '2', 'truefalse'])
def test_anything_else_is_refused_with_the_texts_that_are_allowed(context, text):
    with pytest.raises(InvalidConditionExpressionError, match=r'one of \[true, 1, false, 0\]'):
        IfCondition(text).evaluate(context)


def test_a_condition_may_be_made_of_substitutions(context):
    context.launch_configurations['simulator'] = 'gazebo'
    condition = IfCondition(EqualsSubstitution(LaunchConfiguration('simulator'), 'gazebo'))
    assert condition.evaluate(context)


def test_launch_configuration_equals_compares_and_is_deprecated(context):
    context.launch_configurations['a'] = '1'
    with pytest.warns(UserWarning, match='deprecated'):
        equal = LaunchConfigurationEquals('a', '1')
    assert equal.evaluate(context)


@pytest.mark.filterwarnings('ignore:.*deprecated')
def test_launch_configuration_equals_none_means_not_set(context):
    context.launch_configurations['a'] = '1'
    assert not LaunchConfigurationEquals('a', None).evaluate(context)
    assert LaunchConfigurationEquals('b', None).evaluate(context)
    assert LaunchConfigurationNotEquals('a', '2').evaluate(context)
