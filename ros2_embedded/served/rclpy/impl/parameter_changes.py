"""Setting the parameters of a node, and who has a say in it, as methods of Node."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rcl_interfaces.msg import ParameterDescriptor, ParameterEvent, SetParametersResult
from rclpy.exceptions import ParameterNotDeclaredException
from rclpy.impl.parameter_rules import check_descriptor
from rclpy.parameter import Parameter

if TYPE_CHECKING:
    from rclpy.clock import Clock
    from rclpy.publisher import Publisher

PreSetCallback = Callable[[list[Parameter]], list[Parameter]]
OnSetCallback = Callable[[list[Parameter]], SetParametersResult]
PostSetCallback = Callable[[list[Parameter]], None]


class ParameterChanges:
    """Checks, sets and tells of parameters."""

    _allow_undeclared_parameters: bool
    _clock: Clock
    _descriptors: dict[str, ParameterDescriptor]
    _parameter_event_publisher: Publisher | None
    _parameters: dict[str, Parameter]
    describe_parameter: Callable[[str], ParameterDescriptor]
    get_fully_qualified_name: Callable[[], str]
    has_parameter: Callable[[str], bool]

    def _init_callbacks(self) -> None:
        self._pre_set_parameters_callbacks: list[PreSetCallback] = []
        self._on_set_parameters_callbacks: list[OnSetCallback] = []
        self._post_set_parameters_callbacks: list[PostSetCallback] = []

    def set_parameters(self, parameter_list: list[Parameter]) -> list[SetParametersResult]:
        """Set parameters one by one; return for each whether it was accepted, and why not.

        Raises:
            ParameterNotDeclaredException: one was not declared; those before it are set.
        """
        return [self._set_parameters_atomically([each]) for each in parameter_list]

    def set_parameters_atomically(self, parameter_list: list[Parameter]) -> SetParametersResult:
        """Set all parameters or none; return whether they were accepted, and why not.

        Raises:
            ParameterNotDeclaredException: one was not declared.
        """
        return self._set_parameters_atomically(parameter_list)

    def _set_parameters_atomically(self, parameter_list: list[Parameter]) -> SetParametersResult:
        if self._pre_set_parameters_callbacks:
            parameter_list = [
                parameter
                for callback in self._pre_set_parameters_callbacks
                for parameter in callback(parameter_list)
            ]
            if not parameter_list:
                return SetParametersResult(
                    successful=False,
                    reason='parameter list cannot be empty, this might be due to '
                    'pre_set_parameters_callback modifying the original parameters list.',
                )
        self._check_undeclared_parameters(parameter_list)
        return self._set_parameters_atomically_common(parameter_list)

    def _check_undeclared_parameters(self, parameter_list: list[Parameter]) -> None:
        if not all(isinstance(each, Parameter) for each in parameter_list):
            raise TypeError(f"parameter must be instance of type '{Parameter!r}'")
        unknown = [each.name for each in parameter_list if each.name not in self._parameters]
        if unknown and not self._allow_undeclared_parameters:
            raise ParameterNotDeclaredException(unknown)

    def _set_parameters_atomically_common(
        self,
        parameter_list: list[Parameter],
        descriptors: dict[str, ParameterDescriptor] | None = None,
        allow_not_set_type: bool = False,
    ) -> SetParametersResult:
        """Check and set parameters; `descriptors` are those of parameters to be declared."""
        rules = self._descriptors if descriptors is None else descriptors
        for parameter in parameter_list:
            if parameter.name in rules:
                result = self._apply_descriptor(
                    parameter, rules[parameter.name], check_read_only=descriptors is None
                )
                if not result.successful:
                    return result
        for callback in self._on_set_parameters_callbacks:
            result = callback(parameter_list)
            if not result.successful:
                return result
        event = ParameterEvent(node=self.get_fully_qualified_name())
        for parameter in parameter_list:
            self._store(parameter, descriptors, allow_not_set_type, event)
        event.stamp = self._clock.now().to_msg()
        if self._parameter_event_publisher is not None:
            self._parameter_event_publisher.publish(event)
        for callback in self._post_set_parameters_callbacks:
            callback(parameter_list)
        return SetParametersResult(successful=True)

    def _store(
        self,
        parameter: Parameter,
        descriptors: dict[str, ParameterDescriptor] | None,
        allow_not_set_type: bool,
        event: ParameterEvent,
    ) -> None:
        """Keep one accepted parameter, and note in the event what happened to it."""
        name = parameter.name
        if not allow_not_set_type and parameter.type_ is Parameter.Type.NOT_SET:
            event.deleted_parameters.append(parameter.to_parameter_msg())
            self._parameters.pop(name, None)
            self._descriptors.pop(name, None)
            return
        if descriptors is not None:
            self._descriptors[name] = descriptors[name]
        elif name not in self._descriptors:
            self._descriptors[name] = ParameterDescriptor(
                name=name, type=parameter.type_.value, dynamic_typing=True
            )
        old = self._parameters.get(name)
        is_new = old is None or old.type_ is Parameter.Type.NOT_SET
        changes = event.new_parameters if is_new else event.changed_parameters
        changes.append(parameter.to_parameter_msg())
        self._parameters[name] = parameter

    def _apply_descriptor(
        self,
        parameter: Parameter,
        descriptor: ParameterDescriptor | None = None,
        check_read_only: bool = True,
    ) -> SetParametersResult:
        if descriptor is None:
            descriptor = self.describe_parameter(parameter.name)
        return check_descriptor(
            parameter, descriptor, self.has_parameter(parameter.name), check_read_only
        )

    def add_pre_set_parameters_callback(self, callback: PreSetCallback) -> None:
        """Call a function before parameters are checked; it returns those to set."""
        self._pre_set_parameters_callbacks.insert(0, callback)

    def add_on_set_parameters_callback(self, callback: OnSetCallback) -> None:
        """Call a function that accepts or refuses parameters; the last one added comes first."""
        self._on_set_parameters_callbacks.insert(0, callback)

    def add_post_set_parameters_callback(self, callback: PostSetCallback) -> None:
        """Call a function after parameters were set."""
        self._post_set_parameters_callbacks.insert(0, callback)

    def remove_pre_set_parameters_callback(self, callback: PreSetCallback) -> None:
        """End what `add_pre_set_parameters_callback` began; ValueError where it did not."""
        self._pre_set_parameters_callbacks.remove(callback)

    def remove_on_set_parameters_callback(self, callback: OnSetCallback) -> None:
        """End what `add_on_set_parameters_callback` began; ValueError where it did not."""
        self._on_set_parameters_callbacks.remove(callback)

    def remove_post_set_parameters_callback(self, callback: PostSetCallback) -> None:
        """End what `add_post_set_parameters_callback` began; ValueError where it did not."""
        self._post_set_parameters_callbacks.remove(callback)
