"""LoadComposableNodes action."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from launch import logging
from launch.action import Action
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import (
    SomeSubstitutionsType,
    SomeSubstitutionsType_types_tuple,
)
from launch.substitution import Substitution
from launch.utilities import (
    ensure_argument_type,
    normalize_to_list_of_substitutions,
    perform_substitutions,
)

from ..descriptions import ComposableNode
from ..parameter_descriptions import ParameterFile
from ..parameters_type import Parameters
from ..ros_adapters import get_ros_node
from ..utilities import (
    add_node_name,
    evaluate_parameters,
    get_node_name_count,
    make_namespace_absolute,
    normalize_parameter_dict,
    prefix_namespace,
    to_parameters_list,
)
from ..utilities.call_service import call_service
from .composable_node_container import ComposableNodeContainer

if TYPE_CHECKING:
    from composition_interfaces.srv import LoadNode
    from rcl_interfaces.msg import Parameter


class LoadComposableNodes(Action):
    """Load components one after the other into a container that runs, here or elsewhere.

    It waits for the container. A component that cannot be loaded is logged, and the next follows.
    """

    def __init__(
        self,
        *,
        composable_node_descriptions: Sequence[ComposableNode],
        target_container: SomeSubstitutionsType | ComposableNodeContainer,
        **kwargs: Any,
    ) -> None:
        """Create an action.

        Args:
            composable_node_descriptions: what to load.
            target_container: the action that runs the container, or the container's full name.
            kwargs: see `Action`.

        Raises:
            TypeError: the container is given by something else.
        """
        kinds = (*SomeSubstitutionsType_types_tuple, ComposableNodeContainer)
        ensure_argument_type(target_container, kinds, 'target_container', 'LoadComposableNodes')
        super().__init__(**kwargs)
        self.__composable_node_descriptions = composable_node_descriptions
        self.__target = target_container
        self.__logger = logging.get_logger(__name__)

    def execute(self, context: LaunchContext) -> None:
        """Ask the container for all components; launch goes on meanwhile."""
        from composition_interfaces.srv import LoadNode

        # Now, as the launch configurations of a group are gone later.
        requests = [
            request
            for each in self.__composable_node_descriptions
            if (request := get_composable_node_load_request(each, context)) is not None
        ]
        if not requests:
            return
        target = self.__target
        if isinstance(target, ComposableNodeContainer):
            container = target.node_name
        else:
            container = perform_substitutions(context, normalize_to_list_of_substitutions(target))
        node = get_ros_node(context)
        client = node.create_client(LoadNode, f'{container}/_container/load_node')
        context.add_completion_future(
            context.asyncio_loop.run_in_executor(
                None, self.__load, client, requests, container, context
            )
        )

    def __load(
        self,
        client: Any,
        requests: list[LoadNode.Request],
        container: str,
        context: LaunchContext,
    ) -> None:
        for request in requests:
            answer = call_service(client, request, context)
            if answer is None:
                return
            name = answer.full_node_name or request.node_name
            if not answer.success:
                self.__logger.error(
                    f"Failed to load node '{name}' of type '{request.plugin_name}' in container "
                    f"'{container}': {answer.error_message}"
                )
                continue
            add_node_name(context, name)
            count = get_node_name_count(context, name)
            if count > 1:
                logging.get_logger(container).warning(
                    f'there are now at least {count} nodes with the name {name} created within '
                    'this launch context'
                )
            self.__logger.info(f"Loaded node '{name}' in container '{container}'")


def get_composable_node_load_request(
    composable_node_description: ComposableNode, context: LaunchContext
) -> LoadNode.Request | None:
    """Return what to ask a container for, None where the component's condition does not hold.

    Raises:
        RuntimeError: a parameter file cannot be used, or a value can be no parameter.
    """
    from composition_interfaces.srv import LoadNode

    description = composable_node_description
    condition = description.condition()
    if condition is not None and not condition.evaluate(context):
        return None

    def text(substitutions: Sequence[Substitution] | None) -> str:
        return '' if substitutions is None else perform_substitutions(context, substitutions)

    configurations = context.launch_configurations
    within = None if description.node_namespace is None else text(description.node_namespace)
    namespace = make_namespace_absolute(
        prefix_namespace(configurations.get('ros_namespace'), within)
    )
    request = LoadNode.Request(
        package_name=text(description.package),
        plugin_name=text(description.node_plugin),
        node_name=text(description.node_name),
        node_namespace=namespace or '',
    )
    rules = list(configurations.get('ros_remaps', []))
    rules += [(text(source), text(target)) for source, target in description.remappings or ()]
    request.remap_rules = [f'{source}:={target}' for source, target in rules]

    def messages(parameters: Parameters) -> list[Parameter]:
        evaluated = evaluate_parameters(context, parameters)
        found = to_parameters_list(context, request.node_name, namespace, evaluated)
        return [each.to_parameter_msg() for each in found]

    request.parameters = messages([*_global_parameters(context), *(description.parameters or ())])
    request.extra_arguments = messages(description.extra_arguments or ())
    return request


def _global_parameters(context: LaunchContext) -> Parameters:
    found: list[Any] = []
    for item in context.launch_configurations.get('global_params', []):
        if isinstance(item, tuple):
            name, value = item
            found.append(normalize_parameter_dict({name: value}))
            continue
        path = Path(item).absolute()
        if not path.is_file():
            raise RuntimeError(f'SetParametersFromFile: there is no parameter file {path}')
        found.append(ParameterFile(path))
    return found
