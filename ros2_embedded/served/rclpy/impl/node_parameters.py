"""The parameters of a node, as methods of Node."""

from __future__ import annotations

from rcl_interfaces.msg import ListParametersResult, ParameterDescriptor, ParameterValue
from rcl_interfaces.msg import Parameter as ParameterMsg
from rclpy.exceptions import (
    InvalidParameterValueException,
    ParameterImmutableException,
    ParameterNotDeclaredException,
    ParameterUninitializedException,
)
from rclpy.impl.parameter_declarations import ParameterDeclarations
from rclpy.impl.parameter_rules import REL_TOL
from rclpy.parameter import PARAMETER_SEPARATOR_STRING, Parameter


class NodeParameters(ParameterDeclarations):
    """Keeps parameters, and tells what they are."""

    PARAM_REL_TOL = REL_TOL

    def _init_parameters(self, allow_undeclared: bool) -> None:
        self._parameters: dict[str, Parameter] = {}
        self._descriptors: dict[str, ParameterDescriptor] = {}
        self._parameter_overrides: dict[str, Parameter] = {}
        self._allow_undeclared_parameters = allow_undeclared
        self._init_callbacks()

    def has_parameter(self, name: str) -> bool:
        """Whether a parameter was declared."""
        return name in self._parameters

    def get_parameter_types(self, names: list[str]) -> list[int]:
        """Return the types of parameters as numbers of rcl_interfaces/msg/ParameterType."""
        _check_names(names)
        return [self.get_parameter_type(name) for name in names]

    def get_parameter_type(self, name: str) -> int:
        """Return the type of a parameter as a number of rcl_interfaces/msg/ParameterType.

        Raises:
            ParameterNotDeclaredException: it was not declared.
        """
        if self.has_parameter(name):
            return self._parameters[name].type_.value
        if self._allow_undeclared_parameters:
            return Parameter.Type.NOT_SET.value
        raise ParameterNotDeclaredException(name)

    def get_parameters(self, names: list[str]) -> list[Parameter]:
        """Return parameters; see `get_parameter`."""
        _check_names(names)
        return [self.get_parameter(name) for name in names]

    def get_parameter(self, name: str) -> Parameter:
        """Return a parameter.

        Raises:
            ParameterNotDeclaredException: it was not declared.
            ParameterUninitializedException: it was declared without a value and has none yet.
        """
        if self.has_parameter(name):
            parameter = self._parameters[name]
            is_set = parameter.type_ is not Parameter.Type.NOT_SET
            if is_set or self._descriptors[name].dynamic_typing:
                return parameter
            raise ParameterUninitializedException(name)
        if self._allow_undeclared_parameters:
            return Parameter(name, Parameter.Type.NOT_SET, None)
        raise ParameterNotDeclaredException(name)

    def get_parameter_or(self, name: str, alternative_value: Parameter | None = None) -> Parameter:
        """Return a parameter, or the alternative where it was not declared or has no value."""
        found = self._parameters.get(name)
        if found is not None and found.type_ is not Parameter.Type.NOT_SET:
            return found
        if alternative_value is None:
            return Parameter(name, Parameter.Type.NOT_SET)
        return alternative_value

    def get_parameters_by_prefix(self, prefix: str) -> dict[str, Parameter]:
        """Return the parameters below a prefix, by the rest of their names."""
        start = f'{prefix}{PARAMETER_SEPARATOR_STRING}' if prefix else ''
        return {
            name[len(start) :]: parameter
            for name, parameter in self._parameters.items()
            if name.startswith(start)
        }

    def describe_parameter(self, name: str) -> ParameterDescriptor:
        """Return the descriptor of a parameter.

        Raises:
            ParameterNotDeclaredException: it was not declared.
        """
        if name in self._descriptors:
            return self._descriptors[name]
        if self._allow_undeclared_parameters:
            return ParameterDescriptor()
        raise ParameterNotDeclaredException(name)

    def describe_parameters(self, names: list[str]) -> list[ParameterDescriptor]:
        """Return the descriptors of parameters; see `describe_parameter`."""
        return [self.describe_parameter(name) for name in names]

    def set_descriptor(
        self,
        name: str,
        descriptor: ParameterDescriptor,
        alternative_value: ParameterValue | None = None,
    ) -> ParameterValue:
        """Replace the descriptor of a parameter; return the value that the parameter then has.

        Args:
            name: name.
            descriptor: the new descriptor.
            alternative_value: value to take where the present one does not fit.

        Raises:
            ParameterNotDeclaredException: it was not declared.
            ParameterImmutableException: it is read-only.
            InvalidParameterValueException: neither value fits.
        """
        if not self.has_parameter(name):
            if not self._allow_undeclared_parameters:
                raise ParameterNotDeclaredException(name)
            return self.get_parameter(name).get_parameter_value()
        if self.describe_parameter(name).read_only:
            raise ParameterImmutableException(name)
        candidates = [self.get_parameter(name)]
        if alternative_value is not None:
            message = ParameterMsg(name=name, value=alternative_value)
            candidates.append(Parameter.from_parameter_msg(message))
        for candidate in candidates:
            result = self._apply_descriptor(candidate, descriptor, check_read_only=False)
            if result.successful:
                self._parameters[name] = candidate
                self._descriptors[name] = descriptor
                return candidate.get_parameter_value()
        raise InvalidParameterValueException(name, candidates[-1].value, result.reason)

    def list_parameters(self, prefixes: list[str], depth: int) -> ListParametersResult:
        """Return the names below prefixes, all where there is none, and their own prefixes.

        Args:
            prefixes: prefixes without the last dot.
            depth: most parts of a name after its prefix; 0 for any number.

        Raises:
            TypeError: prefixes or depth are of a wrong type.
            ValueError: the depth is negative.
        """
        if not isinstance(prefixes, list):
            raise TypeError(f'The prefixes must be a list, not {type(prefixes).__name__}')
        if not all(isinstance(each, str) for each in prefixes):
            raise TypeError('All prefixes must be instances of type str')
        if not isinstance(depth, int):
            raise TypeError('Depth must be instance of type int')
        if depth < 0:
            raise ValueError('Depth must be greater than or equal to zero')
        result = ListParametersResult()
        for name in self._parameters:
            if not _is_listed(name, prefixes, depth):
                continue
            result.names.append(name)
            prefix, separator, _ = name.rpartition(PARAMETER_SEPARATOR_STRING)
            if separator and prefix not in result.prefixes:
                result.prefixes.append(prefix)
        return result


def _check_names(names: list[str]) -> None:
    if not all(isinstance(name, str) for name in names):
        raise TypeError('All names must be instances of type str')


def _is_listed(name: str, prefixes: list[str], depth: int) -> bool:
    if not prefixes:
        return depth == 0 or name.count(PARAMETER_SEPARATOR_STRING) < depth
    for prefix in prefixes:
        start = f'{prefix}{PARAMETER_SEPARATOR_STRING}'
        if name == prefix:
            return True
        if name.startswith(start) and (
            depth == 0 or name[len(start) :].count(PARAMETER_SEPARATOR_STRING) < depth
        ):
            return True
    return False
