"""Quality of service of an endpoint, to and from Cyclone's form, as rmw_cyclonedds maps it."""

from __future__ import annotations

import ctypes as ct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ros2_embedded.transport.library import INFINITY, dds


@dataclass(frozen=True)
class EndpointQos:
    """What a reader or writer offers or asks for.

    Attributes:
        depth: samples kept; 0 keeps all.
        reliable: lost samples are sent again.
        transient_local: late readers get the samples kept.
        deadline, lifespan, lease: [ns]; INFINITY where there is none.
        manual_liveliness: the writer must assert itself within its lease.
        plain_name: the topic name has no ROS prefix.
    """

    depth: int = 10
    reliable: bool = True
    transient_local: bool = False
    deadline: int = INFINITY
    lifespan: int = INFINITY
    lease: int = INFINITY
    manual_liveliness: bool = False
    plain_name: bool = False


SERVICES = EndpointQos(depth=10)


@contextmanager
def dds_qos(
    qos: EndpointQos, user_data: bytes, ignore_own_participant: bool = False
) -> Iterator[int]:
    """Lend Cyclone's form of a quality of service for the creation of an endpoint."""
    library = dds()
    handle = library.dds_create_qos()
    history, depth = (1, -1) if qos.depth == 0 else (0, qos.depth)
    try:
        library.dds_qset_writer_data_lifecycle(handle, False)
        library.dds_qset_history(handle, history, depth)
        library.dds_qset_reliability(handle, int(qos.reliable), INFINITY if qos.reliable else 0)
        library.dds_qset_durability(handle, int(qos.transient_local))
        if qos.transient_local:
            library.dds_qset_durability_service(handle, 0, history, depth, -1, -1, -1)
        if qos.deadline != INFINITY:
            library.dds_qset_deadline(handle, qos.deadline)
        if qos.lifespan != INFINITY:
            library.dds_qset_lifespan(handle, qos.lifespan)
        library.dds_qset_liveliness(handle, 2 if qos.manual_liveliness else 0, qos.lease)
        if ignore_own_participant:
            library.dds_qset_ignorelocal(handle, 1)
        library.dds_qset_userdata(handle, user_data, len(user_data))
        yield handle
    finally:
        library.dds_delete_qos(handle)


def read_qos(handle: int) -> EndpointQos:
    """Return the quality of service that a discovered endpoint announces."""
    library = dds()
    kind, depth, duration = ct.c_int(), ct.c_int32(), ct.c_int64()
    values: dict[str, int | bool] = {}
    if library.dds_qget_history(handle, ct.byref(kind), ct.byref(depth)):
        values['depth'] = depth.value if kind.value == 0 else 0
    if library.dds_qget_reliability(handle, ct.byref(kind), ct.byref(duration)):
        values['reliable'] = kind.value == 1
    if library.dds_qget_durability(handle, ct.byref(kind)):
        values['transient_local'] = kind.value >= 1
    if library.dds_qget_deadline(handle, ct.byref(duration)):
        values['deadline'] = duration.value
    if library.dds_qget_lifespan(handle, ct.byref(duration)):
        values['lifespan'] = duration.value
    if library.dds_qget_liveliness(handle, ct.byref(kind), ct.byref(duration)):
        values['manual_liveliness'] = kind.value == 2
        values['lease'] = duration.value
    return EndpointQos(**values)


def read_user_data(handle: int) -> bytes:
    """Return USER_DATA of a discovered participant or endpoint."""
    library = dds()
    address, size = ct.c_void_p(), ct.c_size_t()
    if not library.dds_qget_userdata(handle, ct.byref(address), ct.byref(size)):
        return b''
    try:
        return ct.string_at(address.value, size.value) if address.value else b''
    finally:
        library.dds_free(address)
