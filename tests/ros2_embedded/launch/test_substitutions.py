"""Substitutions give the text that ROS 2's give, and say what is wrong."""

from __future__ import annotations

import sys

import pytest
from launch.substitutions import (
    AllSubstitution,
    AndSubstitution,
    AnonName,
    AnySubstitution,
    Command,
    EnvironmentVariable,
    EqualsSubstitution,
    FileContent,
    FindExecutable,
    IfElseSubstitution,
    LaunchConfiguration,
    LaunchLogDir,
    LocalSubstitution,
    NotEqualsSubstitution,
    NotSubstitution,
    OrSubstitution,
    PathJoinSubstitution,
    SubstitutionFailure,
    TextSubstitution,
    ThisLaunchFile,
    ThisLaunchFileDir,
)


def test_text_stands_for_itself_and_nothing_else_is_text(context):
    assert TextSubstitution(text='a').perform(context) == 'a'
    with pytest.raises(TypeError, match='expected Text object'):
        TextSubstitution(text=1)


def test_a_launch_configuration_has_its_value_its_default_or_is_refused(context):
    context.launch_configurations['name'] = 'value'
    assert LaunchConfiguration('name', default='x').perform(context) == 'value'
    assert LaunchConfiguration(['na', 'me']).perform(context) == 'value'
    assert LaunchConfiguration('other', default=5).perform(context) == '5'
    default = [LaunchConfiguration('name'), '/', 2]
    assert LaunchConfiguration('other', default=default).perform(context) == 'value/2'
    with pytest.raises(SubstitutionFailure, match="launch configuration 'other' does not exist"):
        LaunchConfiguration('other').perform(context)


def test_an_environment_variable_has_its_value_its_default_or_is_refused(context, monkeypatch):
    monkeypatch.setenv('HERE', 'value')
    monkeypatch.delenv('NOT_HERE', raising=False)
    assert EnvironmentVariable('HERE').perform(context) == 'value'
    assert EnvironmentVariable('NOT_HERE', default_value='d').perform(context) == 'd'
    with pytest.raises(SubstitutionFailure, match="'NOT_HERE' does not exist"):
        EnvironmentVariable('NOT_HERE').perform(context)


@pytest.mark.parametrize(
    ('substitution', 'expected'),
    [
        (NotSubstitution('true'), 'false'),
        (NotSubstitution('0'), 'true'),
        (AndSubstitution('True', '1'), 'true'),
        (AndSubstitution('true', 'false'), 'false'),
        (OrSubstitution('false', 'yes'), 'true'),
        (OrSubstitution('off', 'no'), 'false'),
        (AnySubstitution('false', 'false', 'true'), 'true'),
        (AnySubstitution(), 'false'),
        (AllSubstitution('true', 'false'), 'false'),
        (AllSubstitution(), 'true'),
        (EqualsSubstitution('a', 'a'), 'true'),
        (EqualsSubstitution('1', 'true'), 'true'),
        (EqualsSubstitution('1.0', 1), 'true'),
        (EqualsSubstitution(None, ''), 'true'),
        (EqualsSubstitution(True, 'False'), 'false'),
        (EqualsSubstitution('1.0', 'one'), 'false'),
        (NotEqualsSubstitution('a', 'b'), 'true'),
        (IfElseSubstitution('true', 'a', 'b'), 'a'),
        (IfElseSubstitution('0', 'a', 'b'), 'b'),
        (IfElseSubstitution('0', 'a'), ''),
        (PathJoinSubstitution(['/a', 'b', TextSubstitution(text='c.yaml')]), '/a/b/c.yaml'),
        (PathJoinSubstitution(['/a', '/b']), '/b'),
    ],
)
def test_a_substitution_gives_the_expected_text(context, substitution, expected):
    assert substitution.perform(context) == expected


@pytest.mark.parametrize(
    'substitution',
    [
        NotSubstitution('maybe'),
        AndSubstitution('true', 'x'),
        OrSubstitution('true', 'x'),
        AnySubstitution('true', 'x'),
        IfElseSubstitution('x', 'a'),
    ],
)
def test_text_that_is_not_boolean_is_refused(context, substitution):
    with pytest.raises(SubstitutionFailure, match='Cannot convert'):
        substitution.perform(context)


def test_an_if_else_without_values_is_refused():
    with pytest.raises(RuntimeError, match='One of if_value and else_value'):
        IfElseSubstitution('true')


def test_an_executable_is_found_on_the_path_or_named_in_the_refusal(context):
    assert FindExecutable(name='sh').perform(context).endswith('/sh')
    with pytest.raises(SubstitutionFailure, match="'no_such_program' not found on the PATH"):
        FindExecutable(name='no_such_program').perform(context)


def python(code: str) -> list[str]:
    return [f"{sys.executable} -IS -c '{code}'"]


def test_a_command_gives_its_standard_output(context):
    assert Command(python('print(1 + 1)')).perform(context) == '2\n'


def test_a_command_that_fails_or_is_missing_is_refused(context):
    with pytest.raises(SubstitutionFailure, match='executed command failed'):
        Command(python('raise SystemExit(3)')).perform(context)
    with pytest.raises(SubstitutionFailure, match='file not found'):
        Command('no_such_program').perform(context)


def test_what_a_command_prints_to_standard_error_is_treated_as_asked(context, capsys):
    talk = python('import sys; print(1); print(2, file=sys.stderr)')
    with pytest.raises(SubstitutionFailure, match='showed stderr output'):
        Command(talk).perform(context)
    assert Command(talk, on_stderr='ignore').perform(context) == '1\n'
    assert Command(talk, on_stderr='warn').perform(context) == '1\n'
    assert 'showed stderr output' in capsys.readouterr().out
    assert sorted(Command(talk, on_stderr='capture').perform(context).split()) == ['1', '2']
    with pytest.raises(SubstitutionFailure, match="'fail', 'ignore', 'warn' or 'capture'"):
        Command(talk, on_stderr='laugh').perform(context)


def test_a_command_is_not_run_by_a_shell(context, tmp_path):
    text = Command(['echo ', f'hi > {tmp_path}/file; ls']).perform(context)
    assert text == f'hi > {tmp_path}/file; ls\n'
    assert not (tmp_path / 'file').exists()


def test_the_content_of_a_file_is_given_or_its_absence_told(context, tmp_path):
    (tmp_path / 'file').write_text('text')
    assert FileContent(str(tmp_path / 'file')).perform(context) == 'text'
    with pytest.raises(SubstitutionFailure, match='File not found: '):
        FileContent(str(tmp_path / 'other')).perform(context)


def test_an_anonymous_name_is_the_same_at_every_use(context):
    first = AnonName('node').perform(context)
    assert first == AnonName('node').perform(context)
    assert first != AnonName('other').perform(context)
    assert first.startswith('node_')
    assert first.replace('_', '').isalnum()


def test_the_launch_file_is_known_within_one_only(context):
    with pytest.raises(SubstitutionFailure, match='outside of a launch file'):
        ThisLaunchFile().perform(context)
    with pytest.raises(SubstitutionFailure, match='outside of a launch file'):
        ThisLaunchFileDir().perform(context)
    context.extend_locals(
        {'current_launch_file_path': '/a/b', 'current_launch_file_directory': '/a'}
    )
    assert ThisLaunchFile().perform(context) == '/a/b'
    assert ThisLaunchFileDir().perform(context) == '/a'


def test_the_log_folder_lies_where_ros_log_dir_says(context, log_folder):
    assert LaunchLogDir().perform(context).startswith(f'{log_folder}/')
    assert (log_folder / 'latest').is_symlink()


def test_locals_are_looked_up_by_attribute_and_subscript(context):
    context.extend_locals({'names': {'a': 'b'}, 'event': pytest.raises})
    assert LocalSubstitution("names['a']").perform(context) == 'b'
    assert LocalSubstitution('event.__name__', 'x').describe() == "LocalVar('x')"
    with pytest.raises(AttributeError, match='it contains: '):
        LocalSubstitution('unknown').perform(context)


@pytest.mark.parametrize(
    'expression', ['names.pop("a")', 'event.__class__', '1 + 1', 'names[', 'names[event]', '_x']
)
def test_a_local_expression_never_runs_code(context, expression):
    context.extend_locals({'names': {'a': 'b'}, 'event': 'text'})
    with pytest.raises(SubstitutionFailure, match='attributes and constant subscripts only'):
        LocalSubstitution(expression).perform(context)
    assert context.locals.names == {'a': 'b'}


@pytest.mark.parametrize(
    ('substitution', 'expected'),
    [
        (LaunchConfiguration(['a', TextSubstitution(text='b')]), "LaunchConfig('a' + 'b')"),
        (EnvironmentVariable('A'), "EnvVar('A')"),
        (PathJoinSubstitution(['a', 'b']), "PathJoin(''a' + 'b'')"),
        (FindExecutable(name='sh'), "FindExec('sh')"),
        (Command('ls -l'), "Command('ls -l')"),
        (LaunchLogDir(), 'LaunchLogDir()'),
    ],
)
def test_a_substitution_describes_itself(substitution, expected):
    assert substitution.describe() == expected
