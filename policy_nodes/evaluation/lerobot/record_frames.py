"""Writes an episode of a data set as a recording, with the topics that the robot has."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from policy_nodes.evaluation.bag_metadata import offered_qos
from policy_nodes.evaluation.lerobot.episode_frames import EpisodeFrames
from policy_nodes.evaluation.lerobot.kinds import (
    IMAGE,
    INSTRUCTION,
    KINDS,
    ROBOTS,
    STATUS,
    Kind,
    camera_topic,
)
from policy_nodes.evaluation.lerobot.messages import NANO, stamped
from policy_nodes.evaluation.lerobot.read_frames import SET_RECORD
from policy_nodes.evaluation.message_definitions import message_definition, type_store
from policy_nodes.evaluation.outcomes import OUTCOMES, RUNNING
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_writer import RecordingWriter
from policy_nodes.evaluation.run_files import CONTRACT_ATTACHMENT, SCORE_RECORD

JOINTS, COMMAND = 'sensor_msgs/msg/JointState', 'policy_stack/msg/JointCommand'
TENSOR = 'policy_stack/msg/Tensor'
FLOAT32 = 0  # Tensor.dtype
Told = Iterator[tuple[str, str, Any]]


def record_frames(episode: EpisodeFrames, path: Path, data_set: str = '') -> Path:
    """Write a recording; frames are stamped by their number and their rate.

    A robot of this project gets its own topics again. Of any other one the state becomes
    /joint_states, the action /joint_command, and each further column a tensor.

    Args:
        episode: to write.
        path: file to create.
        data_set: where it comes from, for the metadata.

    Raises:
        RecordingError: the file is there already or cannot be written, or an image is damaged.
    """
    kind = KINDS[ROBOTS[episode.robot]] if episode.robot in ROBOTS else None
    with RecordingWriter(path) as writer:

        def put(topic: str, type_name: str, time_ns: int, message: Any) -> None:
            payload = bytes(type_store().serialize_cdr(message, type_name))
            definition = message_definition(type_name)
            writer.write(topic, type_name, definition, payload, time_ns, time_ns, offered_qos())

        first, last = episode.time_ns(0), episode.time_ns(len(episode) - 1)
        put(*STATUS, first, _status(episode, first, RUNNING, 0))
        if episode.task and (kind is None or episode.task != kind.task):
            put('/goal', INSTRUCTION, first, _task(episode, first))
        for row in range(len(episode)):
            at = episode.time_ns(row)
            rows = {name: values[row] for name, values in episode.columns.items()}
            told = _plain(episode, rows, at) if kind is None else _own(kind, episode, rows, at)
            for topic, type_name, message in told:
                put(topic, type_name, at, message)
            for view, pictures in episode.images.items():
                shown = _image(pictures[row], episode.sizes[view], view, at)
                put(camera_topic(view), IMAGE, at, shown)
        over = {name: state for state, name in OUTCOMES.items()}.get(
            episode.own.get('outcome', '')
        )
        if over is not None:
            put(*STATUS, last, _status(episode, last, over, len(episode)))
        _describe(writer, episode, data_set)
    return path


def _describe(writer: RecordingWriter, episode: EpisodeFrames, data_set: str) -> None:
    kept = {'data_set': data_set, 'robot': episode.robot, 'fps': str(episode.fps)}
    writer.add_metadata(SET_RECORD, kept | {'task': episode.task})
    if 'score' in episode.own:
        writer.add_metadata(SCORE_RECORD, {'json': episode.own['score']})
    if 'contract' in episode.own:
        contract = episode.own['contract'].encode()
        writer.attach(CONTRACT_ATTACHMENT, 'application/yaml', contract)


def _own(
    kind: Kind, episode: EpisodeFrames, rows: Mapping[str, NDArray[np.float32]], at: int
) -> Told:
    """Messages of one frame on the topics of a robot of this project."""
    for stream in kind.streams:
        facts = episode.facts.get(stream.topic)
        there = {column: rows[column] for column in stream.columns if column in rows}
        if facts is None or not there:
            continue
        try:
            fields = stream.fields(there, episode.names, facts)
            frame = str(facts['frame'])
        except (KeyError, ValueError, TypeError) as error:
            raise RecordingError(
                f'the data set does not say all that {stream.topic} needs: {error}'
            ) from error
        if stream.topic == '/goal':
            fields |= {'instruction': episode.task}
        yield stream.topic, stream.type_name, stamped(stream.type_name, at, frame, **fields)


def _plain(episode: EpisodeFrames, rows: Mapping[str, NDArray[np.float32]], at: int) -> Told:
    """Messages of one frame of a robot that is not known here."""
    for name, values in rows.items():
        doubles = values.astype(np.float64)
        if name == 'observation.state':
            given = {'name': list(episode.names[name]), 'position': doubles}
            yield '/joint_states', JOINTS, stamped(JOINTS, at, '', **given)
        elif name == 'action':
            given = {'names': list(episode.names[name]), 'position': doubles}
            yield '/joint_command', COMMAND, stamped(COMMAND, at, '', **given)
        else:
            topic = '/' + ''.join(c if c.isalnum() else '/' if c == '.' else '_' for c in name)
            tensor = stamped(
                TENSOR,
                at,
                '',
                name=name,
                dtype=FLOAT32,
                shape=np.array([len(values)], np.uint32),
                data=values.astype('<f4').view(np.uint8),
            )
            yield topic, TENSOR, tensor


def _status(episode: EpisodeFrames, at: int, state: int, step: int) -> Any:
    own = episode.own

    def number(name: str, bits: int = 32) -> int:
        text = own.get(name, '')
        return int(text) if text.isdecimal() and int(text) < 1 << bits else 0

    return stamped(
        STATUS[1],
        at,
        '',
        episode=own.get('episode', ''),
        index=number('index'),
        scenario=own.get('scenario', ''),
        seed=number('seed', 64),
        state=state,
        step=step,
        elapsed=(at - episode.start_ns) / NANO,
    )


def _task(episode: EpisodeFrames, at: int) -> Any:
    return stamped(INSTRUCTION, at, '', instruction=episode.task, pose__orientation__w=1.0)


def _image(png: bytes, size: tuple[int, int], view: str, at: int) -> Any:
    """Decode a PNG of a size that was promised."""
    try:
        with Image.open(io.BytesIO(png), formats=['PNG']) as image:
            if image.size != (size[1], size[0]) or image.mode != 'RGB':
                raise RecordingError(
                    f'an image of {view} is {image.size} {image.mode}; the data set promises '
                    f'{(size[1], size[0])} RGB'
                )
            pixels = np.array(image)
    except (OSError, SyntaxError) as error:
        raise RecordingError(f'an image of {view} is damaged: {error}') from error
    return stamped(
        IMAGE,
        at,
        f'{view}_optical_frame',
        height=size[0],
        width=size[1],
        encoding='rgb8',
        step=3 * size[1],
        data=pixels.reshape(-1),
    )
