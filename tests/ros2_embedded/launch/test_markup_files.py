"""Launch files in XML and YAML do what the same file in Python does."""

from __future__ import annotations

import io
import os
import re

import pytest
from launch.actions import IncludeLaunchDescription
from launch.frontend import Parser
from launch.launch_description_sources import FrontendLaunchDescriptionSource
from launch.utilities import perform_substitutions

XML = """\
<launch>
  <arg name="who" default="world" description="whom to greet">
    <choice value="world"/>
    <choice value="robot"/>
  </arg>
  <let name="greeting" value="hello $(var who)"/>
  <group scoped="true">
    <let name="greeting" value="inner"/>
    <set_env name="MARKUP_TEST" value="set"/>
    <append_env name="MARKUP_TEST" value="more" separator=":" prepend="true"/>
    <log message="$(var greeting) $(env MARKUP_TEST)"/>
    <unset_env name="MARKUP_TEST"/>
  </group>
  <log message="$(var greeting)" if="$(equals $(var who) robot)"/>
  <log message="no robot" unless="$(equals $(var who) robot)"/>
  <include file="$(dirname)/inner.launch.yaml">
    <arg name="who" value="$(var who)"/>
  </include>
  <timer period="0.01"><log message="later"/></timer>
</launch>
"""
YAML = """\
launch:
- arg: {name: who}
- log: {message: 'from yaml, $(var who) $(filename)'}
- executable:
    cmd: printf '%s,' a "b c" $(var who)
    output: screen
    name: printer
    env:
    - {name: X, value: '1'}
- group:
    keep:
    - {name: kept, value: '2'}
    scoped: true
    forwarding: false
    children:
    - log: {message: '$(var kept) $(var who unset)'}
"""


@pytest.fixture(autouse=True)
def environment():
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def test_a_file_in_xml_that_includes_one_in_yaml_is_launched(run_launch, tmp_path):
    path = tmp_path / 'outer.launch.xml'
    path.write_text(XML)
    (tmp_path / 'inner.launch.yaml').write_text(YAML)
    launched = run_launch(
        IncludeLaunchDescription(str(path), launch_arguments={'who': 'robot'}.items())
    )
    assert launched.code == 0, launched.lines
    assert launched.messages == [
        'inner more:set',
        'hello robot',
        f'from yaml, robot {tmp_path}/inner.launch.yaml',
        '2 unset',
        'later',
    ]
    assert any(re.fullmatch(r'\[printer-\d+\] a,b c,robot,', each) for each in launched.lines)
    refused = run_launch(
        IncludeLaunchDescription(str(path), launch_arguments={'who': 'nobody'}.items())
    )
    assert 'provided value "nobody" is not valid' in refused.error


def described(text):
    root, parser = Parser.load(io.StringIO(text))
    return parser.parse_description(root).entities


NODES = {
    'xml': """\
<launch>
  <push_ros_namespace namespace="outer"/>
  <set_remap from="a" to="b"/>
  <set_parameter name="p" value="1"/>
  <node exec="{program}" name="n" namespace="inner" args="x 'y z'" ros_args="--log-level debug"
        respawn="false" on_exit="shutdown" sigterm_timeout="1.5">
    <remap from="c" to="d"/>
    <param name="speed" value="2.5"/>
    <param name="names" value="u;v" value-sep=";"/>
    <param name="text" value="7" type="str"/>
    <param name="deep"><param name="er" value="$(var who)"/></param>
  </node>
</launch>
""",
    'yaml': """\
launch:
- push_ros_namespace: {{namespace: outer}}
- set_remap: {{from: a, to: b}}
- set_parameter: {{name: p, value: '1'}}
- node:
    exec: {program}
    name: n
    namespace: inner
    args: x 'y z'
    ros_args: --log-level debug
    respawn: 'false'
    on_exit: shutdown
    sigterm_timeout: 1.5
    remap: [{{from: c, to: d}}]
    param:
    - {{name: speed, value: 2.5}}
    - {{name: names, value: [u, v]}}
    - {{name: text, value: '7', type: str}}
    - {{name: deep, param: [{{name: er, value: $(var who)}}]}}
""",
}


@pytest.mark.parametrize('kind', ['xml', 'yaml'])
def test_a_node_in_markup_gets_its_arguments(run_launch, tmp_path, kind):
    import yaml

    program = tmp_path / 'program'
    program.write_text('#!/bin/sh\n')
    program.chmod(0o755)
    entities = described(NODES[kind].format(program=program))
    launched = run_launch(*entities, who='3')
    assert launched.code == 0, launched.lines
    command = entities[-1].process_details['cmd']
    assert command[1:6] == ['x', 'y z', '--ros-args', '--log-level', 'debug']
    text = ' '.join(command)
    assert '__ns:=/outer/inner' in text
    assert '-r a:=b' in text
    assert '-r c:=d' in text
    assert '-p p:=1' in text
    files = [each for each in command if 'launch_params_' in each]
    values = {}
    for each in files:
        with open(each) as file:
            values.update(yaml.safe_load(file)['/outer/inner/n']['ros__parameters'])
    assert values == {'speed': 2.5, 'names': ['u', 'v'], 'text': '7', 'deep.er': 3}


def test_the_clock_of_launch_is_set_in_markup(run_launch, domain_id):
    from launch.actions import OpaqueFunction
    from launch_ros.ros_adapters import get_ros_node

    seen = []

    def look(context):
        seen.append(get_ros_node(context).get_parameter('use_sim_time').value)

    (action,) = described('<launch><set_use_sim_time value="$(var sim)"/></launch>')
    assert run_launch(action, OpaqueFunction(function=look), sim='true').code == 0
    assert seen == [True]


def test_components_in_markup_are_described(context):
    from launch_ros.actions.load_composable_nodes import get_composable_node_load_request

    text = """\
<launch>
  <load_composable_node target="/container">
    <composable_node pkg="demo" plugin="demo::Talker" name="talker" namespace="ns">
      <param name="a" value="1"/>
      <extra_arg name="use_intra_process_comms" value="true"/>
    </composable_node>
  </load_composable_node>
  <node_container pkg="rclcpp_components" exec="component_container" name="c" namespace="">
    <composable_node pkg="demo" plugin="demo::Listener" name="listener"/>
  </node_container>
</launch>
"""
    load, container = described(text)
    assert type(container).__name__ == 'ComposableNodeContainer'
    (component,) = load._LoadComposableNodes__composable_node_descriptions
    request = get_composable_node_load_request(component, context)
    assert (request.node_namespace, request.node_name) == ('/ns', 'talker')
    assert request.parameters[0].value.integer_value == 1
    assert request.extra_arguments[0].value.bool_value


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('<launch><nodes/></launch>', 'Unrecognized entity of the type: nodes; known are: append'),
        ('<launch><log messages="a"/></launch>', "Attribute 'message' of type .* not found"),
        ('<launch><log message="a" colour="b"/></launch>', r"`log`: \['colour'\]"),
        ('<launch><let name="a" value="b"><x/></let></launch>', r"nested tag.* `let`: \['x'\]"),
        ('<robot/>', "Expected 'launch' as root tag"),
        ('<launch><log message="a" if="1" unless="1"/></launch>', "can't be used simultaneously"),
        ('<launch><executable cmd="a" on_exit="go"/></launch>', 'expected to be shutdown'),
        ('<launch><executable cmd="a" respawn_delay="-1"/></launch>', 'non-negative value'),
        ('<launch><executable cmd="a" respawn_delay="x"/></launch>', 'can not be converted'),
        ('launch:\n- log: {message: 1}\n', 'expected to be of type'),
        ('launch:\n- log: {message: a, colour: b}\n', r"`log`: \['colour'\]"),
        ('launch:\n- [log]\n', 'dictionary with only one key'),
        ('launch: {log: a}\n', 'to have children entities'),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(text, message):
    with pytest.raises((AttributeError, RuntimeError, TypeError, ValueError), match=message):
        described(text)


def test_what_no_parser_reads_is_refused_by_each_of_them(tmp_path):
    path = tmp_path / 'a.launch.xml'
    path.write_text('<!DOCTYPE x [<!ENTITY a "b">]><launch/>')
    source = FrontendLaunchDescriptionSource(str(path))
    from launch import InvalidLaunchFileError, LaunchContext

    with pytest.raises(InvalidLaunchFileError, match='must not have a document type'):
        source.get_launch_description(LaunchContext())


def test_sources_of_one_format_and_the_formats_are_known(tmp_path):
    from launch import LaunchContext
    from launch_xml.launch_description_sources import XMLLaunchDescriptionSource
    from launch_yaml.launch_description_sources import YAMLLaunchDescriptionSource

    for name, text, source in (
        ('a.xml', '<launch deprecated="old"/>', XMLLaunchDescriptionSource),
        ('a.yaml', 'launch: {deprecated: old, children: []}', YAMLLaunchDescriptionSource),
    ):
        path = tmp_path / name
        path.write_text(text)
        assert Parser.is_filename_valid(str(path))
        description = source(str(path)).get_launch_description(LaunchContext())
        assert description.deprecated_reason == 'old'
    assert Parser.get_available_extensions() == ['xml', 'yaml']
    assert not Parser.is_filename_valid('a.txt')


def test_a_command_line_is_split_as_a_shell_does(context):
    from launch.frontend.process import parse_cmdline

    context.launch_configurations['a'] = 'b c'
    words = parse_cmdline("$(var a)/x 'y z' pre$(var a) $(var a)$(var a) w ", Parser())
    assert [perform_substitutions(context, word) for word in words] == [
        'b c/x',
        'y z',
        'preb c',
        'b cb c',
        'w',
    ]
