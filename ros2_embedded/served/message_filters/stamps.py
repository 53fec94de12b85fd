"""When a message was stamped."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rclpy.clock import ROSClock
from rclpy.logging import get_logger
from rclpy.time import Time

if TYPE_CHECKING:
    from rclpy.impl.rcutils_logger import RcutilsLogger

_ADVICE = (
    'can not use message filters messages without timestamp infomation when '
    '"allow_headerless" is disabled. auto assign ROSTIME to headerless messages once enabling '
    'constructor option of "allow_headerless".'
)


def stamp_of(message: Any, allow_headerless: bool, logger: str) -> Time | None:
    """Return the stamp of a message, the present time where it has none and that is allowed.

    Returns:
        None, after a warning, where a message without a stamp is not allowed, or its stamp is no
        time.
    """
    stamp = getattr(getattr(message, 'header', None), 'stamp', None)
    if stamp is not None:
        return stamp if hasattr(stamp, 'nanoseconds') else time_of(stamp, logger)
    if allow_headerless:
        return ROSClock().now()
    get_logger(logger).warning(_ADVICE)
    return None


def time_of(stamp: Any, logger: str) -> Time | None:
    """Return a message's stamp as a time; None, after a warning, where it lies before 1970."""
    try:
        return Time.from_msg(stamp)
    except ValueError as error:
        _kept_logger(logger).warning(
            f'a message was ignored, its stamp {stamp} is no time: {error}',
            throttle_duration_sec=1.0,
        )
        return None


@lru_cache(maxsize=16)
def _kept_logger(name: str) -> RcutilsLogger:
    """Return the same logger every time: it remembers when it logged last."""
    return get_logger(name)
