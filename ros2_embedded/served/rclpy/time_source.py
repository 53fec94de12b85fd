"""Sets the clocks of a node by /clock, while its parameter use_sim_time is true."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from rcl_interfaces.msg import SetParametersResult
from rclpy.clock import ClockType, ROSClock
from rclpy.parameter import Parameter
from rclpy.qos import QoSProfile, ReliabilityPolicy
from rclpy.time import Time
from rosgraph_msgs.msg import Clock as ClockMsg

if TYPE_CHECKING:
    from rclpy.node import Node
    from rclpy.subscription import Subscription

CLOCK_TOPIC = '/clock'
USE_SIM_TIME_NAME = 'use_sim_time'


class TimeSource:
    """Connects clocks to /clock."""

    def __init__(self, *, node: Node | None = None) -> None:
        self._clock_sub: Subscription | None = None
        self._node_weak_ref: weakref.ReferenceType[Node] | None = None
        self._associated_clocks: set[ROSClock] = set()
        self._last_time_set = Time(clock_type=ClockType.ROS_TIME)
        self._ros_time_is_active = False
        if node is not None:
            self.attach_node(node)

    @property
    def ros_time_is_active(self) -> bool:
        """Whether the clocks follow /clock."""
        return self._ros_time_is_active

    @ros_time_is_active.setter
    def ros_time_is_active(self, enabled: bool) -> None:
        if self._ros_time_is_active == enabled:
            return
        self._ros_time_is_active = enabled
        for clock in self._associated_clocks:
            clock._set_ros_time_is_active(enabled)
        node = self._get_node()
        if enabled:
            self._subscribe_to_clock_topic()
        elif self._clock_sub is not None and node is not None:
            node.destroy_subscription(self._clock_sub)
            self._clock_sub = None

    def _subscribe_to_clock_topic(self) -> None:
        node = self._get_node()
        if self._clock_sub is None and node is not None:
            self._clock_sub = node.create_subscription(
                ClockMsg,
                CLOCK_TOPIC,
                self.clock_callback,
                QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT),
            )

    def attach_node(self, node: Any) -> None:
        """Follow the parameter use_sim_time of a node.

        Raises:
            TypeError: it is no node.
        """
        from rclpy.node import Node

        if not isinstance(node, Node):
            raise TypeError('Node must be of type rclpy.node.Node')
        if self._node_weak_ref is not None:
            self.detach_node()
        self._node_weak_ref = weakref.ref(node)
        if not node.has_parameter(USE_SIM_TIME_NAME):
            node.declare_parameter(USE_SIM_TIME_NAME, False)
        parameter = node.get_parameter(USE_SIM_TIME_NAME)
        if parameter.type_ is Parameter.Type.BOOL:
            self.ros_time_is_active = parameter.value
        else:
            node.get_logger().error(
                f"Invalid type for parameter '{USE_SIM_TIME_NAME}' {parameter.type_!r} "
                'should be bool'
            )
        node.add_on_set_parameters_callback(self._on_parameter_event)

    def detach_node(self) -> None:
        """Stop following the node."""
        node = self._get_node()
        if self._clock_sub is not None:
            if node is None:
                raise RuntimeError('Unable to destroy previously created clock subscription')
            node.destroy_subscription(self._clock_sub)
        self._clock_sub = None
        self._node_weak_ref = None

    def attach_clock(self, clock: ROSClock) -> None:
        """Set a clock, too.

        Raises:
            ValueError: it is no clock of ROS time.
        """
        if not isinstance(clock, ROSClock):
            raise ValueError('Only clocks with type ROS_TIME can be attached.')
        clock.set_ros_time_override(self._last_time_set)
        clock._set_ros_time_is_active(self.ros_time_is_active)
        self._associated_clocks.add(clock)

    def clock_callback(self, msg: ClockMsg) -> None:
        """Set all clocks to the time of a message; one before 1970 is ignored with a warning."""
        try:
            self._last_time_set = Time.from_msg(msg.clock)
        except ValueError as error:
            node = self._get_node()
            if node is not None:
                node.get_logger().warning(
                    f'A time on {CLOCK_TOPIC} was ignored: {error}', throttle_duration_sec=1.0
                )
            return
        for clock in self._associated_clocks:
            clock.set_ros_time_override(self._last_time_set)

    def _on_parameter_event(self, parameter_list: list[Parameter]) -> SetParametersResult:
        for parameter in parameter_list:
            if parameter.name != USE_SIM_TIME_NAME:
                continue
            if parameter.type_ is not Parameter.Type.BOOL:
                reason = f'{USE_SIM_TIME_NAME} parameter set to something besides a bool'
                node = self._get_node()
                if node is not None:
                    node.get_logger().error(reason)
                return SetParametersResult(successful=False, reason=reason)
            self.ros_time_is_active = parameter.value
        return SetParametersResult(successful=True)

    def _get_node(self) -> Node | None:
        return self._node_weak_ref() if self._node_weak_ref is not None else None
