"""Parameters of one node as rclpy has them, from dictionaries and files."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from launch.launch_context import LaunchContext

from ..parameter_descriptions import Parameter
from ..parameters_type import EvaluatedParameters
from .evaluate_parameters import evaluate_parameter_dict
from .normalize_parameters import normalize_parameter_dict

if TYPE_CHECKING:
    from rclpy.parameter import Parameter as NodeParameter

_KEY = 'ros__parameters'
_ANY_NODE = '**'


def to_parameters_list(
    context: LaunchContext,
    node_name: str,
    namespace: str | None,
    evaluated_parameters: EvaluatedParameters,
) -> list[NodeParameter]:
    """Return the parameters that are meant for a node, in the order in which they are given.

    Args:
        context: to perform substitutions with.
        node_name: name of the node.
        namespace: its namespace, None for the root.
        evaluated_parameters: see `evaluate_parameters`. Of a file counts what stands under the
            full name of the node or `/**`, or all of it where it names no nodes.

    Raises:
        RuntimeError: a file holds no parameters, or a value can be no parameter.
    """
    full_name = '/'.join(part.strip('/') for part in (namespace or '', node_name)).strip('/')
    found: list[NodeParameter] = []
    for item in evaluated_parameters:
        if isinstance(item, Parameter):
            values = dict([item.evaluate(context)])
        elif isinstance(item, Path):
            values = evaluate_parameter_dict(
                context, normalize_parameter_dict(_read(item, full_name, bool(node_name)))
            )
        else:
            values = item
        found += [_parameter(name, value) for name, value in values.items()]
    return found


def _parameter(name: str, value: Any) -> NodeParameter:
    # Here: most launches need no rclpy, which takes its time to load.
    from rclpy.parameter import Parameter as NodeParameter

    try:
        return NodeParameter(name, value=value)
    except (TypeError, ValueError) as error:
        raise RuntimeError(f'invalid parameter value {value!r} for {name}: {error}') from error


def _read(path: Path, full_name: str, is_named: bool) -> dict[str, Any]:
    content = yaml.safe_load(path.read_text(encoding='utf-8'))
    if content is None:
        return {}
    if not isinstance(content, Mapping):
        raise RuntimeError(f'{path} holds no parameters by name')
    by_node: dict[str, dict[str, Any]] = {}
    for name, values in _nodes(content, ''):
        by_node.setdefault(name, {}).update(values)
    if not by_node:
        return dict(content)
    if not is_named:
        warnings.warn(
            'node name not provided to launch; parameter files will not apply',
            UserWarning,
            stacklevel=2,
        )
    return {**by_node.get(_ANY_NODE, {}), **by_node.get(full_name, {})}


def _nodes(content: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in content.items():
        if key == _KEY:
            yield prefix, value or {}
        elif isinstance(value, Mapping):
            yield from _nodes(value, '/'.join(filter(None, (prefix, str(key).strip('/')))))
