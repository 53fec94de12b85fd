"""Samples a recording at equal distances in time: each frame holds the newest of everything.

Times are the stamps of messages. The first frame is when every topic that is there has spoken,
the last one when the episode ended or the robot fell silent; nothing is made up before, after or
between.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from policy_nodes.evaluation.episode_topics import readable
from policy_nodes.evaluation.lerobot.episode_frames import EpisodeFrames
from policy_nodes.evaluation.lerobot.kinds import Kind, camera_topic, kind_of
from policy_nodes.evaluation.lerobot.messages import NANO
from policy_nodes.evaluation.lerobot.stream import Columns, Facts, Singles
from policy_nodes.evaluation.message_arrays import stamp_ns
from policy_nodes.evaluation.outcomes import OUTCOMES, RUNNING
from policy_nodes.evaluation.pixel_arrays import image_array
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_reader import Recording, read_recording
from policy_nodes.evaluation.run_files import CONTRACT_ATTACHMENT, SCORE_RECORD

SLACK = NANO // 1000  # a stamp by so much after a frame still belongs to it
LONGEST = 1_000_000  # frames of one episode
SET_RECORD = 'lerobot'  # metadata of recordings that come from a data set


class _Heard:
    """Rows of one topic, as they come."""

    def __init__(self) -> None:
        self.names: dict[str, tuple[str, ...]] = {}
        self.facts: Facts = {}
        self.stamps: list[int] = []
        self.rows: dict[str, list[NDArray[Any]]] = defaultdict(list)

    def take(self, stamp: int, frame: str, facts: Facts, columns: Columns) -> bool:
        """Keep a message; says whether it is like the first one."""
        if not columns:
            return True
        if not self.names:
            self.names = {column: names for column, (names, _) in columns.items()}
            self.facts = facts | {'frame': frame}
        rows: dict[str, NDArray[Any]] = {}
        for column, names in self.names.items():
            given = dict(zip(*columns.get(column, ((), ())), strict=False))
            if given.keys() != set(names):
                return False
            # joints may come in any order
            rows[column] = np.array([given[name] for name in names])
        if facts | {'frame': frame} != self.facts:
            return False
        self.stamps.append(stamp)
        for column, row in rows.items():
            self.rows[column].append(row)
        return True


def read_frames(path: Path, robot: str = '', fps: int | None = None) -> EpisodeFrames:
    """Read the recording of one episode.

    Args:
        path: of the recording.
        robot: its name; empty takes what the recording says, or tells it by the topics.
        fps: frames a second; None takes what is usual for the robot.

    Raises:
        RecordingError: no recording, of no robot that is known, or without a single frame.
    """
    recording = read_recording(path)
    robot = robot or recording.metadata.get(SET_RECORD, {}).get('robot', '')
    kind = kind_of(recording, robot)
    losses = list(recording.losses)
    topics = dict(readable(recording, losses, kind.topics))
    heard, images, statuses, task = _listen(recording, kind, topics, losses)
    rate = fps or kind.rate
    start, frames = _grid(path, kind, heard, images, statuses, rate)
    times = start + np.round(np.arange(frames) * (NANO / rate)).astype(np.int64) + SLACK
    columns: dict[str, Singles] = {}
    names: dict[str, tuple[str, ...]] = {}
    for topic in (each.topic for each in kind.streams if each.topic in heard):
        each = heard[topic]
        chosen = _newest(each.stamps, times)
        for column, rows in each.rows.items():
            # what says all values of a column is finite is a property of the robot's messages
            table = np.array(rows, dtype=np.float64)[chosen].astype(np.float32)
            if not np.isfinite(table).all():
                raise RecordingError(
                    f'{path}: {column} is not finite everywhere, which a data set cannot hold'
                )
            columns[column], names[column] = table, each.names[column]
    chosen_images = {view: _newest(stamps, times) for view, stamps in images.items()}
    shown = {key: name for name, key in topics.items()}
    pictures, sizes = _pictures(recording, chosen_images, shown)
    last = statuses[-1] if statuses else None
    return EpisodeFrames(
        robot=robot or 'unknown',
        task=task or kind.task,
        fps=rate,
        start_ns=start,
        columns=columns,
        names=names,
        images=pictures,
        sizes=sizes,
        facts={topic: heard[topic].facts for topic in sorted(heard)},
        own=_own(recording, last),
        losses=tuple(losses),
    )


def _listen(
    recording: Recording, kind: Kind, topics: Mapping[str, str], losses: list[str]
) -> tuple[dict[str, _Heard], dict[str, list[int]], list[Any], str]:
    """One pass: rows by topic, stamps of images by camera, how the episode went, and its task."""
    streams = {each.topic: each for each in kind.streams}
    views = {camera_topic(each): each for each in kind.cameras}
    heard: dict[str, _Heard] = {}
    images: dict[str, list[int]] = defaultdict(list)
    statuses: list[Any] = []
    task, odd = '', 0
    for recorded in recording.messages(*topics) if topics else ():
        key = topics[recorded.topic]
        try:
            message = recorded.decode()
        except RecordingError as error:
            losses.append(str(error))
            continue
        if key == '/goal':
            task = getattr(message, 'instruction', '') or task
        if key == '/episode':
            statuses.append(message)
        elif key in views:
            images[views[key]].append(stamp_ns(message))
        elif key in streams:
            one = heard.setdefault(key, _Heard())
            facts = streams[key].facts(message)
            frame = message.header.frame_id
            odd += not one.take(stamp_ns(message), frame, facts, streams[key].read(message))
    if odd:
        losses.append(f'{odd} messages are unlike the first of their topic and are left out')
    running = [i for i, status in enumerate(statuses) if status.state == RUNNING]
    heard = {topic: one for topic, one in heard.items() if one.stamps}
    return heard, images, statuses[running[0] :] if running else [], task


def _grid(
    path: Path,
    kind: Kind,
    heard: Mapping[str, _Heard],
    images: Mapping[str, list[int]],
    statuses: list[Any],
    rate: int,
) -> tuple[int, int]:
    """Return the time of the first frame [ns], and how many there are."""
    needed = [each.topic for each in kind.streams if each.needed]
    silent = [topic for topic in needed if topic not in heard]
    if silent:
        raise RecordingError(
            f'{path} has no message of {", ".join(silent)} that can be read: record them'
        )
    start = max(
        *(min(one.stamps) for one in heard.values()),
        *(min(stamps) for stamps in images.values()),
        stamp_ns(statuses[0]) if statuses else 0,
        0,
    )
    end = max(heard[needed[0]].stamps)
    over = [stamp_ns(status) for status in statuses if status.state in OUTCOMES]
    end = min([end, *over[:1]])
    frames = (end + SLACK - start) * rate // NANO + 1
    if end + SLACK < start or frames > LONGEST:
        raise RecordingError(
            f'{path} gives no episode: its topics have spoken together for '
            f'{(end - start) / NANO:.3g} s'
        )
    return start, int(frames)


def _newest(stamps: list[int], times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Row of the newest message at each time; every time has one."""
    order = np.argsort(np.array(stamps, dtype=np.int64), kind='stable')
    found = np.searchsorted(np.array(stamps, dtype=np.int64)[order], times, side='right') - 1
    chosen: NDArray[np.int64] = order[found]
    return chosen


def _pictures(
    recording: Recording, chosen: Mapping[str, NDArray[np.int64]], topics: Mapping[str, str]
) -> tuple[dict[str, list[bytes]], dict[str, tuple[int, int]]]:
    """Encode the images that frames show, each once."""
    pictures: dict[str, list[bytes]] = {}
    sizes: dict[str, tuple[int, int]] = {}
    for view, rows in chosen.items():
        wanted, encoded = set(rows.tolist()), {}
        for row, recorded in enumerate(recording.messages(topics[camera_topic(view)])):
            if row not in wanted:
                continue
            try:
                pixels = image_array(recorded.decode())
            except ValueError as error:
                raise RecordingError(f'{recording.path}, camera {view}: {error}') from error
            if sizes.setdefault(view, pixels.shape[:2]) != pixels.shape[:2]:
                raise RecordingError(f'{recording.path}: the images of {view} change their size')
            stream = io.BytesIO()
            Image.fromarray(np.ascontiguousarray(pixels)).save(stream, 'png')
            encoded[row] = stream.getvalue()
        pictures[view] = [encoded[row] for row in rows.tolist()]
    return pictures, sizes


def _own(recording: Recording, last: Any) -> dict[str, str]:
    """What the recording tells about the episode as a whole."""
    own = {'source': recording.path.name}
    if last is not None:
        own |= {
            'episode': last.episode,
            'index': str(last.index),
            'scenario': last.scenario,
            'seed': str(last.seed),
            'outcome': OUTCOMES.get(last.state, ''),
        }
    score = recording.metadata.get(SCORE_RECORD, {}).get('json')
    contract = recording.attachments.get(CONTRACT_ATTACHMENT)
    if score:
        own['score'] = score
    if contract:
        own['contract'] = contract.decode('utf-8', errors='replace')
    return own
