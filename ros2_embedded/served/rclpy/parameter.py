"""Parameters: a name and a value of one of nine types."""

from __future__ import annotations

import array
from enum import Enum
from typing import Any, Generic, TypeVar

import yaml
from rcl_interfaces.msg import Parameter as ParameterMsg
from rcl_interfaces.msg import ParameterType, ParameterValue

PARAMETER_SEPARATOR_STRING = '.'

AllowableParameterValue = Any
AllowableParameterValueT = TypeVar('AllowableParameterValueT')

_SEQUENCES = (list, tuple, array.array)


class Parameter(Generic[AllowableParameterValueT]):
    """A name and a value."""

    class Type(Enum):
        """Type of a parameter."""

        NOT_SET = ParameterType.PARAMETER_NOT_SET
        BOOL = ParameterType.PARAMETER_BOOL
        INTEGER = ParameterType.PARAMETER_INTEGER
        DOUBLE = ParameterType.PARAMETER_DOUBLE
        STRING = ParameterType.PARAMETER_STRING
        BYTE_ARRAY = ParameterType.PARAMETER_BYTE_ARRAY
        BOOL_ARRAY = ParameterType.PARAMETER_BOOL_ARRAY
        INTEGER_ARRAY = ParameterType.PARAMETER_INTEGER_ARRAY
        DOUBLE_ARRAY = ParameterType.PARAMETER_DOUBLE_ARRAY
        STRING_ARRAY = ParameterType.PARAMETER_STRING_ARRAY

        @classmethod
        def from_parameter_value(cls, parameter_value: Any) -> Parameter.Type:
            """Return the type of a value.

            Raises:
                TypeError: it is none that a parameter can have.
            """
            if parameter_value is None:
                return cls.NOT_SET
            for kind, python in _SINGLE:
                if isinstance(parameter_value, python):
                    return cls[kind]
            if not isinstance(parameter_value, _SEQUENCES):
                raise TypeError(
                    f"The given value is not one of the allowed types '{parameter_value}'."
                )
            for kind, python in _ELEMENTS:
                if all(isinstance(each, python) for each in parameter_value):
                    return cls[kind]
            raise TypeError(
                f"The given value is not a list of one of the allowed types '{parameter_value}'."
            )

        def check(self, parameter_value: Any) -> bool:
            """Whether a value is of this type."""
            if self is Parameter.Type.NOT_SET:
                return parameter_value is None
            for kind, python in _SINGLE:
                if self.name == kind:
                    return isinstance(parameter_value, python)
            if not isinstance(parameter_value, _SEQUENCES):
                return False
            python = dict(_ELEMENTS)[self.name]
            return all(
                isinstance(each, python) and (python is not bytes or len(each) == 1)
                for each in parameter_value
            )

    @classmethod
    def from_parameter_msg(cls, param_msg: ParameterMsg) -> Parameter[Any]:
        """Return the parameter that a message holds."""
        kind = Parameter.Type(param_msg.value.type)
        return cls(param_msg.name, kind, _message_value(param_msg.value))

    def __init__(self, name: str, type_: Parameter.Type | None = None, value: Any = None) -> None:
        """Take a name and a value.

        Args:
            name: name.
            type_: type; that of the value where it is None.
            value: value, None for NOT_SET.

        Raises:
            TypeError: type_ is no type, or the value has none that a parameter can have.
            ValueError: value and type do not agree.
        """
        if type_ is None:
            type_ = Parameter.Type.from_parameter_value(value)
        if not isinstance(type_, Parameter.Type):
            raise TypeError(f"type must be an instance of '{Parameter.Type!r}'")
        if not type_.check(value):
            raise ValueError(f"Type '{type_}' and value '{value}' do not agree")
        self._type_ = type_
        self._name = name
        self._value = value

    @property
    def name(self) -> str:
        """The name."""
        return self._name

    @property
    def type_(self) -> Parameter.Type:
        """The type."""
        return self._type_

    @property
    def value(self) -> AllowableParameterValueT:
        """The value."""
        return self._value

    def get_parameter_value(self) -> ParameterValue:
        """Return the value as a message."""
        message = ParameterValue(type=self.type_.value)
        if self.type_ is not Parameter.Type.NOT_SET:
            value = list(self.value) if isinstance(self.value, tuple) else self.value
            setattr(message, f'{self.type_.name.lower()}_value', value)
        return message

    def to_parameter_msg(self) -> ParameterMsg:
        """Return name and value as a message."""
        return ParameterMsg(name=self.name, value=self.get_parameter_value())


# The order decides: a bool is an int, an empty list holds nothing but bytes.
_SINGLE = (('BOOL', bool), ('INTEGER', int), ('DOUBLE', float), ('STRING', str))
_ELEMENTS = (
    ('BYTE_ARRAY', bytes),
    ('BOOL_ARRAY', bool),
    ('INTEGER_ARRAY', int),
    ('DOUBLE_ARRAY', float),
    ('STRING_ARRAY', str),
)


def _message_value(message: ParameterValue) -> Any:
    kind = Parameter.Type(message.type)
    if kind is Parameter.Type.NOT_SET:
        return None
    return getattr(message, f'{kind.name.lower()}_value')


def get_parameter_value(string_value: str) -> ParameterValue:
    """Return the value that a text means to YAML; a text that means nothing else is a string."""
    try:
        value = yaml.safe_load(string_value)
    except yaml.YAMLError:
        value = string_value
    try:
        return Parameter('', value=string_value if value is None else value).get_parameter_value()
    except TypeError:
        return Parameter('', value=string_value).get_parameter_value()


def parameter_value_to_python(parameter_value: ParameterValue) -> Any:
    """Return what a message holds as a plain Python value.

    Raises:
        RuntimeError: its type is none.
    """
    try:
        value = _message_value(parameter_value)
    except ValueError as error:
        raise RuntimeError(f'unexpected parameter type {parameter_value.type}') from error
    return list(value) if isinstance(value, _SEQUENCES) else value


def parameter_dict_from_yaml_file(
    parameter_file: str,
    use_wildcard: bool = False,
    target_nodes: list[str] | None = None,
    namespace: str = '',
) -> dict[str, ParameterMsg]:
    """Return the parameters of a file by name.

    Args:
        parameter_file: YAML file with `ros__parameters` per node.
        use_wildcard: take those of `/**`, too.
        target_nodes: full names of the nodes to take; all where it is None.
        namespace: put in front of each name.

    Raises:
        RuntimeError: the file is empty, or holds no parameters, or none for a node.
    """
    with open(parameter_file, encoding='utf-8') as stream:
        content = yaml.safe_load(stream)
    if not isinstance(content, dict):
        raise RuntimeError(f'{parameter_file} holds no parameters by node.')
    nodes = list(target_nodes) if target_nodes else [key for key in content if key != '/**']
    if use_wildcard and '/**' in content:
        nodes.insert(0, '/**')
    merged: dict[str, Any] = {}
    for node in nodes:
        entry = content.get(node, content.get(node.lstrip('/')))
        if entry is None:
            raise RuntimeError(f'Param file does not contain parameters for {node}')
        if not isinstance(entry, dict) or 'ros__parameters' not in entry:
            raise RuntimeError(f'YAML file is not a valid ROS parameter file for node {node}')
        merged.update(_flatten(entry['ros__parameters'], namespace))
    if not merged:
        raise RuntimeError('Param file does not contain any valid parameters')
    return {
        name: Parameter(name, value=value).to_parameter_msg() for name, value in merged.items()
    }


def _flatten(values: dict[str, Any], prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in values.items():
        name = f'{prefix}{PARAMETER_SEPARATOR_STRING}{key}' if prefix else str(key)
        found.update(_flatten(value, name) if isinstance(value, dict) else {name: value})
    return found
