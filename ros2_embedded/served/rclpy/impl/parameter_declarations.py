"""Declaring the parameters of a node, as methods of Node."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from rcl_interfaces.msg import ParameterDescriptor, ParameterValue
from rclpy.exceptions import (
    InvalidParameterTypeException,
    InvalidParameterValueException,
    ParameterAlreadyDeclaredException,
    ParameterImmutableException,
    ParameterNotDeclaredException,
)
from rclpy.impl.parameter_changes import ParameterChanges
from rclpy.parameter import PARAMETER_SEPARATOR_STRING, Parameter
from rclpy.validate_parameter_name import validate_parameter_name

_NAME_ONLY = (
    'declaring a parameter only providing its name is deprecated. You have to either:\n'
    '\t- Pass a name and a default value different to "PARAMETER NOT SET" (and optionally a '
    'descriptor).\n\t- Pass a name and a parameter type.\n'
    '\t- Pass a name and a descriptor with `dynamic_typing=True'
)


class ParameterDeclarations(ParameterChanges):
    """Declares parameters, and forgets them."""

    _parameter_overrides: dict[str, Parameter]

    def declare_parameter(
        self,
        name: str,
        value: Any = None,
        descriptor: ParameterDescriptor | None = None,
        ignore_override: bool = False,
    ) -> Parameter:
        """Declare a parameter.

        Args:
            name: name, with dots between its parts.
            value: default, or a Parameter.Type where there is none.
            descriptor: description, range, read_only, dynamic_typing.
            ignore_override: take the default even where a file or argument gives a value.

        Returns:
            The parameter with the value that it got.

        Raises:
            ParameterAlreadyDeclaredException: it was declared before.
            InvalidParameterException: the name is empty.
            InvalidParameterTypeException, InvalidParameterValueException: the value is refused.
            TypeError: the value has no type that a parameter can have.
        """
        if value is None and descriptor is None:
            entry: tuple = (name,)
        else:
            entry = (name, value, ParameterDescriptor() if descriptor is None else descriptor)
        return self.declare_parameters('', [entry], ignore_override)[0]

    def declare_parameters(
        self, namespace: str, parameters: Sequence[tuple], ignore_override: bool = False
    ) -> list[Parameter]:
        """Declare several parameters.

        Args:
            namespace: put in front of each name with a dot.
            parameters: tuples of name, default or type, and descriptor; the last two may miss.
            ignore_override: see `declare_parameter`.

        Raises:
            As `declare_parameter`.
        """
        found: list[Parameter] = []
        descriptors: dict[str, ParameterDescriptor] = {}
        for index, entry in enumerate(parameters):
            name, value, descriptor = self._read_declaration(
                namespace, index, entry, ignore_override
            )
            found.append(Parameter(name, value=value))
            descriptors[name] = descriptor
        known = [each.name for each in found if each.name in self._parameters]
        if known:
            raise ParameterAlreadyDeclaredException(known)
        for parameter in found:
            self._declare(parameter, descriptors)
        return [self._parameters[each.name] for each in found]

    def _read_declaration(
        self, namespace: str, index: int, entry: tuple, ignore_override: bool
    ) -> tuple[str, Any, ParameterDescriptor]:
        """Return name, value and descriptor of one tuple of `declare_parameters`."""
        if not 1 <= len(entry) <= 3:
            raise TypeError(
                f'Invalid parameter tuple length at index {index} in parameters list: {entry}; '
                'expecting length between 1 and 3'
            )
        name = entry[0]
        if not isinstance(name, str):
            raise TypeError(
                f'First element {name} at index {index} in parameters list is not a str.'
            )
        if namespace:
            name = f'{namespace}{PARAMETER_SEPARATOR_STRING}{name}'
        validate_parameter_name(name)
        value = entry[1] if len(entry) > 1 else None
        descriptor = entry[2] if len(entry) > 2 else ParameterDescriptor()
        if not isinstance(descriptor, ParameterDescriptor):
            raise TypeError(
                f'Third element {descriptor} at index {index} in parameters list is not a '
                'ParameterDescriptor.'
            )
        if len(entry) == 1:
            warnings.warn(f"when declaring parameter named '{name}', {_NAME_ONLY}", stacklevel=4)
            descriptor.dynamic_typing = True
        value = _settle_type(name, value, descriptor)
        if not ignore_override and name in self._parameter_overrides:
            value = self._parameter_overrides[name].value
        if isinstance(value, ParameterValue):
            raise ValueError(
                'Cannot declare a Parameter from a ParameterValue without it being included in '
                'self._parameter_overrides, and ignore_override=False'
            )
        return name, value, descriptor

    def _declare(self, parameter: Parameter, descriptors: dict[str, ParameterDescriptor]) -> None:
        result = self._set_parameters_atomically_common(
            [parameter], descriptors, allow_not_set_type=True
        )
        if result.successful:
            return
        if result.reason.startswith('Wrong parameter type'):
            expected = Parameter.Type(descriptors[parameter.name].type)
            raise InvalidParameterTypeException(parameter, expected.name)
        raise InvalidParameterValueException(parameter.name, parameter.value, result.reason)

    def undeclare_parameter(self, name: str) -> None:
        """Forget a parameter.

        Raises:
            ParameterNotDeclaredException: it was not declared.
            ParameterImmutableException: it is read-only.
        """
        if not self.has_parameter(name):
            raise ParameterNotDeclaredException(name)
        if self._descriptors[name].read_only:
            raise ParameterImmutableException(name)
        del self._parameters[name], self._descriptors[name]


def _settle_type(name: str, value: Any, descriptor: ParameterDescriptor) -> Any:
    """Write the type of a declaration into its descriptor; return its default."""
    if isinstance(value, Parameter.Type):
        if value is Parameter.Type.NOT_SET:
            raise ValueError(
                f'Cannot declare parameter {{{name}}} as statically typed of type NOT_SET'
            )
        if descriptor.dynamic_typing:
            raise ValueError(
                f'When declaring parameter {{{name}}} passing a descriptor with'
                '`dynamic_typing=True` is not allowed when the parameter type is provided'
            )
        descriptor.type = value.value
        return None
    if not descriptor.dynamic_typing:
        if isinstance(value, ParameterValue):
            descriptor.type = value.type
        else:
            descriptor.type = Parameter.Type.from_parameter_value(value).value
        if descriptor.type == Parameter.Type.NOT_SET.value:
            raise ValueError(
                'Cannot declare a statically typed parameter with default value of type '
                'PARAMETER_NOT_SET'
            )
    return value
