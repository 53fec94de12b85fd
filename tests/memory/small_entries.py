"""Small entries, and ways to compare what comes back."""

from __future__ import annotations

import numpy as np

from policy_nodes.memory.entry import Entry


def entry(episode='one', stream='front', step=0, *, floats=1, value=0.0, **more) -> Entry:
    """An entry with one array."""
    tensors = {'token': np.full(floats, value, np.float32)}
    return Entry(episode, stream, step, **{'tensors': tensors, **more})


def facts(found: Entry) -> tuple:
    """Everything that an entry says, to be compared."""
    tensors = [
        (name, array.dtype.str, array.shape, array.tobytes())
        for name, array in sorted(found.tensors.items())
    ]
    place = (found.frame, tuple(found.position), tuple(found.quaternion))
    return found.episode, found.stream, found.step, found.stamp_ns, place, tensors


def key(found: Entry) -> tuple[str, str, int]:
    """What an entry is found by."""
    return found.episode, found.stream, found.step
