"""ComposableNode description."""

from __future__ import annotations

from launch.condition import Condition
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution
from launch.utilities import normalize_to_list_of_substitutions

from ..parameters_type import Parameters, SomeParameters
from ..remap_rule_type import RemapRules, SomeRemapRules
from ..utilities import normalize_parameters, normalize_remap_rules


class ComposableNode:
    """Component to be loaded into a container that runs with ROS 2, here or on another machine."""

    def __init__(
        self,
        *,
        package: SomeSubstitutionsType,
        plugin: SomeSubstitutionsType,
        name: SomeSubstitutionsType | None = None,
        namespace: SomeSubstitutionsType | None = None,
        parameters: SomeParameters | None = None,
        remappings: SomeRemapRules | None = None,
        extra_arguments: SomeParameters | None = None,
        condition: Condition | None = None,
    ) -> None:
        """Create a description.

        Args:
            package: package that the component is in.
            plugin: name of the component, such as `composition::Talker`.
            name: name of the node; None: the component's own.
            namespace: namespace, within those pushed before unless it is absolute.
            parameters: parameter files and dictionaries.
            remappings: pairs of a name and what replaces it.
            extra_arguments: dictionaries for the container, such as
                `{'use_intra_process_comms': True}`.
            condition: the component is loaded only when it holds.

        Raises:
            TypeError: an argument is of another kind, or a value can be no parameter.
        """
        self.__package = normalize_to_list_of_substitutions(package)
        self.__plugin = normalize_to_list_of_substitutions(plugin)
        self.__name = _substitutions(name)
        self.__namespace = _substitutions(namespace)
        self.__parameters = None if parameters is None else normalize_parameters(parameters)
        self.__remappings = tuple(normalize_remap_rules(remappings)) if remappings else None
        self.__extra_arguments = normalize_parameters(extra_arguments) if extra_arguments else None
        self.__condition = condition

    @property
    def package(self) -> list[Substitution]:
        """Package that the component is in."""
        return self.__package

    @property
    def node_plugin(self) -> list[Substitution]:
        """Name of the component."""
        return self.__plugin

    @property
    def node_name(self) -> list[Substitution] | None:
        """Name of the node."""
        return self.__name

    @property
    def node_namespace(self) -> list[Substitution] | None:
        """Namespace of the node."""
        return self.__namespace

    @property
    def parameters(self) -> Parameters | None:
        """Parameters in the normal form."""
        return self.__parameters

    @property
    def remappings(self) -> RemapRules | None:
        """Remapping rules in the normal form."""
        return self.__remappings

    @property
    def extra_arguments(self) -> Parameters | None:
        """Arguments for the container in the normal form."""
        return self.__extra_arguments

    def condition(self) -> Condition | None:
        """Return the condition under which the component is loaded."""
        return self.__condition


def _substitutions(value: SomeSubstitutionsType | None) -> list[Substitution] | None:
    return None if value is None else normalize_to_list_of_substitutions(value)
