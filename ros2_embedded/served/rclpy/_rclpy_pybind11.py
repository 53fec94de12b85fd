"""What the real rclpy defines in its C++ extension of this name, as far as user code meets it.

Exceptions, enumerations, and the classes that waitables of one's own are made of. The functions
of the extension are not served.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, IntEnum, IntFlag
from importlib import import_module
from typing import Any

RMW_QOS_DEADLINE_BEST_AVAILABLE = 2**63 - 2
RMW_QOS_LIVELINESS_LEASE_DURATION_BEST_AVAILABLE = 2**63 - 2
RMW_DURATION_INFINITE = 2**63 - 1


class RCLError(RuntimeError):
    """A call of the middleware failed."""


class RMWError(RuntimeError):
    """A message cannot be (de)serialised."""


class InvalidHandle(RuntimeError):  # noqa: N818  (the extension's name)
    """An entity was used after its destruction."""


class NodeNameNonExistentError(RCLError):
    """A graph query named a node that is not there."""


class UnsupportedEventTypeError(RCLError):
    """The middleware has no such QoS event."""


class UnknownROSArgsError(RuntimeError):
    """An argument after --ros-args is not known."""


class RCLInvalidROSArgsError(RCLError):
    """An argument after --ros-args has a wrong form."""


class TimerCancelledError(RCLError):
    """A cancelled timer was called."""


class ClockType(IntEnum):
    """What a clock measures."""

    UNINITIALIZED = 0
    ROS_TIME = 1
    SYSTEM_TIME = 2
    STEADY_TIME = 3


class ClockChange(IntEnum):
    """What happened to the source of a clock."""

    ROS_TIME_NO_CHANGE = 1
    ROS_TIME_ACTIVATED = 2
    ROS_TIME_DEACTIVATED = 3
    SYSTEM_TIME_NO_CHANGE = 4

    __str__ = Enum.__str__  # an enumeration of the extension is shown by name
    __format__ = Enum.__format__


class SignalHandlerOptions(IntFlag):
    """Which signal handlers `rclpy.init` installs."""

    NO = 0
    SIGINT = 1
    SIGTERM = 2
    ALL = 3


class QoSCompatibility(IntEnum):
    """Verdict on a pair of QoS profiles."""

    OK = 0
    WARNING = 1
    ERROR = 2

    __str__ = Enum.__str__  # an enumeration of the extension is shown by name
    __format__ = Enum.__format__


class TransitionCallbackReturnType(Enum):
    """What a lifecycle callback returns."""

    SUCCESS = 97
    FAILURE = 98
    ERROR = 99

    def __int__(self) -> int:
        return self.value

    def to_label(self) -> str:
        """Return the label of the transition that follows."""
        return f'transition_{self.name.lower()}'


class ServiceIntrospectionState(IntEnum):
    """How much of a service's traffic is published: nothing, who and when, or all."""

    OFF = 0
    METADATA = 1
    CONTENTS = 2


class rcl_publisher_event_type_t(IntEnum):  # noqa: N801  (the extension's name)
    """QoS events of a publisher."""

    RCL_PUBLISHER_OFFERED_DEADLINE_MISSED = 0
    RCL_PUBLISHER_LIVELINESS_LOST = 1
    RCL_PUBLISHER_OFFERED_INCOMPATIBLE_QOS = 2
    RCL_PUBLISHER_INCOMPATIBLE_TYPE = 3
    RCL_PUBLISHER_MATCHED = 4


class rcl_subscription_event_type_t(IntEnum):  # noqa: N801  (the extension's name)
    """QoS events of a subscription."""

    RCL_SUBSCRIPTION_REQUESTED_DEADLINE_MISSED = 0
    RCL_SUBSCRIPTION_LIVELINESS_CHANGED = 1
    RCL_SUBSCRIPTION_REQUESTED_INCOMPATIBLE_QOS = 2
    RCL_SUBSCRIPTION_MESSAGE_LOST = 3
    RCL_SUBSCRIPTION_INCOMPATIBLE_TYPE = 4
    RCL_SUBSCRIPTION_MATCHED = 5


class rmw_qos_profile_t:  # noqa: N801  (the extension's name)
    """A quality of service, as the classes of the extension take it."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Take the settings of a rclpy.qos.QoSProfile, by name."""
        self._settings = dict(settings)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings, as QoSProfile takes them."""
        return dict(self._settings)

    @staticmethod
    def predefined(name: str) -> rmw_qos_profile_t:
        """Return the profile that rclpy.qos has by a name, such as `qos_profile_default`.

        Raises:
            ValueError: there is none.
        """
        qos = import_module('rclpy.qos')
        known = sorted(each for each in qos.__all__ if each.startswith('qos_profile_'))
        if name not in known:
            raise ValueError(f'No QoS profile {name!r}; known are {", ".join(known)}.')
        return getattr(qos, name).get_c_qos_profile()


# Classes that are made of others, and so are defined elsewhere.
_ELSEWHERE = {
    'Client': 'rclpy.impl.extension',
    'EventHandle': 'rclpy.impl.event_handle',
    'GuardCondition': 'rclpy.impl.extension',
    'Publisher': 'rclpy.impl.extension',
    'Service': 'rclpy.impl.extension',
    'Subscription': 'rclpy.impl.extension',
    'Timer': 'rclpy.impl.extension',
    'WaitSet': 'rclpy.impl.extension',
}


def __getattr__(name: str) -> Any:
    if name == 'service_introspection':
        return import_module('rclpy.service_introspection')
    if name in _ELSEWHERE:
        return getattr(import_module(_ELSEWHERE[name]), name)
    raise AttributeError(
        f'ros2_embedded does not serve rclpy._rclpy_pybind11.{name}; it has no C++ extension, and '
        f'offers of it what rclpy/_rclpy_pybind11.py defines and {", ".join(_ELSEWHERE)}.'
    )
