"""Feeds the scene from recordings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from policy_nodes.evaluation.message_arrays import stamp_ns
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_reader import Recorded, Recording, read_recording
from policy_nodes.evaluation.run_files import RunError, recording_name
from policy_nodes.evaluation.view.feed import Feed
from policy_nodes.evaluation.view.sources import SOURCES, Source

TIMED = ('odom', 'joint_states')  # what a robot tells all the time


def find_recordings(run: Path, episode: int | None = None) -> list[Path]:
    """List the recordings of a run.

    Args:
        run: its folder, or one MCAP file.
        episode: only this one, counted from 0.

    Raises:
        RunError: nothing there, or no such episode.
    """
    if run.is_file():
        if episode is not None:
            raise RunError(f'{run} is one recording; give the folder of its run to use --episode')
        return [run]
    if not run.is_dir():
        raise RunError(f'there is no {run}; give the folder of a run or an MCAP file')
    files = sorted(run.glob('*.mcap'))
    if not files:
        raise RunError(f'{run} holds no recording (*.mcap): nothing was recorded, or it is no run')
    if episode is None:
        return files
    chosen = run / recording_name(episode)
    if chosen not in files:
        known = ', '.join(file.name for file in files)
        raise RunError(f'{run} holds no {chosen.name}; there are {known}')
    return [chosen]


class RecordedSource:
    """The drawable part of recordings that follow one another.

    Attributes:
        total: messages to draw.
        losses: one sentence for everything that cannot be drawn.
    """

    def __init__(self, paths: Sequence[Path], namespace: str = '') -> None:
        """Look through the recordings.

        Args:
            paths: in the order of their time.
            namespace: of the robot.

        Raises:
            RecordingError: a file is no recording, holds nothing to draw, or recordings whose
                clocks overlap.
        """
        self.losses: list[str] = []
        self.total = 0
        self._parts: list[tuple[Recording, dict[str, Source]]] = []
        for path in paths:
            recording = read_recording(path)
            self.losses += [f'{path.name}: {loss}' for loss in recording.losses]
            topics = self._drawable(recording, namespace)
            self.total += sum(recording.topics[name].count for name in topics)
            self._parts.append((recording, topics))
        if not self.total:
            sentence = _nothing(paths, [part for part, _ in self._parts], namespace)
            raise RecordingError('; '.join([sentence, *self.losses]))
        if len(self._parts) > 1:
            self._require_order()

    def play(self, feed: Feed, on_progress: Callable[[int], None] = lambda done: None) -> None:
        """Draw everything.

        Args:
            feed: draws.
            on_progress: told how many messages were read.
        """
        done, damaged = 0, []
        for recording, topics in self._parts:
            for recorded in recording.messages(*topics) if topics else ():
                done += 1
                on_progress(done)
                try:
                    message = recorded.decode()
                except RecordingError as error:
                    damaged.append(str(error))
                    continue
                feed.take(topics[recorded.topic].name, message, recorded.log_time_ns)
        if damaged:
            self.losses.append(f'{len(damaged)} messages cannot be decoded, first {damaged[0]}')

    def _drawable(self, recording: Recording, namespace: str) -> dict[str, Source]:
        """Sources by the topics that can be drawn; the others are added to the losses."""
        found = {}
        for source in SOURCES:
            topic = recording.topics.get(source.topic(namespace))
            if topic is None:
                continue
            problem = topic.undecodable
            if topic.type_name != source.type_name:
                problem = f'it is {topic.type_name}, not {source.type_name}'
            if problem:
                self.losses.append(f'{recording.path.name}: {topic.name} is not drawn: {problem}')
            else:
                found[topic.name] = source
        return found

    def _require_order(self) -> None:
        """Refuse recordings whose clocks overlap: they would be drawn over each other."""
        spans = [(part.path.name, _span(part, topics)) for part, topics in self._parts]
        told = [(name, span) for name, span in spans if span is not None]
        for (before, (_, last)), (after, (first, _)) in pairwise(told):
            if first <= last:
                raise RecordingError(
                    f'the clocks of {before} and {after} overlap, so they cannot share one '
                    'timeline; choose one with --episode'
                )


def _span(recording: Recording, topics: dict[str, Source]) -> tuple[int, int] | None:
    """First and last stamp of odometry or joints [ns]; None without any."""
    timed = [name for name, source in topics.items() if source.name in TIMED]
    stamps = list(_stamps(recording.messages(*timed))) if timed else []
    return (min(stamps), max(stamps)) if stamps else None


def _stamps(messages: Iterator[Recorded]) -> Iterator[int]:
    for recorded in messages:
        try:
            yield stamp_ns(recorded.decode())
        except RecordingError:
            continue  # play() counts and reports it


def _nothing(paths: Sequence[Path], recordings: Sequence[Recording], namespace: str) -> str:
    """Say that there is nothing to draw, and where something would be."""
    inner = namespace.strip('/')
    where = ', '.join(path.name for path in paths)
    ends = tuple(f'/{source.name}' for source in SOURCES)
    others = {
        name.removesuffix(end).strip('/')
        for recording in recordings
        for name, topic in recording.topics.items()
        for end in ends
        if topic.count and name.endswith(end) and name.count('/') == end.count('/') + 1
    } - {inner}
    names = ', '.join(sorted(others))
    hint = f'; there are robots under {names}: use --namespace' if others else ''
    place = f'in the namespace {inner}' if inner else 'without a namespace'
    return f'{where} holds nothing that is drawn {place}, such as odom, scan or joint_states{hint}'
