"""What may be wrong with the settings, the network and the graph."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ros2_embedded.cli.graph_survey import Survey, TopicSurvey, endpoint_owner
from ros2_embedded.cli.multicast import comes_back
from ros2_embedded.cli.network_interfaces import Interface
from ros2_embedded.cli.session import is_hidden
from ros2_embedded.finder import real_rclpy
from ros2_embedded.transport.domain import RANGES, domain_id_of_environment

CATEGORIES = ('environment', 'network', 'node', 'topic', 'type', 'middleware')
OWN_RMW = 'rmw_cyclonedds_cpp'
MAX_PARTICIPANTS = 33  # per domain and machine, where the network is not used
_HASH = 'RIHS01_'
_EVERYWHERE = ('/parameter_events', '/rosout')


@dataclass(frozen=True)
class Finding:
    """Something that is wrong, or may be.

    Attributes:
        category: one of CATEGORIES.
        is_error: nothing works so; else a warning.
        text: what it is, and what to do.
    """

    category: str
    is_error: bool
    text: str

    def __str__(self) -> str:
        return f'{"ERROR" if self.is_error else "WARNING"}: {self.text}'


def discovery_range(environment: Mapping[str, str] = os.environ) -> str:
    """Return how far nodes see each other; empty where CYCLONEDDS_URI says it."""
    if environment.get('CYCLONEDDS_URI'):
        return ''
    if environment.get('ROS_LOCALHOST_ONLY') == '1':
        return 'LOCALHOST'
    default = 'LOCALHOST' if real_rclpy() is None else 'SUBNET'
    return environment.get('ROS_AUTOMATIC_DISCOVERY_RANGE') or default


def check_environment(environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Yield what is wrong with the environment variables."""
    try:
        domain_id_of_environment()
    except ValueError as error:
        yield Finding('environment', True, str(error))
    reach = discovery_range(environment)
    if reach and reach not in RANGES:
        yield Finding(
            'environment',
            True,
            f'ROS_AUTOMATIC_DISCOVERY_RANGE is {reach!r}; known are {", ".join(RANGES)}.',
        )
    rmw = environment.get('RMW_IMPLEMENTATION') or OWN_RMW
    if rmw != OWN_RMW and real_rclpy() is None:
        yield Finding(
            'environment',
            False,
            f'RMW_IMPLEMENTATION is {rmw}, but ros2_embedded speaks as {OWN_RMW}: with nodes of '
            'another middleware it shares topics, and no services, actions or parameters.',
        )


def check_network(found: Sequence[Interface], reach: str) -> Iterator[Finding]:
    """Yield what is wrong with the network for a range of discovery."""
    loopback = [each for each in found if 'LOOPBACK' in each.flags and each.is_up]
    others = [each for each in found if 'LOOPBACK' not in each.flags and each.is_up]
    if not loopback:
        yield Finding(
            'network', True, 'No loopback interface is up: nodes on this machine cannot talk.'
        )
    if reach not in ('SUBNET', 'SYSTEM_DEFAULT'):
        return
    if not others:
        yield Finding(
            'network',
            False,
            f'Nodes are to be found on the network (range {reach}), but no interface other than '
            'loopback is up.',
        )
    elif not any('MULTICAST' in each.flags for each in others):
        yield Finding(
            'network',
            False,
            'No interface on the network has multicast, by which nodes find each other: name '
            'the other machines in ROS_STATIC_PEERS.',
        )
    elif not comes_back():
        yield Finding(
            'network',
            False,
            'A multicast packet of this machine did not come back: a firewall may keep nodes '
            'from finding each other; try ROS_STATIC_PEERS.',
        )


def check_graph(graph: Survey, reach: str) -> Iterator[Finding]:
    """Yield what is wrong with nodes, topics, types and QoS."""
    if not graph.nodes:
        hint = (
            '; they are looked for on this machine only: set ROS_AUTOMATIC_DISCOVERY_RANGE=SUBNET '
            'for the network'
            if reach == 'LOCALHOST'
            else ''
        )
        yield Finding('node', False, f'No nodes are found in this domain{hint}.')
    for name, count in sorted(Counter(graph.nodes).items()):
        if count > 1:
            yield Finding('node', False, f'{count} nodes share the name {name}.')
    if graph.participants >= MAX_PARTICIPANTS - 1 and reach == 'LOCALHOST':
        yield Finding(
            'node',
            False,
            f'{graph.participants} processes are in this domain, which has room for '
            f'{MAX_PARTICIPANTS}: use another ROS_DOMAIN_ID for some of them.',
        )
    for topic in graph.topics:
        yield from _check_types(topic)
        yield from _check_both_sides(topic)
        yield from _check_qos(topic)


def _check_types(topic: TopicSurvey) -> Iterator[Finding]:
    if len(topic.types) > 1:
        yield Finding(
            'type', True, f'Topic {topic.name} has more than one type: {", ".join(topic.types)}.'
        )
    hashes: dict[str, dict[str, str]] = {}
    for endpoint in (*topic.publishers, *topic.subscriptions):
        text = str(endpoint.topic_type_hash)
        if text.startswith(_HASH) and text.removeprefix(_HASH).strip('0'):
            known = hashes.setdefault(endpoint.topic_type, {})
            known.setdefault(text, endpoint_owner(endpoint))
    for kind, owners in hashes.items():
        if len(owners) > 1:
            yield Finding(
                'type',
                True,
                f'Topic {topic.name}: the definitions of {kind} differ among '
                f'{", ".join(sorted(owners.values()))}.',
            )


def _check_both_sides(topic: TopicSurvey) -> Iterator[Finding]:
    if topic.name in _EVERYWHERE or is_hidden(topic.name):
        return
    if topic.publishers and not topic.subscriptions:
        owners = sorted({endpoint_owner(each) for each in topic.publishers})
        text = f'Publisher without subscriber detected on {topic.name} ({", ".join(owners)}).'
        yield Finding('topic', False, text)
    elif topic.subscriptions and not topic.publishers:
        owners = sorted({endpoint_owner(each) for each in topic.subscriptions})
        text = f'Subscriber without publisher detected on {topic.name} ({", ".join(owners)}).'
        yield Finding('topic', False, text)


def _check_qos(topic: TopicSurvey) -> Iterator[Finding]:
    from rclpy.qos import QoSCompatibility, qos_check_compatible

    for publisher, subscription in topic.pairs():
        result, reason = qos_check_compatible(publisher.qos_profile, subscription.qos_profile)
        if result == QoSCompatibility.OK:
            continue
        is_error = result == QoSCompatibility.ERROR
        yield Finding(
            'middleware',
            is_error,
            f'QoS compatibility {"error" if is_error else "warning"} found on topic '
            f"'{topic.name}' from {endpoint_owner(publisher)} to "
            f'{endpoint_owner(subscription)}: {reason}',
        )
