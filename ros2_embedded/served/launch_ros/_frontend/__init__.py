"""Names of launch_ros's actions and substitutions in markup."""

from __future__ import annotations

from launch.frontend import Entity, Parser, expose_action
from launch.frontend.actions import expose_with_attributes, parse_timer
from launch.frontend.conditions import parse_condition
from launch.frontend.expose import Parsed
from launch.frontend.substitutions import expose_with_arguments

from .. import actions, substitutions
from .components import parse_components, parse_container


def _parse_ros_timer(entity: Entity, parser: Parser) -> Parsed:
    return actions.ROSTimer, parse_timer(entity, parser)


def _parse_load(entity: Entity, parser: Parser) -> Parsed:
    return actions.LoadComposableNodes, {
        **parse_condition(entity, parser),
        'target_container': parser.parse_substitution(entity.get_attr('target')),
        'composable_node_descriptions': parse_components(entity, parser, optional=False),
    }


expose_action('load_composable_node')(_parse_load)
expose_action('node')(actions.Node)
expose_action('node_container')(parse_container)
expose_action('ros_timer')(_parse_ros_timer)
for _name in ('push_ros_namespace', 'push-ros-namespace'):
    expose_with_attributes(_name, actions.PushROSNamespace, {'namespace': 'namespace'})
expose_with_attributes('set_parameter', actions.SetParameter, {'name': 'name', 'value': 'value'})
expose_with_attributes(
    'set_parameters_from_file', actions.SetParametersFromFile, {'filename': 'filename'}
)
expose_with_attributes('set_remap', actions.SetRemap, {'from': 'src', 'to': 'dst'})
expose_with_attributes('set_ros_log_dir', actions.SetROSLogDir, {'new_log_dir': 'new_log_dir'})
expose_with_attributes('set_use_sim_time', actions.SetUseSimTime, {'value': 'value'})

expose_with_arguments('exec-in-pkg', substitutions.ExecutableInPackage, ('executable', 'package'))
expose_with_arguments('find-pkg-prefix', substitutions.FindPackagePrefix, ('package',))
expose_with_arguments('find-pkg-share', substitutions.FindPackageShare, ('package',))
expose_with_arguments('param', substitutions.Parameter, ('name',), ('default',))
