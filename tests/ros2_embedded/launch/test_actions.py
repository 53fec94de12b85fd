"""Actions do what ROS 2's do to configurations, environment, events and arguments."""

from __future__ import annotations

import asyncio
import os

import pytest
from launch import LaunchDescription, LaunchIntrospector
from launch.actions import (
    AppendEnvironmentVariable,
    DeclareLaunchArgument,
    EmitEvent,
    GroupAction,
    IncludeLaunchDescription,
    LogInfo,
    OpaqueCoroutine,
    OpaqueFunction,
    RegisterEventHandler,
    ResetLaunchConfigurations,
    SetEnvironmentVariable,
    SetLaunchConfiguration,
    Shutdown,
    TimerAction,
    UnregisterEventHandler,
    UnsetEnvironmentVariable,
    UnsetLaunchConfiguration,
)
from launch.conditions import IfCondition
from launch.event import Event
from launch.event_handler import EventHandler
from launch.event_handlers import OnExecutionComplete, OnShutdown, event_named
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import (
    EnvironmentVariable,
    LaunchConfiguration,
    LocalSubstitution,
)


def log(name: str) -> LogInfo:
    return LogInfo(msg=LaunchConfiguration(name, default='unset'))


def log_env(name: str) -> LogInfo:
    return LogInfo(msg=EnvironmentVariable(name, default_value='unset'))


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Bring the environment back after each test."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def test_configurations_and_environment_set_in_a_group_end_with_it(run_launch):
    launched = run_launch(
        SetLaunchConfiguration('a', 'outer'),
        GroupAction(
            [
                SetLaunchConfiguration('a', 'inner'),
                SetEnvironmentVariable('GROUP_ENV', 'inner'),
                log('a'),
                log_env('GROUP_ENV'),
            ]
        ),
        log('a'),
        log_env('GROUP_ENV'),
    )
    assert launched.messages == ['inner', 'inner', 'outer', 'unset']


def test_an_unscoped_group_leaks_and_a_group_without_forwarding_starts_clean(run_launch):
    launched = run_launch(
        SetLaunchConfiguration('a', 'outer'),
        SetLaunchConfiguration('b', 'kept'),
        GroupAction(
            [log('a'), log('b')],
            forwarding=False,
            launch_configurations={'b': LaunchConfiguration('b')},
        ),
        GroupAction([SetLaunchConfiguration('a', 'leaked')], scoped=False),
        log('a'),
    )
    assert launched.messages == ['unset', 'kept', 'leaked']


def test_a_condition_holds_for_the_whole_group(run_launch):
    group = GroupAction(
        [SetLaunchConfiguration('a', '1')], scoped=False, condition=IfCondition('false')
    )
    assert run_launch(group, log('a')).messages == ['unset']


def test_configurations_are_unset_and_reset(run_launch):
    launched = run_launch(
        SetLaunchConfiguration('a', '1'),
        SetLaunchConfiguration('b', '2'),
        UnsetLaunchConfiguration('a'),
        UnsetLaunchConfiguration('never set'),
        log('a'),
        ResetLaunchConfigurations({'c': LaunchConfiguration('b')}),
        log('b'),
        log('c'),
    )
    assert launched.messages == ['unset', 'unset', '2']


def test_environment_variables_are_set_appended_to_and_unset(run_launch):
    launched = run_launch(
        SetEnvironmentVariable('ENV_A', '1'),
        AppendEnvironmentVariable('ENV_A', '2'),
        AppendEnvironmentVariable('ENV_A', '0', prepend=True, separator=','),
        AppendEnvironmentVariable('ENV_B', 'first'),
        log_env('ENV_A'),
        log_env('ENV_B'),
        UnsetEnvironmentVariable('ENV_A'),
        log_env('ENV_A'),
    )
    assert launched.messages == ['0,1:2', 'first', 'unset']


def test_an_opaque_function_gets_the_context_and_yields_entities(run_launch):
    def function(context, text, *, mark):
        return [LogInfo(msg=text + mark + LaunchConfiguration('a').perform(context))]

    launched = run_launch(
        SetLaunchConfiguration('a', '1'),
        OpaqueFunction(function=function, args=['x'], kwargs={'mark': '!'}),
    )
    assert launched.messages == ['x!1']


def test_an_opaque_coroutine_runs_in_the_loop_and_shutting_down_cancels_it(run_launch):
    seen = []

    async def coroutine(context):
        seen.append(context.asyncio_loop is asyncio.get_running_loop())
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append('cancelled')
            raise

    timer = TimerAction(period=0.05, actions=[Shutdown(reason='enough')])
    assert run_launch(OpaqueCoroutine(coroutine=coroutine), timer).code == 0
    assert seen == [True, 'cancelled']


def test_arguments_of_the_wrong_kind_are_refused():
    with pytest.raises(TypeError, match="expected a callable for 'function'"):
        OpaqueFunction(function='text')
    with pytest.raises(TypeError, match='expected a coroutine function'):
        OpaqueCoroutine(coroutine=print)
    with pytest.raises(TypeError, match="'OpaqueFunction' expected 'args' to be one of"):
        OpaqueFunction(function=print, args=1)
    with pytest.raises(RuntimeError, match='expected an event instance'):
        EmitEvent(event='text')
    with pytest.raises(TypeError, match="'TimerAction' expected 'period'"):
        TimerAction(period=None, actions=[])


def test_a_default_or_a_value_that_is_no_choice_is_refused(run_launch):
    with pytest.raises(RuntimeError, match='default_value "z" is not in provided choices'):
        DeclareLaunchArgument('a', default_value='z', choices=['x', 'y'])
    with pytest.raises(RuntimeError, match='Provided choices arg is empty'):
        DeclareLaunchArgument('a', choices=[])
    launched = run_launch(DeclareLaunchArgument('a', choices=['x', 'y']), a='z')
    assert launched.code == 1
    assert launched.error == (
        'Argument "a" provided value "z" is not valid. Valid options are: [\'x\', \'y\']'
    )


@pytest.mark.parametrize(
    ('description', 'choices', 'expected'),
    [
        (None, None, 'no description given'),
        (None, ['x'], "One of: ['x']"),
        ('What', ['x'], "What. Valid choices are: ['x']"),
        ('What.', ['x'], "What. Valid choices are: ['x']"),
    ],
)
def test_an_argument_is_described_with_its_choices(description, choices, expected):
    argument = DeclareLaunchArgument('a', description=description, choices=choices)
    assert argument.description == expected


class Custom(Event):
    name = 'tests.Custom'


def test_a_handler_sees_the_event_among_the_locals_and_may_be_unregistered(run_launch):
    handler = EventHandler(
        matcher=event_named('tests.Custom'), entities=LogInfo(msg=LocalSubstitution('event.name'))
    )
    launched = run_launch(
        RegisterEventHandler(handler),
        EmitEvent(event=Custom()),
        TimerAction(
            period=0.01, actions=[UnregisterEventHandler(handler), EmitEvent(event=Custom())]
        ),
    )
    assert launched.messages == ['tests.Custom']


def test_a_handler_that_handles_once_is_gone_after_one_event(run_launch):
    handler = EventHandler(
        matcher=lambda event: isinstance(event, Custom),
        entities=[LogInfo(msg='once')],
        handle_once=True,
    )
    launched = run_launch(
        RegisterEventHandler(handler), EmitEvent(event=Custom()), EmitEvent(event=Custom())
    )
    assert launched.messages == ['once']


def test_the_completion_of_an_action_is_an_event(run_launch):
    timer = TimerAction(period=0.01, actions=[LogInfo(msg='fired')])
    launched = run_launch(
        RegisterEventHandler(
            OnExecutionComplete(target_action=timer, on_completion=[LogInfo(msg='complete')])
        ),
        timer,
    )
    assert sorted(launched.messages) == ['complete', 'fired']


def test_a_timer_is_cancelled_by_shutting_down_and_by_cancel(run_launch):
    never = TimerAction(period=60.0, actions=[LogInfo(msg='never')])
    cancelled = TimerAction(period=60.0, actions=[LogInfo(msg='never')])
    cancelled.cancel()
    launched = run_launch(
        never,
        cancelled,
        TimerAction(period=0.01, actions=[Shutdown(reason='enough')]),
        RegisterEventHandler(
            OnShutdown(on_shutdown=[LogInfo(msg=LocalSubstitution('event.reason'))])
        ),
    )
    assert launched.code == 0
    assert launched.messages == ['enough']


def test_a_period_that_is_no_number_is_reported(run_launch):
    timer = TimerAction(period=LaunchConfiguration('period'), actions=[])
    launched = run_launch(timer, period='soon')
    assert launched.code == 1
    assert "could not convert string to float: 'soon'" in launched.error


def test_an_included_file_knows_where_it_is_and_takes_arguments(run_launch, tmp_path):
    path = tmp_path / 'inner.launch.py'
    path.write_text(
        'from launch import LaunchDescription\n'
        'from launch.actions import *\n'
        'from launch.substitutions import *\n'
        'def generate_launch_description():\n'
        '    return LaunchDescription([\n'
        "        DeclareLaunchArgument('a'),\n"
        '        LogInfo(msg=ThisLaunchFile()),\n'
        '        LogInfo(msg=ThisLaunchFileDir()),\n'
        "        LogInfo(msg=LaunchConfiguration('a')),\n"
        '    ])\n'
    )
    for source in (PythonLaunchDescriptionSource(str(path)), [str(tmp_path), '/inner.launch.py']):
        launched = run_launch(
            SetLaunchConfiguration('b', 'value'),
            IncludeLaunchDescription(
                source, launch_arguments={'a': LaunchConfiguration('b')}.items()
            ),
        )
        assert launched.messages == [str(path), str(tmp_path), 'value']
    assert 'missing required argument' in run_launch(IncludeLaunchDescription(str(path))).error


def test_arguments_are_found_in_groups_and_includes_and_conditions_are_marked():
    inner = LaunchDescription([DeclareLaunchArgument('deep')])
    description = LaunchDescription(
        [
            DeclareLaunchArgument('top'),
            DeclareLaunchArgument('top', default_value='second'),
            GroupAction([DeclareLaunchArgument('grouped')]),
            GroupAction([DeclareLaunchArgument('maybe')], condition=IfCondition('true')),
            IncludeLaunchDescription(launch_description_source=Given(inner)),
            ResetLaunchConfigurations(),
            DeclareLaunchArgument('hidden'),
        ]
    )
    found = description.get_launch_arguments()
    assert {each.name: each._conditionally_included for each in found} == {
        'top': False,
        'grouped': False,
        'maybe': True,
        'deep': False,
    }
    assert found[0].default_value is None


class Given(PythonLaunchDescriptionSource):
    """Source that is there before launching."""

    def __init__(self, description):
        super().__init__('nowhere')
        self.description = description

    def try_get_launch_description_without_context(self):
        return self.description


def test_a_description_is_drawn_as_a_tree():
    handler = OnShutdown(on_shutdown=[])
    description = LaunchDescription(
        [LogInfo(msg=['a', LaunchConfiguration('b')]), RegisterEventHandler(handler)]
    )
    lines = LaunchIntrospector().format_launch_description(description).splitlines()
    assert lines[1] == "├── LogInfo('a' + LaunchConfig('b'))"
    assert lines[2].startswith('└── RegisterEventHandler(')
    assert lines[3].startswith("    └── OnShutdown(matcher='event issubclass of")


def test_an_exception_ends_the_launch_with_code_1_and_still_shuts_down(run_launch):
    def fail(context):
        raise KeyError('what went wrong')

    launched = run_launch(
        RegisterEventHandler(OnShutdown(on_shutdown=[LogInfo(msg='shutting down')])),
        OpaqueFunction(function=fail),
        LogInfo(msg='never'),
    )
    assert launched.code == 1
    assert launched.error.startswith("'what went wrong'")
    assert launched.messages == ['shutting down']


def test_a_deprecated_description_warns(run_launch):
    launched = run_launch(LaunchDescription([], deprecated_reason='use the other'))
    assert '[WARNING] [launch]: deprecated launch description: use the other' in launched.lines


def test_locals_are_read_only_and_name_what_there_is(context):
    context.extend_globals({'a': 1})
    context.extend_locals({'b': 2})
    assert (context.locals.a, context.locals.b) == (1, 2)
    with pytest.raises(AttributeError, match=r"attribute 'c', it contains: \[a, b\]"):
        _ = context.locals.c
    with pytest.raises(AttributeError, match="can't set attribute 'a'"):
        context.locals.a = 3
