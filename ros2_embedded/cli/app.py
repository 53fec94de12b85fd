"""The commands as a typer application, to be run alone or mounted in another one."""

from __future__ import annotations

import typer

from ros2_embedded.cli.accepted_options import HIDDEN_NODES, NO_DAEMON, USE_SIM_TIME, accepting
from ros2_embedded.cli.action_list import action_info, action_list, action_type
from ros2_embedded.cli.action_send_goal import action_send_goal
from ros2_embedded.cli.bag_group import fill_bag_group
from ros2_embedded.cli.component import (
    component_list,
    component_load,
    component_types,
    component_unload,
)
from ros2_embedded.cli.doctor import doctor
from ros2_embedded.cli.interface import (
    interface_list,
    interface_package,
    interface_packages,
    interface_proto,
    interface_show,
)
from ros2_embedded.cli.launch_command import launch
from ros2_embedded.cli.lifecycle import (
    lifecycle_get,
    lifecycle_list,
    lifecycle_nodes,
    lifecycle_set,
)
from ros2_embedded.cli.multicast import multicast_receive, multicast_send
from ros2_embedded.cli.node_info import node_info
from ros2_embedded.cli.node_list import node_list
from ros2_embedded.cli.package import pkg_executables, pkg_list, pkg_prefix, pkg_xml
from ros2_embedded.cli.param_delete import param_delete
from ros2_embedded.cli.param_describe import param_describe
from ros2_embedded.cli.param_dump import param_dump
from ros2_embedded.cli.param_get import param_get
from ros2_embedded.cli.param_list import param_list
from ros2_embedded.cli.param_load import param_load
from ros2_embedded.cli.param_set import param_set
from ros2_embedded.cli.run_command import run
from ros2_embedded.cli.service_call import service_call
from ros2_embedded.cli.service_echo import service_echo
from ros2_embedded.cli.service_find import service_find, service_info
from ros2_embedded.cli.service_list import service_list, service_type
from ros2_embedded.cli.topic_bw import topic_bw
from ros2_embedded.cli.topic_delay import topic_delay
from ros2_embedded.cli.topic_echo import topic_echo
from ros2_embedded.cli.topic_find import topic_find, topic_type
from ros2_embedded.cli.topic_hz import topic_hz
from ros2_embedded.cli.topic_info import topic_info
from ros2_embedded.cli.topic_list import topic_list
from ros2_embedded.cli.topic_pub import topic_pub


def _group(name: str, about: str) -> typer.Typer:
    return typer.Typer(
        name=name,
        help=about,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode='markdown',
        pretty_exceptions_enable=False,
    )


app = _group(
    'ros', 'Look at and run a ROS graph, as the ros2 command does, with or without ROS 2.'
)
COMMANDS = {
    ('topic', 'Look at topics, and publish.'): {
        'bw': topic_bw,
        'delay': topic_delay,
        'echo': topic_echo,
        'find': topic_find,
        'hz': topic_hz,
        'info': topic_info,
        'list': topic_list,
        'pub': topic_pub,
        'type': topic_type,
    },
    ('node', 'Look at nodes.'): {'info': node_info, 'list': node_list},
    ('param', 'Look at parameters, and set them.'): {
        'delete': param_delete,
        'describe': param_describe,
        'dump': param_dump,
        'get': param_get,
        'list': param_list,
        'load': param_load,
        'set': param_set,
    },
    ('service', 'Look at services, and call them.'): {
        'call': service_call,
        'echo': service_echo,
        'find': service_find,
        'info': service_info,
        'list': service_list,
        'type': service_type,
    },
    ('action', 'Look at actions, and send goals.'): {
        'info': action_info,
        'list': action_list,
        'send_goal': action_send_goal,
        'type': action_type,
    },
    ('interface', 'Look at types.'): {
        'list': interface_list,
        'package': interface_package,
        'packages': interface_packages,
        'proto': interface_proto,
        'show': interface_show,
    },
    ('lifecycle', 'Look at the states of lifecycle nodes, and change them.'): {
        'get': lifecycle_get,
        'list': lifecycle_list,
        'nodes': lifecycle_nodes,
        'set': lifecycle_set,
    },
    ('component', 'Look at the components in containers, load and unload them.'): {
        'list': component_list,
        'load': component_load,
        'types': component_types,
        'unload': component_unload,
    },
    ('multicast', 'Try whether packets for many get through.'): {
        'receive': multicast_receive,
        'send': multicast_send,
    },
    ('pkg', 'Look at packages.'): {
        'executables': pkg_executables,
        'list': pkg_list,
        'prefix': pkg_prefix,
        'xml': pkg_xml,
    },
}
for (group, about), verbs in COMMANDS.items():
    noun = _group(group, about)
    hidden = (HIDDEN_NODES,) if group in ('param', 'lifecycle') else ()
    for verb, function in verbs.items():
        noun.command(
            verb,
            cls=accepting(NO_DAEMON, USE_SIM_TIME, *hidden),
            # Unknown options are arguments: a value may be a negative number.
            context_settings={'ignore_unknown_options': function is param_set},
        )(function)
    app.add_typer(noun)
app.add_typer(fill_bag_group(_group('bag', 'Record, play and look into bags.')))
app.command()(doctor)
app.command()(launch)
# What stands behind the program's name is the program's.
app.command(context_settings={'allow_interspersed_args': False, 'ignore_unknown_options': True})(
    run
)
