"""Substitutions in text are read as ROS 2 reads them."""

from __future__ import annotations

import pytest
from launch.frontend import expose_substitution
from launch.frontend.parse_substitution import parse_if_substitutions, parse_substitution
from launch.substitutions import TextSubstitution
from launch.utilities import perform_substitutions


def performed(context, text):
    return perform_substitutions(context, parse_substitution(text))


@pytest.mark.parametrize(
    ('text', 'expected'),
    [
        ('', ''),
        ("plain 'text' costs $5", "plain 'text' costs $5"),
        (r'\$(var a) \\', '$(var a) \\'),
        ('<$(var a)>-$(var b)', '<1>-2'),
        ("$(var missing 'with spaces')", 'with spaces'),
        ('$(var missing "it\'s $(var a)")', "it's 1"),
        (r'$(var missing what/\$\(is\))', 'what/$(is)'),
        (r'$(var missing "a $(var missing \"b\") c")', 'a "b" c'),
        ("$(var missing '')", ''),
        ('$(var  a )', '1'),
        ('$(env NO_SUCH_VARIABLE $(var $(anything) x))', 'x'),
        ('$(eval "$(var a) + $(var b)")', '3'),
        (r"$(eval '\'$(var a)\' == \'1\'')", 'True'),
        ('$(not $(equals $(var a) 1))', 'false'),
        ('$(and true $(or false true))', 'true'),
        ('$(any false true false)$(all true false)', 'truefalse'),
        ('$(if $(not-equals a b) yes no)', 'yes'),
        ('$(param speed 3)', '3'),
        ("$(command 'echo hello')", 'hello\n'),
    ],
)
def test_a_text_has_the_value_that_ros_2_gives_it(context, text, expected):
    expose_substitution('anything')(parse_anything)
    context.launch_configurations.update({'a': '1', 'b': '2'})
    assert performed(context, text) == expected


def parse_anything(data):
    return TextSubstitution, {'text': 'missing'}


@pytest.mark.parametrize(
    ('text', 'error', 'message'),
    [
        ('$(var a', ValueError, r'the \) of the substitution at character 1 is missing'),
        ("$(var 'a)", ValueError, "a ' is missing, at character 10"),
        ('$()', ValueError, 'the name of a substitution is missing, at character 1'),
        ('$(var f(x))', ValueError, r'\( needs a backslash before it, or quotes around it'),
        ("$(var it's)", ValueError, "' needs a backslash before it"),
        ('$(no-such a)', RuntimeError, 'Unknown substitution: no-such; known are: all, and, '),
        ('$(var a b c)', TypeError, r'var substitution expects 1 to 2 argument\(s\), got 3'),
        ('$(dirname a)', TypeError, r'dirname substitution expects 0 argument\(s\), got 1'),
        ('$(var ' * 40 + ')' * 40, ValueError, 'more than 32 substitutions'),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_with_the_place(text, error, message):
    with pytest.raises(error, match=message):
        parse_substitution(text)


def test_a_name_is_exposed_once_and_by_what_can_parse():
    expose_substitution('mine')(parse_anything)
    expose_substitution('mine')(parse_anything)
    with pytest.raises(RuntimeError, match='Two substitution parsing methods exposed'):
        expose_substitution('mine')(lambda data: (TextSubstitution, {'text': ''}))
    with pytest.raises(RuntimeError, match="a class method called 'parse'"):
        expose_substitution('other')(TextSubstitution)
    with pytest.raises(RuntimeError, match='neither a class nor callable'):
        expose_substitution('other')(3)


def test_values_keep_their_types_and_lists_must_be_of_one():
    assert parse_if_substitutions(1.5) == 1.5
    assert parse_if_substitutions('text') == 'text'
    first, second = parse_if_substitutions(['$(var a)', 'b'])
    assert first[0].describe() == "LaunchConfig('a')"
    assert second == 'b'
    with pytest.raises(ValueError, match='non-uniform list'):
        parse_if_substitutions([1, 'a'])
