"""What a manipulation policy keeps in the memory bank, so that another process can go on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.memory.entry import Entry
from policy_nodes.memory.errors import MemoryBankError
from policy_nodes.nodes.memory_client import Fetched, MemoryClient
from policy_nodes.policies.key_pose_turns import Turn
from policy_nodes.policies.manipulation_session import Recalled

MEMORY, KEY_POSE, TURN = 'memory', 'key_pose', 'turn'
PATIENCE = 10.0  # [s] for the bank, before it is said that it does not answer


class PolicyMemory:
    """Writes each key step, asks for the last ones after a start.

    Attributes:
        recalled: the bank's answer; None while it is awaited or nobody asked.
        problem: why there is no answer; empty while all is well.
    """

    def __init__(self, node: Any, stream: str, window: int, frame: str) -> None:
        """Find the bank.

        Args:
            node: that has the memory.
            stream: name of the policy.
            window: key steps that it looks back at; 0 without memory.
            frame: of key poses.
        """
        self._client = MemoryClient(node)
        self._logger = node.get_logger()
        self._stream, self._last, self._frame = stream, max(window, 1), frame
        self.recalled: Recalled | None = None
        self.problem = ''

    def ask(self) -> None:
        """Ask for the running episode, until the bank answers."""
        self.recalled = None
        self._client.fetch(self._take, stream=self._stream, last=self._last, timeout=PATIENCE)

    def cancel(self) -> None:
        """Await no answer any more."""
        self._client.cancel()
        self.problem = ''

    def begin(self) -> None:
        """Begin an episode: what was written before is repeated to nobody."""
        self.cancel()
        self._client.begin()

    def write(
        self,
        episode: str,
        turn: Turn,
        refused: int,
        key_pose: NDArray[np.float64],
        memory: NDArray[np.float32] | None,
    ) -> None:
        """Write a key step.

        Args:
            episode: its name.
            turn: the key pose's number.
            refused: in a row before it.
            key_pose: (9,) as the contract's action.
            memory: what it left in the policy; None for a policy without memory.
        """
        tensors: dict[str, NDArray[Any]] = {
            KEY_POSE: key_pose,
            TURN: np.array([turn.sequence, refused], dtype=np.int64),
        }
        if memory is not None:
            tensors[MEMORY] = memory
        x, y, z, *quaternion = (float(value) for value in key_pose[:7])
        try:
            entry = Entry(
                episode=episode,
                stream=self._stream,
                step=turn.step,
                tensors=tensors,
                stamp_ns=turn.stamp_ns,
                frame=self._frame,
                position=(x, y, z),
                quaternion=(quaternion[0], quaternion[1], quaternion[2], quaternion[3]),
            )
        except MemoryBankError as error:
            self._logger.error(f'key step {turn.step} is not remembered: {error}')
            return
        self._client.store(entry)

    def _take(self, fetched: Fetched) -> None:
        self.problem = fetched.problem
        if fetched.problem:
            self._logger.warning(f'no memory yet, and so no key pose: {fetched.problem}')
            self.ask()
            return
        try:
            self.recalled = _recalled(fetched)
        except (KeyError, ValueError, IndexError) as error:
            self.problem = f'stream {self._stream} of the bank holds something else: {error!r}'
            self._logger.error(f'{self.problem}; begin the episode anew')


def _recalled(fetched: Fetched) -> Recalled:
    if not fetched.entries:
        return Recalled(fetched.episode)
    last = fetched.entries[-1]
    sequence, refused = (int(value) for value in last.tensors[TURN])
    memories = tuple(
        np.asarray(entry.tensors[MEMORY], np.float32)
        for entry in fetched.entries
        if MEMORY in entry.tensors
    )
    turn = Turn(last.step, sequence, last.stamp_ns)
    return Recalled(fetched.episode, memories, turn, refused)
