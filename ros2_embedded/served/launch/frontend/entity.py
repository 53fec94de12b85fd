"""Entity class, an element of a launch file in markup."""

from __future__ import annotations

from typing import Any


class Entity:
    """Element of a launch file; each format derives its own.

    Every attribute and child has to be asked for, so that a wrong name is noticed.
    """

    @property
    def type_name(self) -> str:
        """Name of the tag."""
        raise NotImplementedError

    @property
    def parent(self) -> Entity | None:
        """Element around this one."""
        raise NotImplementedError

    @property
    def children(self) -> list[Entity]:
        """Elements within this one."""
        raise NotImplementedError

    def get_attr(
        self,
        name: str,
        *,
        data_type: Any = str,
        optional: bool = False,
        can_be_str: bool = True,
    ) -> Any:
        """Return an attribute, or the children of one name.

        Args:
            name: name of the attribute, or tag of the children.
            data_type: see `launch.utilities.type_utils`; `list[Entity]` for children.
            optional: return None where it is absent.
            can_be_str: text that cannot be read as the type is returned as it is, as it may
                contain substitutions.

        Raises:
            AttributeError: it is absent and not optional.
            TypeError: it is of another type.
        """
        raise NotImplementedError

    def assert_entity_completely_parsed(self) -> None:
        """Refuse attributes and children that nobody has asked for.

        Raises:
            ValueError: there are some.
        """
        raise NotImplementedError
