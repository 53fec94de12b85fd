"""The C functions of Cyclone DDS that the transport calls, declared for ctypes.

The library is the one inside the PyPI package `cyclonedds`. Its Python binding is not used: it
checks and describes types that ROS 2 does not announce, holds the interpreter lock while it
sends, copies every sample twice and takes a fifth of a second to import. The functions used here
are those of the public header dds.h, and the four serdata functions that every C++ user of
Cyclone, rmw_cyclonedds_cpp among them, calls to send and take serialised samples. ctypes lets
other Python threads run during each call that may take long.
"""

from __future__ import annotations

import ctypes as ct
import os
from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

CYCLONEDDS_HANDLE = 0x7FFF0000 + 256
BUILTIN_PARTICIPANT = 0x7FFF0000 + 1
BUILTIN_PUBLICATION = 0x7FFF0000 + 3
BUILTIN_SUBSCRIPTION = 0x7FFF0000 + 4

INFINITY = 0x7FFFFFFFFFFFFFFF
ANY_STATE = 0x7F
SDK_DATA = 2

RETCODE_TIMEOUT = -10

# Number of each status, which is its bit in a status mask.
OFFERED_DEADLINE_MISSED = 1
REQUESTED_DEADLINE_MISSED = 2
OFFERED_INCOMPATIBLE_QOS = 3
REQUESTED_INCOMPATIBLE_QOS = 4
SAMPLE_LOST = 5
LIVELINESS_LOST = 9
LIVELINESS_CHANGED = 10
PUBLICATION_MATCHED = 11
SUBSCRIPTION_MATCHED = 12


class TypeMeta(ct.Structure):
    """Serialised XTypes information; always empty here, as ROS 2 sends none."""

    _fields_ = (('data', ct.c_void_p), ('size', ct.c_uint32))


class TopicDescriptor(ct.Structure):
    """dds_topic_descriptor_t."""

    _fields_ = (
        ('size', ct.c_uint32),
        ('align', ct.c_uint32),
        ('flagset', ct.c_uint32),
        ('nkeys', ct.c_uint32),
        ('typename', ct.c_char_p),
        ('keys', ct.c_void_p),
        ('nops', ct.c_uint32),
        ('ops', ct.POINTER(ct.c_uint32)),
        ('meta', ct.c_char_p),
        ('type_information', TypeMeta),
        ('type_mapping', TypeMeta),
        ('restrict_data_representation', ct.c_uint32),
    )


class Iovec(ct.Structure):
    """ddsrt_iovec_t."""

    _fields_ = (('base', ct.c_void_p), ('length', ct.c_size_t))


class SampleInfo(ct.Structure):
    """dds_sample_info_t."""

    _fields_ = (
        ('sample_state', ct.c_uint),
        ('view_state', ct.c_uint),
        ('instance_state', ct.c_uint),
        ('valid_data', ct.c_bool),
        ('source_timestamp', ct.c_int64),
        ('instance_handle', ct.c_uint64),
        ('publication_handle', ct.c_uint64),
        ('disposed_generation_count', ct.c_uint32),
        ('no_writers_generation_count', ct.c_uint32),
        ('sample_rank', ct.c_uint32),
        ('generation_rank', ct.c_uint32),
        ('absolute_generation_rank', ct.c_uint32),
    )


class Guid(ct.Structure):
    """dds_guid_t."""

    _fields_ = (('value', ct.c_uint8 * 16),)


class BuiltinParticipant(ct.Structure):
    """dds_builtintopic_participant_t."""

    _fields_ = (('key', Guid), ('qos', ct.c_void_p))


class BuiltinEndpoint(ct.Structure):
    """dds_builtintopic_endpoint_t."""

    _fields_ = (
        ('key', Guid),
        ('participant_key', Guid),
        ('participant_instance_handle', ct.c_uint64),
        ('topic_name', ct.c_char_p),
        ('type_name', ct.c_char_p),
        ('qos', ct.c_void_p),
    )


class DdsError(RuntimeError):
    """A call of Cyclone DDS failed; the message says which, and Cyclone's reason."""


def _library_path() -> str:
    spec = find_spec('cyclonedds')
    if spec is not None and spec.submodule_search_locations:
        package = Path(next(iter(spec.submodule_search_locations)))
        for pattern in ('../cyclonedds.libs/*ddsc*', '.dylibs/libddsc*'):
            for path in sorted(package.glob(pattern)):
                return str(path)
    home = os.environ.get('CYCLONEDDS_HOME')
    if home:
        for path in sorted(Path(home).glob('lib*/libddsc.*')):
            return str(path)
    found = find_library('ddsc')
    if found is None:
        raise ImportError(
            'Cyclone DDS was not found: install it with `pip install cyclonedds`, '
            'or name its folder in CYCLONEDDS_HOME.'
        )
    return found


_ENTITY, _RETURN, _POINTER = ct.c_int32, ct.c_int32, ct.c_void_p
_DURATION, _HANDLE, _MASK = ct.c_int64, ct.c_uint64, ct.c_uint32
_SIZE = ct.c_size_t
_QOS = ct.c_void_p

# Result and arguments of every function used.
_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    'dds_create_domain': (_ENTITY, (ct.c_uint32, ct.c_char_p)),
    'dds_create_participant': (_ENTITY, (ct.c_uint32, _QOS, _POINTER)),
    'dds_create_topic': (
        _ENTITY,
        (_ENTITY, ct.POINTER(TopicDescriptor), ct.c_char_p, _QOS, _POINTER),
    ),
    'dds_create_reader': (_ENTITY, (_ENTITY, _ENTITY, _QOS, _POINTER)),
    'dds_create_writer': (_ENTITY, (_ENTITY, _ENTITY, _QOS, _POINTER)),
    'dds_create_readcondition': (_ENTITY, (_ENTITY, _MASK)),
    'dds_create_guardcondition': (_ENTITY, (_ENTITY,)),
    'dds_set_guardcondition': (_RETURN, (_ENTITY, ct.c_bool)),
    'dds_take_guardcondition': (_RETURN, (_ENTITY, ct.POINTER(ct.c_bool))),
    'dds_create_waitset': (_ENTITY, (_ENTITY,)),
    'dds_waitset_attach': (_RETURN, (_ENTITY, _ENTITY, ct.c_ssize_t)),
    'dds_waitset_detach': (_RETURN, (_ENTITY, _ENTITY)),
    'dds_waitset_wait': (_RETURN, (_ENTITY, ct.POINTER(ct.c_ssize_t), _SIZE, _DURATION)),
    'dds_delete': (_RETURN, (_ENTITY,)),
    'dds_strretcode': (ct.c_char_p, (_RETURN,)),
    'dds_get_guid': (_RETURN, (_ENTITY, ct.POINTER(Guid))),
    'dds_get_instance_handle': (_RETURN, (_ENTITY, ct.POINTER(_HANDLE))),
    'dds_get_entity_sertype': (_RETURN, (_ENTITY, ct.POINTER(_POINTER))),
    'dds_get_type_name': (_RETURN, (_ENTITY, ct.c_char_p, _SIZE)),
    'dds_get_qos': (_RETURN, (_ENTITY, _QOS)),
    'dds_set_status_mask': (_RETURN, (_ENTITY, _MASK)),
    'dds_get_status_changes': (_RETURN, (_ENTITY, ct.POINTER(_MASK))),
    'dds_assert_liveliness': (_RETURN, (_ENTITY,)),
    'dds_wait_for_acks': (_RETURN, (_ENTITY, _DURATION)),
    'dds_get_matched_subscriptions': (_RETURN, (_ENTITY, ct.POINTER(_HANDLE), _SIZE)),
    'dds_get_matched_publications': (_RETURN, (_ENTITY, ct.POINTER(_HANDLE), _SIZE)),
    'dds_get_matched_subscription_data': (ct.POINTER(BuiltinEndpoint), (_ENTITY, _HANDLE)),
    'dds_get_matched_publication_data': (ct.POINTER(BuiltinEndpoint), (_ENTITY, _HANDLE)),
    'dds_builtintopic_free_endpoint': (None, (ct.POINTER(BuiltinEndpoint),)),
    'dds_take': (
        _RETURN,
        (_ENTITY, ct.POINTER(_POINTER), ct.POINTER(SampleInfo), _SIZE, ct.c_uint32),
    ),
    'dds_return_loan': (_RETURN, (_ENTITY, ct.POINTER(_POINTER), ct.c_int32)),
    'dds_takecdr': (
        _RETURN,
        (_ENTITY, ct.POINTER(_POINTER), ct.c_uint32, ct.POINTER(SampleInfo), _MASK),
    ),
    'dds_writecdr': (_RETURN, (_ENTITY, _POINTER)),
    'ddsi_serdata_from_ser_iov': (
        _POINTER,
        (_POINTER, ct.c_int, ct.c_uint32, ct.POINTER(Iovec), _SIZE),
    ),
    'ddsi_serdata_size': (ct.c_uint32, (_POINTER,)),
    'ddsi_serdata_to_ser_ref': (_POINTER, (_POINTER, _SIZE, _SIZE, ct.POINTER(Iovec))),
    'ddsi_serdata_to_ser_unref': (None, (_POINTER, ct.POINTER(Iovec))),
    'ddsi_serdata_ref': (_POINTER, (_POINTER,)),
    'ddsi_serdata_unref': (None, (_POINTER,)),
    'dds_create_qos': (_QOS, ()),
    'dds_delete_qos': (None, (_QOS,)),
    'dds_qset_userdata': (None, (_QOS, ct.c_char_p, _SIZE)),
    'dds_qset_history': (None, (_QOS, ct.c_int, ct.c_int32)),
    'dds_qset_reliability': (None, (_QOS, ct.c_int, _DURATION)),
    'dds_qset_durability': (None, (_QOS, ct.c_int)),
    'dds_qset_durability_service': (
        None,
        (_QOS, _DURATION, ct.c_int, ct.c_int32, ct.c_int32, ct.c_int32, ct.c_int32),
    ),
    'dds_qset_deadline': (None, (_QOS, _DURATION)),
    'dds_qset_lifespan': (None, (_QOS, _DURATION)),
    'dds_qset_liveliness': (None, (_QOS, ct.c_int, _DURATION)),
    'dds_qset_writer_data_lifecycle': (None, (_QOS, ct.c_bool)),
    'dds_qset_ignorelocal': (None, (_QOS, ct.c_int)),
    'dds_qget_userdata': (ct.c_bool, (_QOS, ct.POINTER(_POINTER), ct.POINTER(_SIZE))),
    'dds_qget_history': (ct.c_bool, (_QOS, ct.POINTER(ct.c_int), ct.POINTER(ct.c_int32))),
    'dds_qget_reliability': (ct.c_bool, (_QOS, ct.POINTER(ct.c_int), ct.POINTER(_DURATION))),
    'dds_qget_durability': (ct.c_bool, (_QOS, ct.POINTER(ct.c_int))),
    'dds_qget_deadline': (ct.c_bool, (_QOS, ct.POINTER(_DURATION))),
    'dds_qget_lifespan': (ct.c_bool, (_QOS, ct.POINTER(_DURATION))),
    'dds_qget_liveliness': (ct.c_bool, (_QOS, ct.POINTER(ct.c_int), ct.POINTER(_DURATION))),
    'dds_free': (None, (_POINTER,)),
    **{
        f'dds_get_{name}_status': (_RETURN, (_ENTITY, _POINTER))
        for name in (
            'publication_matched',
            'subscription_matched',
            'liveliness_lost',
            'liveliness_changed',
            'offered_deadline_missed',
            'requested_deadline_missed',
            'offered_incompatible_qos',
            'requested_incompatible_qos',
            'sample_lost',
        )
    },
}


# Functions that neither wait nor copy much. They keep the interpreter lock: giving it away costs
# more than they take, above all where other threads stand in line for it. No thread inside
# Cyclone ever asks for that lock, as none of its listeners are used.
_SHORT = frozenset(
    {
        'dds_get_matched_subscriptions',
        'dds_get_status_changes',
        'dds_set_guardcondition',
        'dds_take_guardcondition',
        'dds_takecdr',
        'dds_waitset_attach',
        'dds_waitset_detach',
        'ddsi_serdata_ref',
        'ddsi_serdata_size',
        'ddsi_serdata_to_ser_ref',
        'ddsi_serdata_to_ser_unref',
        'ddsi_serdata_unref',
    }
)


class _Functions:
    """The declared functions as attributes."""

    def __init__(self, path: str) -> None:
        releasing, keeping = ct.CDLL(path), ct.PyDLL(path)
        for name, (result, arguments) in _SIGNATURES.items():
            try:
                function = getattr(keeping if name in _SHORT else releasing, name)
            except AttributeError as error:
                raise ImportError(
                    f'This Cyclone DDS lacks the function {name}; ros2_embedded needs 11.0 or '
                    'newer: `pip install "cyclonedds>=11.0.1"`.'
                ) from error
            function.restype = result
            function.argtypes = arguments
            setattr(self, name, function)


@cache
def dds() -> Any:
    """Return the functions of Cyclone DDS, loading the library at the first call.

    Raises:
        ImportError: the library or one of its functions was not found.
    """
    functions = _Functions(_library_path())
    # One entity that lives as long as the process keeps the library from shutting down when
    # the last participant goes, while other threads may still be inside it.
    functions.dds_create_guardcondition(CYCLONEDDS_HANDLE)
    return functions


def checked(result: int, what: str) -> int:
    """Return a result that is not negative.

    Raises:
        DdsError: it is negative.
    """
    if result < 0:
        reason = dds().dds_strretcode(result).decode()
        raise DdsError(f'{what} failed: {reason}.')
    return result


def view_of(address: int, size: int) -> memoryview:
    """Return a read-only view of C memory; it must not be used after the memory is freed."""
    return _memory_view(address, size, 0x100)


_memory_view = ct.pythonapi.PyMemoryView_FromMemory
_memory_view.restype = ct.py_object
_memory_view.argtypes = (ct.c_void_p, ct.c_ssize_t, ct.c_int)
