"""Remembers for policies what must outlive them."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.callback_groups import MutuallyExclusiveCallbackGroup
from rclpy.clock import Clock, ClockType
from rclpy.executors import MultiThreadedExecutor
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn

from policy_nodes.memory.errors import MemoryBankError
from policy_nodes.memory.memory_bank import MemoryBank
from policy_nodes.memory.snapshot import read_snapshot, write_snapshot
from policy_nodes.memory.snapshot_folder import SnapshotFolder
from policy_nodes.memory.snapshot_schedule import SnapshotSchedule
from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HEARTBEAT, HeartbeatPublisher
from policy_nodes.nodes.interface import (
    NodeInterface,
    Setting,
    Topic,
    announce,
    declare,
    listen,
    read,
)
from policy_nodes.nodes.memory_topics import ENTRIES
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.translate_memory import entry_message, entry_sample
from policy_nodes.nodes.wiring import take_down, wires
from policy_stack.msg import MemoryEntry
from policy_stack.srv import QueryMemory, ResetEpisode, SnapshotMemory

LOOK = 0.02  # [s] between looks at the schedule of snapshots
DIAGNOSTICS = Topic(
    '/diagnostics', DiagnosticArray, qos.SENSOR_OUT, 'what is held, and since when'
)

INTERFACE = NodeInterface(
    name='memory_bank',
    purpose='Keeps entries by episode, stream and step for any policy, within bounds of bytes, '
    'entries and episodes; gives back the last of a stream or those near a point; writes '
    'snapshots by itself and begins with the last one, so that it comes back with what it had. '
    'It works from being configured on.',
    publishes=(DIAGNOSTICS, HEARTBEAT),
    subscribes=(ENTRIES,),
    services=(
        ('~/query', QueryMemory, 'entries of an episode, oldest first'),
        ('~/snapshot', SnapshotMemory, 'write all to disk, or hold what a file holds instead'),
        (
            '~/reset_episode',
            ResetEpisode,
            'forget what this episode held; it now is the running one',
        ),
    ),
    settings=(
        Setting('max_bytes', 256 << 20, 'of all entries', 'bytes', (4096, 1 << 40)),
        Setting('max_entries', 10_000, 'of all episodes', range=(1, 90_000)),
        Setting('max_episodes', 2, 'the running one included', range=(1, 1000)),
        Setting('max_answer_bytes', 64 << 20, 'of one answer', 'bytes', (4096, 1 << 31)),
        Setting('folder', 'runs/latest/memory', 'that all snapshots lie below'),
        Setting('file', 'memory_bank.safetensors', 'of the snapshots written by itself'),
        Setting('restore', True, 'begin with that file if it is there'),
        Setting(
            'snapshot_entries', 1, 'written after so many; 0 does not count', range=(0, 90_000)
        ),
        Setting('snapshot_period', 0.0, 'written after so long; 0 never', 's', (0.0, 3600.0)),
    ),
)


class MemoryBankNode(LifecycleNode):
    """Hands entries to the bank and answers from it; disk and slow readers hold up neither.

    Entries and the heartbeat, answers, and the disk have a callback group each, and the bank is
    touched under a lock.
    """

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        self.steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.lock = threading.Lock()
        # the last snapshot is written outside of the callback group of the disk
        self.disk_lock = threading.Lock()
        self.schedule = SnapshotSchedule(0, 0.0)
        self.standing = wires(self)

    @refuses(MemoryBankError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Begin with the last snapshot; a damaged one is refused here."""
        given = self.settings = read(self, INTERFACE.settings)
        self.bank = MemoryBank(given['max_bytes'], given['max_entries'], given['max_episodes'])
        self.folder = SnapshotFolder(Path(given['folder']))
        self.file = self.folder.file(given['file'])
        self.refused, self.trouble = 0, ''
        if given['restore'] and self.file.exists():
            self.bank.restore(read_snapshot(self.file, given['max_bytes']))
            self.get_logger().info(f'{len(self.bank)} entries come from {self.file}')
        self.schedule = SnapshotSchedule(given['snapshot_entries'], given['snapshot_period'])
        answers, disk = MutuallyExclusiveCallbackGroup(), MutuallyExclusiveCallbackGroup()
        self.diagnostics = announce(self, DIAGNOSTICS)
        listen(self, ENTRIES, self.take)
        for name, kind, callback, group in (
            ('~/query', QueryMemory, self.query, answers),
            ('~/snapshot', SnapshotMemory, self.snapshot, disk),
            ('~/reset_episode', ResetEpisode, self.reset_episode, disk),
        ):
            self.create_service(kind, name, self.answering(callback), callback_group=group)
        self.create_timer(LOOK, self.keep, callback_group=disk, clock=self.steady)
        self.create_timer(1.0, self.report, clock=self.steady)
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up, and write what no snapshot has."""
        take_down(self, self.standing)
        self.farewell()
        self.schedule = SnapshotSchedule(0, 0.0)
        return super().on_cleanup(state)

    def farewell(self) -> None:
        """Write what no snapshot has before the process ends."""
        if self.schedule.is_on and self.schedule.pending:
            self.write_automatic()

    def wall(self) -> float:
        """Steady wall time [s]."""
        return self.steady.now().nanoseconds * 1e-9

    def answering(self, callback: Callable[[Any, Any], None]) -> Callable[[Any, Any], Any]:
        """Let a service answer refusals in words."""

        def answer(request: Any, response: Any) -> Any:
            try:
                callback(request, response)
                response.success = True
            except MemoryBankError as error:
                response.success, response.message = False, str(error)
                self.get_logger().warning(str(error), throttle_duration_sec=2.0)
            return response

        return answer

    def take(self, message: MemoryEntry) -> None:
        """Keep an entry."""
        try:
            entry = entry_sample(message)
            with self.lock:
                self.bank.store(entry)
                self.schedule.changed(self.wall())
        except MemoryBankError as error:
            self.refused += 1
            self.get_logger().error(f'an entry is not kept: {error}', throttle_duration_sec=2.0)

    def query(self, request: QueryMemory.Request, response: QueryMemory.Response) -> None:
        """Find entries."""
        near = request.near
        with self.lock:
            response.episode = request.episode or self.bank.running
            found = self.bank.query(
                response.episode,
                request.stream,
                last=request.last,
                near=(near.x, near.y, near.z),
                radius=request.radius,
                frame=request.frame,
            )
        size, limit = sum(entry.size for entry in found), self.settings['max_answer_bytes']
        if size > limit:
            raise MemoryBankError(
                f'{len(found)} entries of {size} bytes are too much for one answer',
                remedy=f'ask for fewer by stream or last, or raise max_answer_bytes, now {limit}',
            )
        response.entries = [entry_message(entry) for entry in found]

    def snapshot(self, request: SnapshotMemory.Request, response: SnapshotMemory.Response) -> None:
        """Write all to disk, or hold what a file holds instead."""
        file = self.folder.file(request.path) if request.path else self.file
        if request.restore:
            contents = read_snapshot(file, self.settings['max_bytes'])
            with self.lock:
                self.bank.restore(contents)
                self.schedule.changed(self.wall())
        else:
            with self.lock:
                contents = self.bank.contents()
            with self.disk_lock:
                write_snapshot(file, contents)
        response.entries = len(contents.entries)
        response.message = str(file)

    def reset_episode(
        self, request: ResetEpisode.Request, response: ResetEpisode.Response
    ) -> None:
        """Begin an episode; what a bank that dies now comes back with knows of it, too."""
        with self.lock:
            self.bank.begin(request.episode)
            self.schedule.changed(self.wall())
        if self.schedule.is_on:
            self.write_automatic()
        response.message = self.trouble

    def keep(self) -> None:
        """Write a snapshot when one is due."""
        with self.lock:
            due = self.schedule.due(self.wall())
        if due:
            self.write_automatic()

    def write_automatic(self) -> None:
        """Write the snapshot that the bank begins with; trouble is told and tried again."""
        with self.disk_lock:
            with self.lock:
                changes, contents = self.schedule.taken(), self.bank.contents()
            try:
                write_snapshot(self.file, contents)
                self.trouble = ''
            except MemoryBankError as error:
                self.trouble = str(error)
                with self.lock:
                    self.schedule.failed(changes, self.wall())
                self.get_logger().error(self.trouble, throttle_duration_sec=10.0)

    def report(self) -> None:
        """Publish what is held."""
        with self.lock:
            facts = {
                'running': self.bank.running,
                'episodes': len(self.bank.episodes),
                'entries': len(self.bank),
                'bytes': self.bank.size,
                'evicted': self.bank.evicted,
                'refused': self.refused,
                'not in a snapshot': self.schedule.pending,
            }
        status = DiagnosticStatus(
            level=DiagnosticStatus.WARN if self.trouble else DiagnosticStatus.OK,
            name=f'{self.get_name()}: memory',
            message=self.trouble or f'{facts["entries"]} entries',
            hardware_id='policy_stack',
            values=[KeyValue(key=key, value=str(value)) for key, value in facts.items()],
        )
        message = DiagnosticArray(status=[status])
        message.header.stamp = self.get_clock().now().to_msg()
        self.diagnostics.publish(message)


def main() -> None:
    """Run the node."""
    main_of(MemoryBankNode, executor=lambda: MultiThreadedExecutor(num_threads=3))


if __name__ == '__main__':
    main()
