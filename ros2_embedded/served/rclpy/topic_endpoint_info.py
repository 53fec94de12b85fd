"""What is known of publishers and subscriptions of other nodes."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from rclpy.qos import QoSHistoryPolicy, QoSPresetProfiles, QoSProfile
from rclpy.type_hash import TypeHash


class TopicEndpointTypeEnum(IntEnum):
    """Kind of an endpoint."""

    INVALID = 0
    PUBLISHER = 1
    SUBSCRIPTION = 2


class TopicEndpointInfo:
    """A publisher or subscription somewhere in the graph.

    Attributes:
        node_name, node_namespace: whose it is.
        topic_type, topic_type_hash: what it sends or takes.
        endpoint_type: publisher or subscription.
        endpoint_gid: its GUID as numbers.
        qos_profile: what it offers or asks for.
    """

    __slots__ = (
        'endpoint_gid',
        'endpoint_type',
        'node_name',
        'node_namespace',
        'qos_profile',
        'topic_type',
        'topic_type_hash',
    )

    def __init__(
        self,
        node_name: str = '',
        node_namespace: str = '',
        topic_type: str = '',
        topic_type_hash: TypeHash | None = None,
        endpoint_type: TopicEndpointTypeEnum | int = TopicEndpointTypeEnum.INVALID,
        endpoint_gid: list[int] | None = None,
        qos_profile: QoSProfile | None = None,
    ) -> None:
        self.node_name = node_name
        self.node_namespace = node_namespace
        self.topic_type = topic_type
        self.topic_type_hash = TypeHash() if topic_type_hash is None else topic_type_hash
        self.endpoint_type = TopicEndpointTypeEnum(endpoint_type)
        self.endpoint_gid = [] if endpoint_gid is None else endpoint_gid
        self.qos_profile = QoSPresetProfiles.UNKNOWN.value if qos_profile is None else qos_profile

    def _values(self) -> list[Any]:
        return [getattr(self, name) for name in self.__slots__]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TopicEndpointInfo) and self._values() == other._values()

    __hash__ = None

    def __str__(self) -> str:
        qos = self.qos_profile
        history = qos.history.name
        if qos.history == QoSHistoryPolicy.KEEP_LAST:
            history = f'{history} ({qos.depth})'
        return '\n'.join(
            (
                f'Node name: {self.node_name}',
                f'Node namespace: {self.node_namespace}',
                f'Topic type: {self.topic_type}',
                f'Topic type hash: {self.topic_type_hash}',
                f'Endpoint type: {self.endpoint_type.name}',
                f'GID: {".".join(f"{each:02x}" for each in self.endpoint_gid)}',
                'QoS profile:',
                f'  Reliability: {qos.reliability.name}',
                f'  History (Depth): {history}',
                f'  Durability: {qos.durability.name}',
                f'  Lifespan: {qos.lifespan}',
                f'  Deadline: {qos.deadline}',
                f'  Liveliness: {qos.liveliness.name}',
                f'  Liveliness lease duration: {qos.liveliness_lease_duration}',
            )
        )
