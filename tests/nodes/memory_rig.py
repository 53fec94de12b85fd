"""One memory bank in a process of its own, and who speaks with it."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import numpy as np
from lifecycle_msgs.msg import State
from node_process import NodeProcess
from station import Station

from policy_nodes.memory.entry import Entry
from policy_nodes.memory.snapshot import read_snapshot
from policy_nodes.nodes.memory_topics import ENTRIES
from policy_nodes.nodes.translate_memory import entry_message, entry_sample
from policy_stack.srv import QueryMemory, ResetEpisode, SnapshotMemory


class MemoryRig:
    """Starts a bank under a name of its own.

    Attributes:
        process: of the bank.
        folder: of its snapshots.
        name: of its node.
    """

    def __init__(
        self, start: Any, station: Station, name: str, folder: Path, **parameters: object
    ) -> None:
        """Start it and bring it up."""
        self.station, self.folder, self.name = station, folder, name
        given = {'folder': folder, **parameters}
        self.process: NodeProcess = start(
            'memory_bank',
            *('-r', f'__node:={name}'),
            *(word for key, value in given.items() for word in ('-p', f'{key}:={value}')),
        )
        self.publishers: list[Any] = []
        station.bring_up(name)

    @property
    def file(self) -> Path:
        """The snapshot that it writes by itself."""
        return self.folder / 'memory_bank.safetensors'

    def publisher(self) -> Any:
        """A publisher of entries."""
        topic = ENTRIES.name.replace('~', self.name)
        made = self.station.node.create_publisher(ENTRIES.type, topic, ENTRIES.qos)
        self.publishers.append(made)
        return made

    def store(self, *entries: Entry) -> None:
        """Send entries, and wait until the bank has heard the last one."""
        if not self.publishers:
            self.publisher()
        for entry in entries:
            self.publishers[-1].publish(entry_message(entry))
        last = entries[-1]
        self.until(lambda: self.newest(last.episode, last.stream) == last.step)

    def newest(self, episode: str, stream: str) -> int:
        """The newest step of a stream; -1 where there is none."""
        kept = self.query(episode, stream, last=1)
        return kept[0].step if kept else -1

    def whole(self, stream: str, count: int) -> list[Entry]:
        """Wait until a stream has so many entries."""
        self.until(lambda: len(self.query(stream=stream)) == count)
        return self.query(stream=stream)

    def on_disk(self) -> int:
        """Entries of the snapshot that it writes by itself."""
        return len(read_snapshot(self.file, 1 << 28).entries) if self.file.exists() else 0

    def silence(self) -> None:
        """Take away what the middleware keeps of the entries sent."""
        while self.publishers:
            self.station.node.destroy_publisher(self.publishers.pop())

    def ask(self, **question: Any) -> QueryMemory.Response:
        """Ask for entries; the answer as it comes."""
        return self.station.call(
            QueryMemory, f'{self.name}/query', QueryMemory.Request(**question)
        )

    def query(self, episode: str = '', stream: str = '', **more: Any) -> list[Entry]:
        """Ask for entries; none where the question is refused."""
        answer = self.ask(episode=episode, stream=stream, **more)
        return [entry_sample(message) for message in answer.entries]

    def reset(self, episode: str) -> ResetEpisode.Response:
        """Begin an episode."""
        request = ResetEpisode.Request(episode=episode)
        return self.station.call(ResetEpisode, f'{self.name}/reset_episode', request)

    def snapshot(self, path: str = '', restore: bool = False) -> SnapshotMemory.Response:
        """Write or read a snapshot."""
        request = SnapshotMemory.Request(path=path, restore=restore)
        return self.station.call(SnapshotMemory, f'{self.name}/snapshot', request)

    def until(self, condition: Any, timeout: float = 30.0) -> Any:
        """Wait until a condition holds."""
        return self.station.until(condition, timeout, self.process.said()[-2000:])

    def kill(self) -> None:
        """End the process by SIGKILL."""
        self.process.signal(signal.SIGKILL)
        self.process.wait()

    def come_back(self) -> None:
        """Start it again and bring it up; what answers is the new process."""
        self.process.start_again()
        name = self.name
        self.until(lambda: self._state() == State.PRIMARY_STATE_UNCONFIGURED)
        self.station.bring_up(name)

    def _state(self) -> int:
        try:
            return self.station.state_of(self.name, 2.0)
        except AssertionError:
            return -1  # the question went to the process that is gone


def entry(stream: str = 'front', step: int = 0, floats: int = 1, **more: Any) -> Entry:
    """An entry with one array."""
    tensors = {'token': np.full(floats, step, np.float32)}
    return Entry(more.pop('episode', 'one'), stream, step, **{'tensors': tensors, **more})
