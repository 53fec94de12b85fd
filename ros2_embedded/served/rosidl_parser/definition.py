"""Types of message fields, as `SLOT_TYPES` lists them."""

from __future__ import annotations

from dataclasses import dataclass


class AbstractType:
    """Anything that a field can be."""


class AbstractNestableType(AbstractType):
    """A type that can be the element of an array or a sequence."""


@dataclass(frozen=True, repr=False)
class BasicType(AbstractNestableType):
    """A number, bool or byte, by its IDL name."""

    typename: str


class AbstractGenericString(AbstractNestableType):
    """Any string."""

    maximum_size: int | None = None

    def has_maximum_size(self) -> bool:
        """Whether the string has a bound."""
        return self.maximum_size is not None


class AbstractString(AbstractGenericString):
    """A string of 8 bit characters."""


class AbstractWString(AbstractGenericString):
    """A string of 16 bit characters."""


@dataclass(frozen=True, repr=False)
class BoundedString(AbstractString):
    """A string of at most `maximum_size` characters."""

    maximum_size: int


@dataclass(frozen=True, repr=False)
class UnboundedString(AbstractString):
    """A string of any length."""


@dataclass(frozen=True, repr=False)
class BoundedWString(AbstractWString):
    """A wide string of at most `maximum_size` characters."""

    maximum_size: int


@dataclass(frozen=True, repr=False)
class UnboundedWString(AbstractWString):
    """A wide string of any length."""


@dataclass(frozen=True, repr=False)
class NamespacedType(AbstractNestableType):
    """Another message."""

    namespaces: list[str]
    name: str

    def namespaced_name(self) -> tuple[str, ...]:
        """Return package, folder and name."""
        return (*self.namespaces, self.name)


@dataclass(frozen=True, repr=False)
class AbstractNestedType(AbstractType):
    """A container of values of one type."""

    value_type: AbstractNestableType


@dataclass(frozen=True, repr=False)
class Array(AbstractNestedType):
    """A fixed number of values."""

    size: int


class AbstractSequence(AbstractNestedType):
    """A number of values that may change."""


@dataclass(frozen=True, repr=False)
class BoundedSequence(AbstractSequence):
    """At most `maximum_size` values."""

    maximum_size: int

    def has_maximum_size(self) -> bool:
        """Whether the sequence has a bound: yes."""
        return True


@dataclass(frozen=True, repr=False)
class UnboundedSequence(AbstractSequence):
    """Any number of values."""

    def has_maximum_size(self) -> bool:
        """Whether the sequence has a bound: no."""
        return False
