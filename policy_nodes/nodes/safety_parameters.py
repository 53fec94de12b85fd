"""Parameters of the safety controller as ROS parameters; the core checks their values."""

from typing import Any

from rcl_interfaces.msg import ParameterDescriptor, SetParametersResult
from rclpy.node import Node
from rclpy.parameter import Parameter

from policy_nodes.nodes.safety_kind import Kind
from policy_nodes.safety.parameters.parameter import ConfigError


class SafetyParameters:
    """Declares every parameter of the core and guards those that could loosen it.

    Attributes:
        locked: refuse changes of parameters that can loosen safety, while the node is active.
    """

    def __init__(self, node: Node, kind: Kind) -> None:
        """Declare; names of zones, joints and so on come first: more follows from them."""
        self.node = node
        self.kind = kind
        self.locked = False
        for name in kind.naming:
            self._declare(name, 'names, in the order that the reference states')
        self.names = tuple(tuple(node.get_parameter(name).value or ()) for name in kind.naming)
        self.described = kind.config.describe(*self.names)
        for known in self.described:
            if known.name not in kind.naming:
                unit = f' [{known.unit}]' if known.unit else ''
                self._declare(known.name, known.meaning + unit)
        node.add_on_set_parameters_callback(self._judge)

    def _declare(self, name: str, meaning: str) -> None:
        # dynamic typing: a whole number where a float is meant is no reason to die at start-up
        descriptor = ParameterDescriptor(description=meaning, dynamic_typing=True)
        self.node.declare_parameter(name, None, descriptor)

    def values(self) -> dict[str, Any]:
        """Values by dotted name; those that nobody gave are left to the core's defaults."""
        found = {known.name: self.node.get_parameter(known.name).value for known in self.described}
        return {
            name: value if isinstance(value, bool | int | float | str) else list(value)
            for name, value in found.items()
            if value is not None
        }

    def _judge(self, changes: list[Parameter]) -> SetParametersResult:
        """Refuse what the core would refuse, and loosening while active."""
        ours = {known.name for known in self.described}
        changed = {change.name: change.value for change in changes if change.name in ours}
        if not changed:
            return SetParametersResult(successful=True)
        guarded = set(self.kind.config.locked(*self.names)) & changed.keys()
        if self.locked and guarded:
            return SetParametersResult(
                successful=False,
                reason=f'{", ".join(sorted(guarded))} can loosen safety: deactivate first',
            )
        try:
            self.kind.config.from_mapping(self.values() | changed)
        except ConfigError as error:
            return SetParametersResult(successful=False, reason=str(error))
        return SetParametersResult(successful=True)
