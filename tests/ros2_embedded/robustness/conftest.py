"""Damages samples, and floods nodes with them."""

from __future__ import annotations

import random
import resource
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rclpy.serialization import serialize_message

from ros2_embedded.messages.classes import message_class
from ros2_embedded.transport.endpoint import Reader, Writer
from ros2_embedded.transport.library import DdsError
from ros2_embedded.transport.qos import EndpointQos

#: Damaged samples of each class of interfaces.
SAMPLES = 1000

#: Most memory that a flood may take [bytes]: a length of four bytes can claim 4 GB.
MEMORY = 64 << 20

_WILD_LENGTHS = (0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0x10000000, 0x00FFFFFF, 0xFFFF, 0)
_WILD_FLOATS = (0.0, -0.0, 1.0, -1e308, 5e-324, float('inf'), float('-inf'), float('nan'))
_WILD_TEXTS = ('', 'a', '/', '~/x', 'a.b.c', '//', '\u20ac', '%s%n', ' ', 'x' * 300, '\x1b[31m')
_LIMITS = {
    'int8': (-(2**7), 2**7 - 1),
    'uint8': (0, 2**8 - 1),
    'int16': (-(2**15), 2**15 - 1),
    'uint16': (0, 2**16 - 1),
    'int32': (-(2**31), 2**31 - 1),
    'uint32': (0, 2**32 - 1),
    'int64': (-(2**63), 2**63 - 1),
    'uint64': (0, 2**64 - 1),
}


def wild(cls: type, chance: random.Random) -> Any:
    """A message of the right form with values that nobody sends on purpose."""
    message = cls()
    for field in cls._definition.fields:
        kind = field.type
        if kind.container == 'array':
            values = [_value(kind, chance) for _ in range(kind.size)]
        elif kind.container:
            most = min(kind.size or 3, 3)
            values = [_value(kind, chance) for _ in range(chance.randint(0, most))]
        else:
            values = _value(kind, chance)
        setattr(message, field.name, values)
    return message


def _value(kind: Any, chance: random.Random) -> Any:
    if kind.is_message:
        return wild(message_class(kind.base), chance)
    if kind.is_string:
        return chance.choice(_WILD_TEXTS)[: kind.string_bound or None]
    if kind.base == 'boolean':
        return chance.random() < 0.5
    if kind.base == 'octet':
        return bytes([chance.randrange(256)])
    if kind.base in ('float', 'double'):
        number = chance.choice((*_WILD_FLOATS, chance.gauss(0, 10)))
        # 32 bits hold no more; `inf` they hold.
        return 1.5 if kind.base == 'float' and 1e38 < abs(number) < float('inf') else number
    low, high = _LIMITS[kind.base]
    return chance.choice((low, high, 0, 1, min(high, 9), chance.randint(low, high)))


def damage(good: bytes, keep: int, chance: random.Random) -> bytes:
    """One damaged copy of a sample.

    Args:
        good: the sample, its encapsulation header first.
        keep: bytes at the beginning that are left as they are.
        chance: what draws.
    """
    head, body = good[:keep], bytearray(good[keep:])
    way = chance.randrange(6)
    if way == 0:  # noise
        body = bytearray(chance.randbytes(chance.randrange(1, 80)))
    elif way == 1:  # cut short
        body = body[: chance.randrange(len(body) + 1)]
    elif way == 2 and len(body) >= 4:  # a wrong length, where lengths stand
        at = 4 * chance.randrange(len(body) // 4)
        struct.pack_into('<I', body, at, chance.choice(_WILD_LENGTHS))
    elif way == 3:  # more than there should be
        body += chance.randbytes(chance.randrange(1, 40))
    elif way == 4:  # a piece is missing in the middle
        start = chance.randrange(len(body) + 1)
        del body[start : start + chance.randrange(1, 9)]
    if way == 5 or chance.random() < 0.3:
        for _ in range(chance.randint(1, 8) if body else 0):
            body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    return head + bytes(body)


def samples(
    cls: type, chance: random.Random, prefix: bytes = b'', count: int = SAMPLES
) -> Iterator[bytes]:
    """Damaged and wild samples of a type.

    Args:
        cls: the type.
        chance: what draws.
        prefix: bytes between the encapsulation header and the message, left as they are.
        count: how many.
    """
    for number in range(count):
        data = serialize_message(wild(cls, chance))
        data = data[:4] + prefix + data[4:]
        # Every fourth is of the right form: what it says is the damage.
        yield data if number % 4 == 0 else damage(data, 4 + len(prefix), chance)


def peak_memory() -> int:
    """The most memory that this process has had [bytes]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Stranger:
    """Writes and reads any bytes under the name of any type, from another participant."""

    def __init__(self, participant: Any) -> None:
        self._participant = participant

    def writer(self, topic: str, cls: type, **qos: Any) -> Writer:
        return self._make(Writer, topic, cls, qos)

    def reader(self, topic: str, cls: type, **qos: Any) -> Reader:
        return self._make(Reader, topic, cls, qos)

    def _make(self, kind: Callable[..., Any], topic: str, cls: type, qos: dict[str, Any]) -> Any:
        name = cls._TYPE_SUPPORT.dds_type_name
        return kind(self._participant, topic, name, EndpointQos(**{'depth': 50, **qos}), b'')


@pytest.fixture
def stranger(other):
    return Stranger(other.context.handle.participant)


@pytest.fixture
def flood(ros):
    """Writes samples one by one, and has the nodes of `ros` take each."""

    def run(writer: Writer, damaged: Iterator[bytes]) -> None:
        assert ros.until(writer.is_matched)
        before = peak_memory()
        for sample in damaged:
            try:
                writer.write([sample])
            except DdsError:
                # Cyclone DDS itself refuses an encapsulation that it does not know, and a sample
                # without a body.
                continue
            ros.executor.spin_once(timeout_sec=0)
        assert peak_memory() - before < MEMORY

    return run


@pytest.fixture
def damaged():
    """Makes damaged samples of a type, the same in every run."""
    chance = random.Random(8)
    return lambda cls, prefix=b'', count=SAMPLES: samples(cls, chance, prefix, count)
