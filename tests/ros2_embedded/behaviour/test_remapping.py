"""Remap rules, parameter overrides and parameter files, held against a real rclpy's answers."""

from __future__ import annotations

import json
import math
import re
import shlex

import pytest

from ros2_embedded.transport.participant import close_all

AREA = 'remapping and parameter files'

#: Questions that we answer otherwise on purpose, as docs/reference/ros2_embedded.md says.
DEVIATIONS = {
    'listmap.yaml': 'a list of maps is refused, where the real parser makes one list of them',
}


def plain(value):
    """A parameter's value as the capture has it: lists, and words for what JSON has no number."""
    if hasattr(value, 'tolist'):
        return value.tolist()
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


@pytest.fixture
def look(domain_id, tmp_path):
    """Says what nodes alpha in / and beta in /inner become under command line arguments."""
    import rclpy
    from rclpy.context import Context
    from std_msgs.msg import String
    from std_srvs.srv import Trigger

    def one(context, name, namespace):
        node = rclpy.create_node(
            name,
            namespace=namespace,
            context=context,
            allow_undeclared_parameters=True,
            automatically_declare_parameters_from_overrides=True,
        )
        found = {'fqn': node.get_fully_qualified_name(), 'logger': node.get_logger().name}
        for topic in ('a', '/abs', '~/priv', 'deep/t'):
            found[f'pub {topic}'] = node.create_publisher(String, topic, 1).topic_name
        service = node.create_service(Trigger, 's', lambda request, response: response)
        found['services'] = [service.service_name]
        found['use_sim_time'] = node.get_parameter('use_sim_time').value
        values = {key: each.value for key, each in node.get_parameters_by_prefix('').items()}
        own = ('use_sim_time', 'start_type_description_service')
        found['params'] = {key: plain(each) for key, each in values.items() if key not in own}
        return found

    def both(arguments):
        context = Context()
        rclpy.init(args=['program', *arguments], context=context)
        try:
            return {
                'alpha': one(context, 'alpha', None),
                'beta in /inner': one(context, 'beta', '/inner'),
            }
        finally:
            context.try_shutdown()

    yield both
    close_all()


def write_files(entries, folder):
    """Writes the parameter files that the questions name; their texts are in the questions."""
    for entry in entries:
        named = re.match(r'params file (\S+): (".*")$', entry['question'], re.DOTALL)
        if named:
            (folder / named[1]).write_text(json.loads(named[2]))


def differences(found, bare):
    """What of each node differs from the node without arguments."""
    return {
        name: {key: value for key, value in node.items() if value != bare[name][key]}
        for name, node in found.items()
    }


def without_services(node):
    """What is known of a node; services were read off a graph that was not complete each time."""
    return {key: value for key, value in node.items() if key != 'services'}


def test_every_recorded_command_line_has_the_effect_it_had_on_a_real_rclpy(
    look, capture, tmp_path
):
    entries = [each for each in capture('behaviour.json')['entries'] if each['area'] == AREA]
    write_files(entries, tmp_path)
    bare = look([])
    assert bare == entries[0]['result']
    wrong = {}
    for entry in entries[1:]:
        command = entry['snippet'].split('   #')[0].replace('..TMP', str(tmp_path))
        arguments = shlex.split(command)[2:]
        expected = entry['result']
        try:
            ours = differences(look(arguments), bare)
        except Exception as error:  # every kind of refusal is compared with the recorded one
            kind = f'{type(error).__module__}.{type(error).__qualname__}'
            ours = f'{kind.removeprefix("builtins.")}: {error}'.split('. Error:')[0]
        if 'exit_code' in expected:
            real = expected['stderr_last_line'].replace('..TMP', str(tmp_path))
            real = real.split('. Error:')[0]
            same = ours == real or (isinstance(ours, str) and real.startswith(', at'))
        else:
            changed = expected['differs_from_no_arguments']
            same = isinstance(ours, dict) and all(
                without_services(node) == without_services(changed.get(name, {}))
                and changed.get(name, {}).get('services') in (None, node.get('services'))
                for name, node in ours.items()
            )
        named = next((each for each in DEVIATIONS if each in entry['question']), None)
        if same == (named is not None):
            wrong[entry['question']] = (ours, expected)
    assert not wrong
