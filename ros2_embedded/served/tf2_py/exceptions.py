"""Exceptions of tf2; their module is called tf2, as that of the real ones."""


class TransformException(Exception):  # noqa: N818  (tf2's names, all through this file)
    """A transform is not to be had."""

    __module__ = 'tf2'


class ConnectivityException(TransformException):
    """Two frames are not in one tree."""

    __module__ = 'tf2'


class LookupException(TransformException):
    """A frame is not known."""

    __module__ = 'tf2'


class ExtrapolationException(TransformException):
    """The time lies outside of the data."""

    __module__ = 'tf2'


class InvalidArgumentException(TransformException):
    """A frame name has a wrong form."""

    __module__ = 'tf2'


class TimeoutException(TransformException):
    """Time is up."""

    __module__ = 'tf2'
