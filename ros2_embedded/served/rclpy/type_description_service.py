"""The service by which other nodes learn how a type is made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rcl_interfaces.msg import ParameterDescriptor
from rclpy.parameter import Parameter
from type_description_interfaces.msg import (
    Field,
    FieldType,
    IndividualTypeDescription,
    TypeDescription,
    TypeSource,
)
from type_description_interfaces.srv import GetTypeDescription

from ros2_embedded.idl.definition_text import definition_text
from ros2_embedded.idl.library import UnknownInterfaceError, split_name
from ros2_embedded.idl.packages import definition_file
from ros2_embedded.idl.type_hash import (
    described_fields,
    field_type_description,
    referenced,
    type_hash,
)

if TYPE_CHECKING:
    from rclpy.node import Node

START_TYPE_DESCRIPTION_SERVICE_PARAM = 'start_type_description_service'


class TypeDescriptionService:
    """Offers `~/get_type_description`, unless a parameter says no."""

    def __init__(self, node: Node) -> None:
        name = START_TYPE_DESCRIPTION_SERVICE_PARAM
        if not node.has_parameter(name):
            descriptor = ParameterDescriptor(
                description='If enabled, start the ~/get_type_description service.',
                read_only=True,
            )
            node.declare_parameter(name, True, descriptor)
        parameter = node.get_parameter(name)
        self.enabled = parameter.type_ is not Parameter.Type.BOOL or parameter.value
        if parameter.type_ is not Parameter.Type.BOOL:
            node.get_logger().error(
                f"Invalid type for parameter '{name}' {parameter.type_!r} should be bool"
            )
        if self.enabled:
            node.create_service(GetTypeDescription, '~/get_type_description', self._describe)

    @staticmethod
    def _describe(request: Any, response: Any) -> Any:
        try:
            if request.type_hash and request.type_hash != type_hash(request.type_name):
                response.failure_reason = f'{request.type_name} has another hash here.'
                return response
            types = referenced(request.type_name)
        except UnknownInterfaceError as error:
            response.failure_reason = str(error)
            return response
        others = sorted(set(types) - {request.type_name})
        response.type_description = TypeDescription(
            type_description=_describe_one(types[request.type_name]),
            referenced_type_descriptions=[_describe_one(types[name]) for name in others],
        )
        if request.include_type_sources:
            response.type_sources = [_source(name) for name in (request.type_name, *others)]
        response.successful = True
        return response


def _source(name: str) -> TypeSource:
    """Return the text that defines a type; what a service or action implies has none."""
    package, kind, short = split_name(name)
    if '_' in short:
        return TypeSource(type_name=name, encoding='implicit')
    path = definition_file(package, kind, short)
    text = definition_text(name) if path is None else path.read_text(encoding='utf-8')
    return TypeSource(type_name=name, encoding=kind, raw_file_contents=text)


def _describe_one(definition: Any) -> IndividualTypeDescription:
    return IndividualTypeDescription(
        type_name=definition.name,
        fields=[
            Field(name=name, type=FieldType(**field_type_description(kind)))
            for name, kind in described_fields(definition)
        ],
    )
