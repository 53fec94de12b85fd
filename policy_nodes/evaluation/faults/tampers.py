"""What a fault does to the messages of a topic."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Sequence
from typing import Any

from rclpy.serialization import serialize_message

from policy_nodes.evaluation.faults.relay import Relay, Tamper

NANO = 1_000_000_000
SMALLEST = 8  # bytes that a middleware takes for a sample at all

Making = Callable[[Relay, random.Random], Tamper]
"""Makes the tamper of one injection, for a relay and with random choices of its own."""


def drop(_relay: Relay, _random: random.Random) -> Tamper:
    """Nothing comes any more."""
    return lambda _message: ()


def freeze(relay: Relay, _random: random.Random) -> Tamper:
    """The last message comes again and again, with its stamp."""
    return lambda message: (relay.last if relay.last is not None else message,)


def flood(_relay: Relay, _random: random.Random) -> Tamper:
    """Each message comes ten times."""
    return lambda message: (message,) * 10


def damage(_relay: Relay, chance: random.Random) -> Tamper:
    """Bytes on the wire are cut off or changed beyond repair."""

    def cut(message: Any) -> Sequence[bytes]:
        data = bytes(serialize_message(message))
        if chance.random() < 0.5 or not hasattr(message, 'header'):
            return (data[: chance.randrange(SMALLEST, max(SMALLEST + 1, len(data) // 2))],)
        # the length of the frame's name grows beyond the sample
        place = 4 + 8
        return (data[:place] + b'\xff\xff\xff\x7f' + data[place + 4 :],)

    return cut


def delay(seconds: float) -> Making:
    """Let messages come late, with the stamps that they had."""

    def make(relay: Relay, _random: random.Random) -> Tamper:
        def later(message: Any) -> Sequence[Any]:
            relay.delay(message, seconds)
            return ()

        return later

    return make


def edit(change: Callable[[Any, random.Random], None]) -> Making:
    """Change each message in place.

    Args:
        change: of a copy of the message; random choices are its own.
    """

    def make(_relay: Relay, chance: random.Random) -> Tamper:
        # one choice an injection: the same axis or joint is wrong all the time
        seed = chance.random()

        def changed(message: Any) -> Sequence[Any]:
            mine = copy.deepcopy(message)
            change(mine, random.Random(seed))
            return (mine,)

        return changed

    return make


def shifted(seconds: float) -> Making:
    """Stamp messages earlier or later."""
    return edit(lambda message, _: shift(message.header.stamp, seconds))


def shift(stamp: Any, seconds: float) -> None:
    """Move a stamp; it does not go below zero."""
    total = max(0, stamp.sec * NANO + stamp.nanosec + int(seconds * NANO))
    stamp.sec, stamp.nanosec = divmod(total, NANO)
