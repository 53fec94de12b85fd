"""Entity class, an element of a launch file in XML."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from launch.frontend import Entity as BaseEntity
from launch.frontend.type_utils import check_is_list_entity
from launch.utilities.type_utils import get_typed_value


class Entity(BaseEntity):
    """Element in XML; the text of an attribute is read as the type that is asked for.

    An attribute `<name>-sep` holds what separates the items of the list that `<name>` is.
    """

    def __init__(self, xml_element: Element, *, parent: Entity | None = None) -> None:
        self.__element = xml_element
        self.__parent = parent
        self.__read_attributes: set[str] = set()
        self.__read_children: set[str] = set()

    @property
    def type_name(self) -> str:
        """Name of the tag."""
        return self.__element.tag

    @property
    def parent(self) -> Entity | None:
        """Element around this one."""
        return self.__parent

    @property
    def children(self) -> list[Entity]:
        """Elements within this one."""
        self.__read_children.update(child.tag for child in self.__element)
        return [Entity(child, parent=self) for child in self.__element]

    def get_attr(
        self,
        name: str,
        *,
        data_type: Any = str,
        optional: bool = False,
        can_be_str: bool = True,
    ) -> Any:
        """Return an attribute, or the children of one name; see `launch.frontend.Entity`."""
        if check_is_list_entity(data_type):
            found = [Entity(each, parent=self) for each in self.__element if each.tag == name]
            self.__read_children.add(name)
            value: Any = found or None
        else:
            value = self.__attribute(name)
        if value is None and not optional:
            raise AttributeError(
                f"Attribute '{name}' of type '{data_type}' not found in Entity '{self.type_name}'"
            )
        if value is None or check_is_list_entity(data_type):
            return value
        try:
            return get_typed_value(value, data_type, can_be_str=can_be_str)
        except ValueError as error:
            raise TypeError(
                f"Attribute '{name}' of Entity '{self.type_name}' expected to be of type "
                f"'{data_type}'. '{value}' can not be converted to one of those types"
            ) from error

    def __attribute(self, name: str) -> str | list[str] | None:
        value = self.__element.get(name)
        separator = self.__element.get(f'{name}-sep')
        self.__read_attributes.update((name, f'{name}-sep'))
        return value.split(separator) if value is not None and separator else value

    def assert_entity_completely_parsed(self) -> None:
        """Refuse attributes and children that nobody has asked for; see the base class."""
        children = {child.tag for child in self.__element} - self.__read_children
        if children:
            raise ValueError(
                f'Unexpected nested tag(s) found in `{self.type_name}`: {sorted(children)}'
            )
        attributes = set(self.__element.attrib) - self.__read_attributes
        if attributes:
            raise ValueError(
                f'Unexpected attribute(s) found in `{self.type_name}`: {sorted(attributes)}'
            )
