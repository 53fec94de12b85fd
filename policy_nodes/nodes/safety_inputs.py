"""Topics of the inputs and locks that the parameters of a safety controller name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from std_msgs.msg import Bool

from policy_nodes.nodes import qos
from policy_nodes.nodes.interface import Topic
from policy_nodes.nodes.safety_kind import Take
from policy_nodes.safety.arbitration_config import ArbitrationConfig

NAMING = ('inputs.names', 'locks.names')


def proposals(
    config: ArbitrationConfig, policy: Topic, take: Callable[..., Any]
) -> Iterable[tuple[Topic, Take]]:
    """Proposals of each input.

    Args:
        config: inputs and their topics.
        policy: topic of inputs that name none; the others are heard at any QoS.
        take: gets the name of the input first.
    """
    for name, given in config.inputs.items():
        topic = replace(policy, name=given.topic, qos=qos.ANY) if given.topic else policy
        yield topic, partial(take, name)


def locks(config: ArbitrationConfig, take: Callable[..., Any]) -> Iterable[tuple[Topic, Take]]:
    """Reports of each lock; of one that may be silent also how it was left before.

    Args:
        config: locks and their topics.
        take: gets the name of the lock first.
    """
    for name, given in config.locks.items():
        for profile in (qos.ANY,) if given.timeout else (qos.LATCHED, qos.ANY):
            topic = Topic(given.topic or name, Bool, profile, 'holds inputs back')
            yield topic, partial(take, name)
