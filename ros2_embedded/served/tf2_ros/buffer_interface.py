"""Transforms messages of any registered type."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from geometry_msgs.msg import TransformStamped
from rclpy.duration import Duration
from std_msgs.msg import Header


class TypeException(Exception):  # noqa: N818  (tf2_ros's name)
    """No function for a type was registered."""

    def __init__(self, errstr: str) -> None:
        super().__init__(errstr)
        self.errstr = errstr


class NotImplementedException(Exception):  # noqa: N818  (tf2_ros's name)
    """A buffer does not say how it looks transforms up."""

    def __init__(self) -> None:
        self.errstr = 'CanTransform or LookupTransform not implemented'
        super().__init__(self.errstr)


class BufferInterface:
    """What buffers have in common: `transform` by `lookup_transform`."""

    def __init__(self) -> None:
        self.registration = TransformRegistration()

    def transform(
        self,
        object_stamped: Any,
        target_frame: str,
        timeout: Duration | None = None,
        new_type: type | None = None,
    ) -> Any:
        """Return a message in another frame at its own time.

        Args:
            object_stamped: message with a header.
            target_frame: frame to express it in.
            timeout: how long to wait for the transform.
            new_type: type to convert the result to.

        Raises:
            TypeException: the type is not registered; import tf2_geometry_msgs for its types.
            TransformException: the transform is not to be had.
        """
        do_transform = self.registration.get(type(object_stamped))
        header = object_stamped.header
        transform = self.lookup_transform(
            target_frame, header.frame_id, header.stamp, timeout or Duration()
        )
        result = do_transform(object_stamped, transform)
        return result if new_type is None else convert(result, new_type)

    def transform_full(
        self,
        object_stamped: Any,
        target_frame: str,
        target_time: Any,
        fixed_frame: str,
        timeout: Duration | None = None,
        new_type: type | None = None,
    ) -> Any:
        """Return a message in another frame at another time; see `transform`."""
        do_transform = self.registration.get(type(object_stamped))
        header = object_stamped.header
        transform = self.lookup_transform_full(
            target_frame,
            target_time,
            header.frame_id,
            header.stamp,
            fixed_frame,
            timeout or Duration(),
        )
        result = do_transform(object_stamped, transform)
        return result if new_type is None else convert(result, new_type)

    def lookup_transform(self, *_: Any, **__: Any) -> TransformStamped:
        """Return the transform between two frames."""
        raise NotImplementedException

    def lookup_transform_full(self, *_: Any, **__: Any) -> TransformStamped:
        """Return the transform between two frames at two times."""
        raise NotImplementedException

    def can_transform(self, *_: Any, **__: Any) -> bool:
        """Whether `lookup_transform` would succeed."""
        raise NotImplementedException

    def can_transform_full(self, *_: Any, **__: Any) -> bool:
        """Whether `lookup_transform_full` would succeed."""
        raise NotImplementedException


def Stamped(obj: Any, stamp: Any, frame_id: str) -> Any:  # noqa: N802  (tf2_ros's name)
    """Give an object a header and return it."""
    obj.header = Header(frame_id=frame_id, stamp=stamp)
    return obj


_transforms: dict[Any, Callable[[Any, TransformStamped], Any]] = {}
_to_msg: dict[Any, Callable[[Any], Any]] = {}
_from_msg: dict[Any, Callable[[Any], Any]] = {}
_conversions: dict[Any, Callable[[Any], Any]] = {}


def _find(table: dict, key: Any) -> Any:
    if key not in table:
        raise TypeException(f'Type {key} is not loaded or supported')
    return table[key]


class TransformRegistration:
    """Functions that transform, by type; one table for the process."""

    def add(self, key: Any, callback: Callable[[Any, TransformStamped], Any]) -> None:
        """Register a function for a type."""
        _transforms[key] = callback

    def get(self, key: Any) -> Callable[[Any, TransformStamped], Any]:
        """Return the function of a type; TypeException where there is none."""
        return _find(_transforms, key)


class ConvertRegistration:
    """Functions that convert between types; one table for the process."""

    def add_from_msg(self, key: Any, callback: Callable[[Any], Any]) -> None:
        """Register how a type is made from a message."""
        _from_msg[key] = callback

    def add_to_msg(self, key: Any, callback: Callable[[Any], Any]) -> None:
        """Register how a message is made from a type."""
        _to_msg[key] = callback

    def add_convert(self, key: tuple[Any, Any], callback: Callable[[Any], Any]) -> None:
        """Register how one type is made from another."""
        _conversions[key] = callback

    def get_from_msg(self, key: Any) -> Callable[[Any], Any]:
        """Return what `add_from_msg` registered; TypeException where it did not."""
        return _find(_from_msg, key)

    def get_to_msg(self, key: Any) -> Callable[[Any], Any]:
        """Return what `add_to_msg` registered; TypeException where it did not."""
        return _find(_to_msg, key)

    def get_convert(self, key: tuple[Any, Any]) -> Callable[[Any], Any]:
        """Return what `add_convert` registered; TypeException where it did not."""
        return _find(_conversions, key)


def convert(a: Any, b_type: Any) -> Any:
    """Return an object as another type.

    Raises:
        TypeException: no way to do so was registered.
    """
    if (type(a), b_type) in _conversions:
        return _conversions[type(a), b_type](a)
    if type(a) is b_type:
        return deepcopy(a)
    return _find(_from_msg, b_type)(_find(_to_msg, type(a))(a))
