"""The two services by which other nodes see and set log levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rcl_interfaces.msg import LoggerLevel, SetLoggerLevelsResult
from rcl_interfaces.srv import GetLoggerLevels, SetLoggerLevels
from rclpy.logging import get_logger_level, set_logger_level

if TYPE_CHECKING:
    from rclpy.node import Node


class LoggingService:
    """Offers the services of a node."""

    def __init__(self, node: Node) -> None:
        node.create_service(GetLoggerLevels, '~/get_logger_levels', self._get_logger_levels)
        node.create_service(SetLoggerLevels, '~/set_logger_levels', self._set_logger_levels)

    @staticmethod
    def _get_logger_levels(request: Any, response: Any) -> Any:
        response.levels = [
            LoggerLevel(name=name, level=int(get_logger_level(name))) for name in request.names
        ]
        return response

    @staticmethod
    def _set_logger_levels(request: Any, response: Any) -> Any:
        response.results = [_set_level(each) for each in request.levels]
        return response


def _set_level(level: LoggerLevel) -> SetLoggerLevelsResult:
    try:
        set_logger_level(level.name, level.level)
    except ValueError:
        return SetLoggerLevelsResult(
            successful=False, reason='Failed reason: Invalid logger level.'
        )
    return SetLoggerLevelsResult(successful=True)
