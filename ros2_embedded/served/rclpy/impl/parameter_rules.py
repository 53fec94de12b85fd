"""Whether a parameter's value fits its descriptor."""

from __future__ import annotations

import math

from rcl_interfaces.msg import (
    FloatingPointRange,
    IntegerRange,
    ParameterDescriptor,
    SetParametersResult,
)
from rclpy.parameter import Parameter

# Floating point values this close to each other, relative to their size, count as equal.
REL_TOL = 1e-6


def check_descriptor(
    parameter: Parameter, descriptor: ParameterDescriptor, is_declared: bool, check_read_only: bool
) -> SetParametersResult:
    """Return whether a value may be set, and why not.

    Args:
        parameter: name and value.
        descriptor: its rules; name, and the type where that may change, are written into it.
        is_declared: the parameter exists already.
        check_read_only: refuse read-only parameters.
    """
    descriptor.name = parameter.name
    name, value, kind = parameter.name, parameter.value, parameter.type_
    if check_read_only and descriptor.read_only:
        return _refuse(f'Trying to set a read-only parameter: {name}.')
    if descriptor.dynamic_typing:
        descriptor.type = kind.value
    elif is_declared and kind is Parameter.Type.NOT_SET:
        return _refuse('Static parameter cannot be undeclared')
    elif kind is not Parameter.Type.NOT_SET and kind.value != descriptor.type:
        return _refuse(
            f"Wrong parameter type, expected '{Parameter.Type(descriptor.type)}' got '{kind}'"
        )
    if kind is Parameter.Type.INTEGER and descriptor.integer_range:
        return _check_integer(name, value, descriptor.integer_range[0])
    if kind is Parameter.Type.DOUBLE and descriptor.floating_point_range:
        return _check_float(name, value, descriptor.floating_point_range[0])
    return SetParametersResult(successful=True)


def _refuse(reason: str) -> SetParametersResult:
    return SetParametersResult(successful=False, reason=reason)


def _check_integer(name: str, value: int, limits: IntegerRange) -> SetParametersResult:
    low, high = sorted((limits.from_value, limits.to_value))
    if value in (low, high):
        return SetParametersResult(successful=True)
    if not low < value < high:
        return _refuse(f'Parameter {name} out of range. Min: {low}, Max: {high}, value: {value}')
    if limits.step and (value - low) % limits.step:
        return _refuse(
            f'The parameter value for {name} is not a valid step. Min: {low}, max: {high}, '
            f'value: {value}, step: {limits.step}'
        )
    return SetParametersResult(successful=True)


def _check_float(name: str, value: float, limits: FloatingPointRange) -> SetParametersResult:
    low, high = sorted((limits.from_value, limits.to_value))
    if math.isclose(value, low, rel_tol=REL_TOL) or math.isclose(value, high, rel_tol=REL_TOL):
        return SetParametersResult(successful=True)
    if not low < value < high:
        return _refuse(f'Parameter {name} out of range Min: {low}, Max: {high}, value: {value}')
    if limits.step:
        nearest = low + round((value - low) / limits.step) * limits.step
        if not math.isclose(nearest, value, rel_tol=REL_TOL):
            return _refuse(
                f'The parameter value for {name} is not close enough to a valid step. '
                f'Min: {low}, max: {high}, value: {value}, step: {limits.step}'
            )
    return SetParametersResult(successful=True)
