"""Node action."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from launch import logging
from launch.actions import ExecuteProcess
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitutions import LocalSubstitution, TextSubstitution
from launch.utilities import (
    ensure_argument_type,
    normalize_to_list_of_substitutions,
    perform_substitutions,
)

from ..parameter_descriptions import Parameter
from ..parameters_type import EvaluatedParameterValue, SomeParameters
from ..remap_rule_type import SomeRemapRules
from ..substitutions import ExecutableInPackage
from ..temporary_files import temporary_parameter_file
from ..utilities import (
    add_node_name,
    evaluate_parameters,
    get_node_name_count,
    make_namespace_absolute,
    normalize_parameters,
    normalize_remap_rules,
    prefix_namespace,
)
from ..utilities.validate_names import validate_namespace, validate_node_name

if TYPE_CHECKING:
    from launch.frontend import Entity, Parser


class Node(ExecuteProcess):
    """Run a ROS node as a process.

    Attributes:
        UNSPECIFIED_NODE_NAME: stands for a name that the node itself gives.
        UNSPECIFIED_NODE_NAMESPACE: stands for a namespace that the node itself gives.
    """

    UNSPECIFIED_NODE_NAME = '<node_name_unspecified>'
    UNSPECIFIED_NODE_NAMESPACE = '<node_namespace_unspecified>'

    def __init__(
        self,
        *,
        executable: SomeSubstitutionsType,
        package: SomeSubstitutionsType | None = None,
        name: SomeSubstitutionsType | None = None,
        namespace: SomeSubstitutionsType | None = None,
        exec_name: SomeSubstitutionsType | None = None,
        parameters: SomeParameters | None = None,
        remappings: SomeRemapRules | None = None,
        ros_arguments: Iterable[SomeSubstitutionsType] | None = None,
        arguments: Iterable[SomeSubstitutionsType] | None = None,
        **kwargs: Any,
    ) -> None:
        """Create an action.

        A parameter file or dictionary that comes later wins over one that came before, save that
        values for the very name of a node win over those for any node; dictionaries are for
        the very name once both name and namespace of the node are known.

        Args:
            executable: executable of the package, or a path where no package is given.
            package: package that the executable is found in.
            name: name of the node; None: the node's own.
            namespace: namespace, within those pushed before unless it is absolute.
            exec_name: name of the process; None: that of the executable.
            parameters: parameter files, dictionaries, and single parameters.
            remappings: pairs of a name and what replaces it.
            ros_arguments: arguments for ROS, such as `--log-level debug`.
            arguments: arguments for the program.
            kwargs: see `ExecuteProcess`.

        Raises:
            TypeError: an argument is of another kind, or a value can be no parameter.
        """
        cmd: list[SomeSubstitutionsType] = [
            executable
            if package is None
            else ExecutableInPackage(package=package, executable=executable),
            *(arguments or ()),
            *(() if ros_arguments is None else ('--ros-args', *ros_arguments)),
            '--ros-args',
        ]
        if name is not None:
            local = LocalSubstitution("ros_specific_arguments['name']", description='node name')
            cmd += ['-r', local]
        if parameters is not None:
            ensure_argument_type(parameters, list, 'parameters', 'Node')
        super().__init__(cmd=cmd, name=exec_name, **kwargs)
        self.__package = package
        self.__executable = executable
        self.__name = name
        self.__namespace = namespace
        self.__parameters = normalize_parameters(parameters or [])
        self.__remappings = list(normalize_remap_rules(remappings or ()))
        self.__expanded_name = self.UNSPECIFIED_NODE_NAME
        self.__expanded_namespace = self.UNSPECIFIED_NODE_NAMESPACE
        self.__expanded_remappings: list[tuple[str, str]] | None = None
        self.__final_name: str | None = None
        self.__logger = logging.get_logger(__name__)

    @classmethod
    def parse(
        cls, entity: Entity, parser: Parser, ignore: Collection[str] | None = None
    ) -> tuple[type[Node], dict[str, Any]]:
        """Return this class and the arguments that an element of a launch file stands for."""
        from .._frontend.node import parse_node

        return cls, parse_node(entity, parser, ignore or ())

    @property
    def node_package(self) -> SomeSubstitutionsType | None:
        """Package that the executable is found in."""
        return self.__package

    @property
    def node_executable(self) -> SomeSubstitutionsType:
        """Executable of the package, or a path."""
        return self.__executable

    @property
    def node_name(self) -> str:
        """Full name of the node, with placeholders for what only the node itself knows.

        Raises:
            RuntimeError: the action is not executed yet.
        """
        if self.__final_name is None:
            raise RuntimeError("cannot access 'node_name' before executing action")
        return self.__final_name

    @property
    def expanded_node_namespace(self) -> str:
        """Namespace of the node, or a placeholder where only the node itself knows it."""
        return self.__expanded_namespace

    @property
    def expanded_remapping_rules(self) -> list[tuple[str, str]] | None:
        """Remapping rules with all substitutions performed; None if there are none."""
        return self.__expanded_remappings

    def is_node_name_fully_specified(self) -> bool:
        """Tell whether both name and namespace of the node are known."""
        unknown = (self.UNSPECIFIED_NODE_NAME, self.UNSPECIFIED_NODE_NAMESPACE)
        return not any(part in self.node_name for part in unknown)

    def execute(self, context: LaunchContext) -> None:
        """Start the node.

        Raises:
            PackageNotFoundError: there is no such package.
            SubstitutionFailure: the package has no such executable, or another failure.
            rclpy.exceptions.InvalidNodeNameException: the name is invalid.
            rclpy.exceptions.InvalidNamespaceException: the namespace is invalid.
        """
        self._perform_substitutions(context)
        names = {'ns': f'__ns:={self.__expanded_namespace}'}
        if self.__name is not None:
            names['name'] = f'__node:={self.__expanded_name}'
        context.extend_locals({'ros_specific_arguments': names})
        super().execute(context)
        if self.is_node_name_fully_specified():
            add_node_name(context, self.node_name)
            count = get_node_name_count(context, self.node_name)
            if count > 1:
                logging.get_logger(self.name).warning(
                    f'there are now at least {count} nodes with the name {self.node_name} '
                    'created within this launch context'
                )

    def _perform_substitutions(self, context: LaunchContext) -> None:
        if self.__final_name is not None:
            return
        try:
            self.__expand_names(context)
        except Exception:
            self.__logger.error(
                'Error while expanding or validating node name or namespace for '
                f"'package={self.__package}, executable={self.__executable}, "
                f"name={self.__name}, namespace={self.__namespace}':"
            )
            raise
        self.__final_name = prefix_namespace(self.__expanded_namespace, self.__expanded_name)
        self.__add_global_parameters(context)
        self.__add_parameters(context)
        self.__add_remappings(context)

    def __add_arguments(self, *arguments: SomeSubstitutionsType) -> None:
        self.cmd.extend(normalize_to_list_of_substitutions(argument) for argument in arguments)

    def __expand_names(self, context: LaunchContext) -> None:
        if self.__name is not None:
            self.__expanded_name = perform_substitutions(
                context, normalize_to_list_of_substitutions(self.__name)
            )
            validate_node_name(self.__expanded_name)
        namespace = None
        if self.__namespace is not None:
            namespace = perform_substitutions(
                context, normalize_to_list_of_substitutions(self.__namespace)
            )
        base = context.launch_configurations.get('ros_namespace')
        namespace = make_namespace_absolute(prefix_namespace(base, namespace))
        if namespace is not None:
            self.__expanded_namespace = namespace
            self.__add_arguments('-r', LocalSubstitution("ros_specific_arguments['ns']"))
            validate_namespace(namespace)

    def __add_global_parameters(self, context: LaunchContext) -> None:
        for item in context.launch_configurations.get('global_params', []):
            if isinstance(item, tuple):
                name, value = item
                self.__add_arguments('-p', f'{name}:={_argument(value)}')
                continue
            path = os.path.abspath(item)
            if not os.path.isfile(path):
                raise RuntimeError(f'SetParametersFromFile: there is no parameter file {path}')
            self.__add_arguments('--params-file', path)

    def __add_parameters(self, context: LaunchContext) -> None:
        for item in evaluate_parameters(context, self.__parameters):
            if isinstance(item, Parameter):
                name, value = item.evaluate(context)
                self.__add_arguments('-p', f'{name}:={yaml.safe_dump(value)}')
                continue
            path = item if isinstance(item, Path) else self.__write_parameters(item)
            if path.is_file():
                # Not as text that could be a substitution of its own.
                self.__add_arguments('--params-file', TextSubstitution(text=str(path)))
            else:
                self.__logger.warning(f'Parameter file path is not a file: {path}')

    def __write_parameters(self, values: dict[str, EvaluatedParameterValue]) -> Path:
        whose = self.node_name if self.is_node_name_fully_specified() else '/**'
        plain = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
        }
        content = {whose: {'ros__parameters': plain}}
        return temporary_parameter_file(yaml.safe_dump(content, default_flow_style=False))

    def __add_remappings(self, context: LaunchContext) -> None:
        rules = list(context.launch_configurations.get('ros_remaps', []))
        rules += [
            (perform_substitutions(context, source), perform_substitutions(context, target))
            for source, target in self.__remappings
        ]
        self.__expanded_remappings = rules or None
        for source, target in rules:
            self.__add_arguments('-r', f'{source}:={target}')


def _argument(value: EvaluatedParameterValue) -> str:
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return yaml.safe_dump(list(value), default_flow_style=True).strip()
    return str(value)
