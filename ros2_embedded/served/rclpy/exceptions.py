"""Exceptions of rclpy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rclpy._rclpy_pybind11 import InvalidHandle

if TYPE_CHECKING:
    from rclpy.parameter import Parameter

__all__ = [
    'InvalidHandle',
    'InvalidNamespaceException',
    'InvalidNodeNameException',
    'InvalidParameterException',
    'InvalidParameterTypeException',
    'InvalidParameterValueException',
    'InvalidServiceNameException',
    'InvalidTopicNameException',
    'NameValidationException',
    'NoTypeSupportImportedException',
    'NotInitializedException',
    'ParameterAlreadyDeclaredException',
    'ParameterException',
    'ParameterImmutableException',
    'ParameterNotDeclaredException',
    'ParameterUninitializedException',
    'ROSInterruptException',
]


class NotInitializedException(Exception):  # noqa: N818  (rclpy's names, all through this file)
    """rclpy.init() was not called, or shutdown() was."""

    def __init__(self, message: str | None = None) -> None:
        tail = f' msg:{message}' if message else ''
        super().__init__(f'rclpy.init() has not been called.{tail}')


class NoTypeSupportImportedException(Exception):  # noqa: N818
    """A message class has no type support."""

    def __init__(self) -> None:
        super().__init__('no type_support imported')


class NameValidationException(Exception):  # noqa: N818
    """A name has a wrong form; the message points at the place."""

    def __init__(self, name_type: str, name: str, error_msg: str, invalid_index: int) -> None:
        super().__init__(
            f"Invalid {name_type}: {error_msg}:\n  '{name}'\n   {' ' * invalid_index}^"
        )


class InvalidNamespaceException(NameValidationException):
    """A namespace has a wrong form."""

    def __init__(self, name: str, error_msg: str, invalid_index: int) -> None:
        super().__init__('namespace', name, error_msg, invalid_index)


class InvalidNodeNameException(NameValidationException):
    """A node name has a wrong form."""

    def __init__(self, name: str, error_msg: str, invalid_index: int) -> None:
        super().__init__('node name', name, error_msg, invalid_index)


class InvalidTopicNameException(NameValidationException):
    """A topic name has a wrong form."""

    def __init__(self, name: str, error_msg: str, invalid_index: int) -> None:
        super().__init__('topic name', name, error_msg, invalid_index)


class InvalidServiceNameException(NameValidationException):
    """A service name has a wrong form."""

    def __init__(self, name: str, error_msg: str, invalid_index: int) -> None:
        super().__init__('service name', name, error_msg, invalid_index)


class ParameterException(Exception):  # noqa: N818
    """Something is wrong with a parameter."""

    def __init__(self, error_msg: str, parameters: str | list[str]) -> None:
        super().__init__(f'{error_msg}: {parameters}')


class ParameterNotDeclaredException(ParameterException):
    """A parameter was used before it was declared."""

    def __init__(self, parameters: str | list[str]) -> None:
        super().__init__('Invalid access to undeclared parameter(s)', parameters)


class ParameterAlreadyDeclaredException(ParameterException):
    """A parameter was declared twice."""

    def __init__(self, parameters: str | list[str]) -> None:
        super().__init__('Parameter(s) already declared', parameters)


class InvalidParameterException(ParameterException):
    """A parameter's name has a wrong form."""

    def __init__(self, parameter_name: str) -> None:
        super().__init__('Invalid parameter name', parameter_name)


class InvalidParameterTypeException(ParameterException):
    """A parameter is to get a value of another type than it was declared with."""

    def __init__(self, desired_parameter: Parameter, expected_type: str) -> None:
        value = desired_parameter.value
        super().__init__(
            f"Trying to set parameter '{desired_parameter.name}' to '{value}' of type "
            f"'{desired_parameter.type_.name}', expecting type '{expected_type}'",
            desired_parameter.name,
        )


class InvalidParameterValueException(ParameterException):
    """A parameter's value was refused."""

    def __init__(self, parameter: str, value: Any, reason: str) -> None:
        super().__init__(
            f'Invalid parameter value ({value}) for parameter. Reason: {reason}', parameter
        )


class ParameterImmutableException(ParameterException):
    """A read-only parameter was to be changed."""

    def __init__(self, parameter_name: str) -> None:
        super().__init__('Attempted to modify read-only parameter', parameter_name)


class ParameterUninitializedException(ParameterException):
    """A parameter that was declared without a value was read."""

    def __init__(self, parameter_name: str) -> None:
        super().__init__(f"The parameter '{parameter_name}' is not initialized", parameter_name)


class ROSInterruptException(Exception):  # noqa: N818
    """A sleep was ended by shutdown."""

    def __init__(self) -> None:
        super().__init__('rclpy.shutdown() has been called')
