"""Entity class, an element of a launch file in YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from launch.frontend import Entity as BaseEntity
from launch.frontend.type_utils import check_is_list_entity
from launch.utilities.type_utils import is_instance_of


class Entity(BaseEntity):
    """Element in YAML: a mapping of attributes, or a list of elements.

    The value of an attribute must have the type that is asked for; it is not converted.
    """

    def __init__(
        self,
        element: Mapping[str, Any] | Sequence[Any],
        type_name: str | None = None,
        *,
        parent: Entity | None = None,
    ) -> None:
        self.__element = element
        self.__type_name = type_name or ''
        self.__parent = parent
        self.__read: set[str] = set()
        self.__children_read = False

    @property
    def type_name(self) -> str:
        """Name of the tag."""
        return self.__type_name

    @property
    def parent(self) -> Entity | None:
        """Element around this one."""
        return self.__parent

    @property
    def children(self) -> list[Entity]:
        """Elements within this one: the list that it is, or its attribute `children`.

        Raises:
            ValueError: there is no such list.
            RuntimeError: an item is not a mapping of one tag.
        """
        self.__children_read = True
        self.__read.add('children')
        element = self.__element
        items = element.get('children') if isinstance(element, Mapping) else element
        if not isinstance(items, Sequence) or isinstance(items, str):
            raise ValueError(
                f'Expected entity `{self.type_name}` to have children entities: a list, or a '
                'mapping with a list called `children`'
            )
        found = []
        for item in items:
            if not isinstance(item, Mapping) or len(item) != 1:
                raise RuntimeError(
                    'Subentities must be a dictionary with only one key, which is the entity '
                    f'type; found in `{self.type_name}`: {item!r}'
                )
            ((tag, content),) = item.items()
            found.append(Entity({} if content is None else content, str(tag), parent=self))
        return found

    def get_attr(
        self,
        name: str,
        *,
        data_type: Any = str,
        optional: bool = False,
        can_be_str: bool = True,
    ) -> Any:
        """Return an attribute, or the children of one name; see `launch.frontend.Entity`."""
        if not isinstance(self.__element, Mapping) or name not in self.__element:
            if optional:
                return None
            raise AttributeError(f"Can not find attribute '{name}' in Entity '{self.type_name}'")
        self.__read.add(name)
        value = self.__element[name]
        if check_is_list_entity(data_type):
            if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
                raise TypeError(
                    f"Attribute '{name}' of Entity '{self.type_name}' expected to be a list of "
                    'dictionaries.'
                )
            return [Entity(each, name, parent=self) for each in value]
        if data_type is float and type(value) is int:
            return float(value)
        if not is_instance_of(value, data_type, can_be_str=can_be_str):
            raise TypeError(
                f"Attribute '{name}' of Entity '{self.type_name}' expected to be of type "
                f"'{data_type}', got '{type(value)}'"
            )
        return value

    def assert_entity_completely_parsed(self) -> None:
        """Refuse attributes and children that nobody has asked for; see the base class."""
        if not isinstance(self.__element, Mapping):
            if not self.__children_read:
                raise ValueError(
                    f'Unexpected nested entity(ies) found in `{self.type_name}`: {self.__element}'
                )
            return
        unread = set(self.__element) - self.__read
        if unread:
            raise ValueError(f'Unexpected key(s) found in `{self.type_name}`: {sorted(unread)}')
