"""The parameters of a node, as methods of Node."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from rcl_interfaces.msg import (
    ListParametersResult,
    ParameterDescriptor,
    ParameterEvent,
    ParameterValue,
    SetParametersResult,
)
from rcl_interfaces.msg import Parameter as ParameterMsg
from rclpy.exceptions import (
    InvalidParameterTypeException,
    InvalidParameterValueException,
    ParameterAlreadyDeclaredException,
    ParameterImmutableException,
    ParameterNotDeclaredException,
    ParameterUninitializedException,
)
from rclpy.impl.parameter_rules import REL_TOL, check_descriptor
from rclpy.parameter import PARAMETER_SEPARATOR_STRING, Parameter
from rclpy.validate_parameter_name import validate_parameter_name

_NAME_ONLY = (
    'declaring a parameter only providing its name is deprecated. You have to either:\n'
    '\t- Pass a name and a default value different to "PARAMETER NOT SET" (and optionally a '
    'descriptor).\n\t- Pass a name and a parameter type.\n'
    '\t- Pass a name and a descriptor with `dynamic_typing=True'
)

PreSetCallback = Callable[[list[Parameter]], list[Parameter]]
OnSetCallback = Callable[[list[Parameter]], SetParametersResult]
PostSetCallback = Callable[[list[Parameter]], None]


class NodeParameters:
    """Declares, gets and sets parameters."""

    PARAM_REL_TOL = REL_TOL

    def _init_parameters(self, allow_undeclared: bool) -> None:
        self._parameters: dict[str, Parameter] = {}
        self._descriptors: dict[str, ParameterDescriptor] = {}
        self._parameter_overrides: dict[str, Parameter] = {}
        self._allow_undeclared_parameters = allow_undeclared
        self._pre_set_parameters_callbacks: list[PreSetCallback] = []
        self._on_set_parameters_callbacks: list[OnSetCallback] = []
        self._post_set_parameters_callbacks: list[PostSetCallback] = []

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

    def set_parameters(self, parameter_list: list[Parameter]) -> list[SetParametersResult]:
        """Set parameters one by one; return for each whether it was accepted, and why not.

        Raises:
            ParameterNotDeclaredException: one was not declared; those before it are set.
        """
        return [self._set_parameters_atomically([each]) for each in parameter_list]

    def set_parameters_atomically(self, parameter_list: list[Parameter]) -> SetParametersResult:
        """Set all parameters or none; return whether they were accepted, and why not.

        Raises:
            ParameterNotDeclaredException: one was not declared.
        """
        return self._set_parameters_atomically(parameter_list)

    def _set_parameters_atomically(self, parameter_list: list[Parameter]) -> SetParametersResult:
        if self._pre_set_parameters_callbacks:
            parameter_list = [
                parameter
                for callback in self._pre_set_parameters_callbacks
                for parameter in callback(parameter_list)
            ]
            if not parameter_list:
                return SetParametersResult(
                    successful=False,
                    reason='parameter list cannot be empty, this might be due to '
                    'pre_set_parameters_callback modifying the original parameters list.',
                )
        self._check_undeclared_parameters(parameter_list)
        return self._set_parameters_atomically_common(parameter_list)

    def _check_undeclared_parameters(self, parameter_list: list[Parameter]) -> None:
        if not all(isinstance(each, Parameter) for each in parameter_list):
            raise TypeError(f"parameter must be instance of type '{Parameter!r}'")
        unknown = [each.name for each in parameter_list if each.name not in self._parameters]
        if unknown and not self._allow_undeclared_parameters:
            raise ParameterNotDeclaredException(unknown)

    def _set_parameters_atomically_common(
        self,
        parameter_list: list[Parameter],
        descriptors: dict[str, ParameterDescriptor] | None = None,
        allow_not_set_type: bool = False,
    ) -> SetParametersResult:
        """Check and set parameters; `descriptors` are those of parameters to be declared."""
        rules = self._descriptors if descriptors is None else descriptors
        for parameter in parameter_list:
            if parameter.name in rules:
                result = self._apply_descriptor(
                    parameter, rules[parameter.name], check_read_only=descriptors is None
                )
                if not result.successful:
                    return result
        for callback in self._on_set_parameters_callbacks:
            result = callback(parameter_list)
            if not result.successful:
                return result
        event = ParameterEvent(node=self.get_fully_qualified_name())
        for parameter in parameter_list:
            self._store(parameter, descriptors, allow_not_set_type, event)
        event.stamp = self._clock.now().to_msg()
        if self._parameter_event_publisher is not None:
            self._parameter_event_publisher.publish(event)
        for callback in self._post_set_parameters_callbacks:
            callback(parameter_list)
        return SetParametersResult(successful=True)

    def _store(
        self,
        parameter: Parameter,
        descriptors: dict[str, ParameterDescriptor] | None,
        allow_not_set_type: bool,
        event: ParameterEvent,
    ) -> None:
        """Keep one accepted parameter, and note in the event what happened to it."""
        name = parameter.name
        if not allow_not_set_type and parameter.type_ is Parameter.Type.NOT_SET:
            event.deleted_parameters.append(parameter.to_parameter_msg())
            self._parameters.pop(name, None)
            self._descriptors.pop(name, None)
            return
        if descriptors is not None:
            self._descriptors[name] = descriptors[name]
        elif name not in self._descriptors:
            self._descriptors[name] = ParameterDescriptor(
                name=name, type=parameter.type_.value, dynamic_typing=True
            )
        old = self._parameters.get(name)
        is_new = old is None or old.type_ is Parameter.Type.NOT_SET
        changes = event.new_parameters if is_new else event.changed_parameters
        changes.append(parameter.to_parameter_msg())
        self._parameters[name] = parameter

    def _apply_descriptor(
        self,
        parameter: Parameter,
        descriptor: ParameterDescriptor | None = None,
        check_read_only: bool = True,
    ) -> SetParametersResult:
        if descriptor is None:
            descriptor = self.describe_parameter(parameter.name)
        return check_descriptor(
            parameter, descriptor, self.has_parameter(parameter.name), check_read_only
        )

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

    def add_pre_set_parameters_callback(self, callback: PreSetCallback) -> None:
        """Call a function before parameters are checked; it returns those to set."""
        self._pre_set_parameters_callbacks.insert(0, callback)

    def add_on_set_parameters_callback(self, callback: OnSetCallback) -> None:
        """Call a function that accepts or refuses parameters; the last one added comes first."""
        self._on_set_parameters_callbacks.insert(0, callback)

    def add_post_set_parameters_callback(self, callback: PostSetCallback) -> None:
        """Call a function after parameters were set."""
        self._post_set_parameters_callbacks.insert(0, callback)

    def remove_pre_set_parameters_callback(self, callback: PreSetCallback) -> None:
        """End what `add_pre_set_parameters_callback` began; ValueError where it did not."""
        self._pre_set_parameters_callbacks.remove(callback)

    def remove_on_set_parameters_callback(self, callback: OnSetCallback) -> None:
        """End what `add_on_set_parameters_callback` began; ValueError where it did not."""
        self._on_set_parameters_callbacks.remove(callback)

    def remove_post_set_parameters_callback(self, callback: PostSetCallback) -> None:
        """End what `add_post_set_parameters_callback` began; ValueError where it did not."""
        self._post_set_parameters_callbacks.remove(callback)


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
