"""PushROSNamespace action."""

from __future__ import annotations

from typing import Any

from launch.action import Action
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution
from launch.substitutions.substitution_failure import SubstitutionFailure
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions

from ..utilities import make_namespace_absolute, prefix_namespace
from ..utilities.validate_names import validate_namespace


class PushROSNamespace(Action):
    """Put the nodes that follow into a namespace, up to the end of the group."""

    def __init__(self, namespace: SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.__namespace = normalize_to_list_of_substitutions(namespace)

    @property
    def namespace(self) -> list[Substitution]:
        """Namespace, within those pushed before unless it is absolute."""
        return self.__namespace

    def execute(self, context: LaunchContext) -> None:
        """Set the namespace.

        Raises:
            SubstitutionFailure: that is no namespace.
        """
        pushed = perform_substitutions(context, self.namespace)
        previous = context.launch_configurations.get('ros_namespace')
        namespace = make_namespace_absolute(prefix_namespace(previous, pushed))
        try:
            validate_namespace(namespace)
        except Exception as error:
            raise SubstitutionFailure(
                'The resulting namespace is invalid: '
                f"[previous_namespace='{previous}', pushed_namespace='{pushed}']"
            ) from error
        context.launch_configurations['ros_namespace'] = namespace


PushRosNamespace = PushROSNamespace
