"""One topic as columns of a data set, in both directions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Singles = NDArray[np.float32]
Columns = dict[str, tuple[tuple[str, ...], NDArray[Any]]]
"""Names of the entries and their values (n,), by column."""
Facts = dict[str, Any]
"""What is the same in all messages of a topic: plain values."""


@dataclass(frozen=True)
class Stream:
    """A topic whose messages are rows of numbers.

    Attributes:
        topic: below the namespace of the robot.
        type_name: of its messages.
        read: takes a message apart.
        fields: gives the fields beside the header from values (n,) by column, their names by
            column, and the facts.
        facts: what else is needed to build a message again; the frame is kept anyway.
        columns: that it fills.
        needed: without it there is no episode.
    """

    topic: str
    type_name: str
    columns: tuple[str, ...]
    read: Callable[[Any], Columns]
    fields: Callable[[Mapping[str, Singles], Mapping[str, tuple[str, ...]], Facts], Facts]
    facts: Callable[[Any], Facts] = lambda message: {}
    needed: bool = False


def floats(values: Singles) -> list[float]:
    """Give values as plain numbers."""
    return [float(value) for value in values]


def twist_stream(topic: str, column: str, needed: bool = False) -> Stream:
    """Describe a topic of geometry_msgs/TwistStamped that drives a base."""
    names = ('linear.x', 'linear.y', 'angular.z')

    def read(message: Any) -> Columns:
        twist = message.twist
        return {column: (names, np.array([twist.linear.x, twist.linear.y, twist.angular.z]))}

    def fields(
        values: Mapping[str, Singles], names: Mapping[str, tuple[str, ...]], facts: Facts
    ) -> Facts:
        v, w, turn = floats(values[column])
        return {'twist__linear__x': v, 'twist__linear__y': w, 'twist__angular__z': turn}

    kind = 'geometry_msgs/msg/TwistStamped'
    return Stream(topic, kind, (column,), read, fields, needed=needed)


def joints_stream(topic: str) -> Stream:
    """Describe measured joints: position and velocity; effort where it is told."""
    state, moving, effort = 'observation.state', 'observation.velocity', 'observation.effort'

    def read(message: Any) -> Columns:
        names = tuple(message.name)
        columns = {state: (names, np.asarray(message.position))}
        for column, values in ((moving, message.velocity), (effort, message.effort)):
            if len(values) == len(names):
                columns[column] = (names, np.asarray(values))
        return columns

    def fields(
        values: Mapping[str, Singles], names: Mapping[str, tuple[str, ...]], facts: Facts
    ) -> Facts:
        found: Facts = {'name': list(names[state])}
        for column, field in ((state, 'position'), (moving, 'velocity'), (effort, 'effort')):
            if column in values:
                found[field] = values[column].astype(np.float64)
        return found

    kind = 'sensor_msgs/msg/JointState'
    return Stream(topic, kind, (state, moving, effort), read, fields, needed=True)
