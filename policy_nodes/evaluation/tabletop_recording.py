"""Reads an episode on the table top from its recording, key step by key step."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.evaluation.episode_topics import readable
from policy_nodes.evaluation.message_arrays import NANO, stamp_ns
from policy_nodes.evaluation.outcomes import ABORTED, OUTCOMES, RUNNING
from policy_nodes.evaluation.pixel_arrays import image_array, tensor_array
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.evaluation.tabletop_record import FILMED, EpisodeRecord, Film, KeyStep
from policy_nodes.evaluation.tensor_shares import attention_of, shares_of
from policy_nodes.motion.outcome import OutcomeState
from policy_nodes.policies.key_picture import KeyPicture

CAMERAS = ('front', 'left_shoulder', 'right_shoulder', 'wrist')
# what it is called here: name below the robot's namespace, and type
TABLETOP_TOPICS = {
    'episode': ('/episode', 'policy_stack/msg/EpisodeStatus'),
    'goal': ('/goal', 'policy_stack/msg/TaskGoal'),
    'key_pose': ('/key_pose', 'policy_stack/msg/KeyPose'),
    'result': ('/motion_executor/result', 'policy_stack/msg/KeyPoseResult'),
    'status': ('/manipulation_policy/status', 'policy_stack/msg/PolicyStatus'),
    'heatmaps': ('/manipulation_policy/heatmaps', 'policy_stack/msg/Tensor'),
    'views': ('/manipulation_policy/views', 'policy_stack/msg/Tensor'),
    'attention': ('/manipulation_policy/memory_attention', 'policy_stack/msg/Tensor'),
    **{name: (f'/{name}/color/image_raw', 'sensor_msgs/msg/Image') for name in CAMERAS},
}
_KEPT = 40  # images of each camera that a key pose may belong to
_MOST_FRAMES = 400  # of the film; beyond, every other one goes
_BLANK = 237  # grey of views that were not recorded

_READ: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
    'heatmaps': shares_of,
    'views': np.asarray,
    'attention': attention_of,
}

Pixels = NDArray[np.uint8]


def read_tabletop_episode(path: Path) -> EpisodeRecord:
    """Read the recording of one episode.

    Raises:
        RecordingError: it is no recording at all.
    """
    recording = read_recording(path)
    reader = _Reader(list(recording.losses))
    keys = dict(readable(recording, reader.losses, TABLETOP_TOPICS))
    for recorded in recording.messages(*keys) if keys else ():
        key = keys[recorded.topic]
        if recorded.type_name == TABLETOP_TOPICS[key][1]:
            try:
                reader.take(key, recorded.decode())
            except (RecordingError, ValueError) as error:
                reader.problems[str(error)] += 1
    return reader.record()


@dataclass
class _Chosen:
    """A key pose with the images next to it in time."""

    message: Any
    stamp: int
    images: dict[str, tuple[int, Pixels]] = field(default_factory=dict)

    def offer(self, camera: str, stamp: int, pixels: Pixels) -> None:
        """Take an image if none of its camera is nearer; of equally near ones the older."""
        before = self.images.get(camera)
        if before is None or abs(stamp - self.stamp) < abs(before[0] - self.stamp):
            self.images[camera] = stamp, pixels


class _Reader:
    """Takes messages in the order of the file; memory is bounded, however long that is."""

    def __init__(self, losses: list[str]) -> None:
        self.losses = losses
        self.problems: Counter[str] = Counter()
        self._take: dict[str, Callable[[Any], None]] = {
            'episode': self._episode,
            'goal': self._goal,
            'key_pose': self._key_pose,
            'result': self._result,
            'status': self._status,
        }
        self._zero: int | None = None
        self._last: Any = None
        self._instruction = self._policy = self._checkpoint = ''
        self._chosen: list[_Chosen] = []
        self._results: dict[tuple[int, int], Any] = {}
        self._thought: dict[tuple[int, int], float] = {}
        self._tensors: dict[tuple[str, int], NDArray[Any]] = {}
        self._recent: dict[str, deque[tuple[int, Pixels]]] = {
            name: deque(maxlen=_KEPT) for name in CAMERAS
        }
        self._frames: list[tuple[int, Pixels]] = []
        self._skip = self._seen = 0

    def take(self, key: str, message: Any) -> None:
        """Take one message.

        Raises:
            ValueError: it is not formed as it has to be.
        """
        if key in CAMERAS:
            self._image(key, message)
        elif key in self._take:
            self._take[key](message)
        else:
            self._tensors[key, stamp_ns(message)] = _READ[key](tensor_array(message))

    def _episode(self, message: Any) -> None:
        # what was latched from an episode before has no start in this file
        if message.state == RUNNING and self._zero is None:
            self._zero = stamp_ns(message)
        if self._zero is not None and (self._last is None or self._last.state not in OUTCOMES):
            self._last = message

    def _goal(self, message: Any) -> None:
        self._instruction = message.instruction

    def _key_pose(self, message: Any) -> None:
        place, turn = message.pose.position, message.pose.orientation
        values = (place.x, place.y, place.z, turn.x, turn.y, turn.z, turn.w)
        if not np.isfinite(values).all() or not any(values[3:]):
            raise ValueError('a key pose is not finite, or its quaternion is zero')
        chosen = _Chosen(message, stamp_ns(message))
        for camera, images in self._recent.items():
            for stamp, pixels in images:
                chosen.offer(camera, stamp, pixels)
        self._chosen.append(chosen)

    def _result(self, message: Any) -> None:
        OutcomeState(message.state)  # one that is not known is refused here
        self._results[message.epoch, message.sequence] = message

    def _status(self, message: Any) -> None:
        self._policy, self._checkpoint = message.policy, message.checkpoint
        if math.isfinite(message.inference_ms):  # not while it waits
            self._thought[message.epoch, message.sequence] = float(message.inference_ms)

    def _image(self, camera: str, message: Any) -> None:
        stamp, pixels = stamp_ns(message), image_array(message)
        self._recent[camera].append((stamp, pixels))
        if self._chosen:
            self._chosen[-1].offer(camera, stamp, pixels)
        if camera == FILMED and self._zero is not None:
            self._seen += 1
            if self._seen % (1 << self._skip) == 0:
                self._frames.append((stamp, pixels))
            if len(self._frames) > _MOST_FRAMES:
                self._frames, self._skip = self._frames[1::2], self._skip + 1

    def record(self) -> EpisodeRecord:
        """Put together what was told."""
        last, zero = self._last, self._zero or 0
        task, _, variation = (last.scenario if last else '').partition('/')
        steps = tuple(self._step(chosen, zero) for chosen in self._chosen if chosen.stamp >= zero)
        ended = last is not None and last.state in OUTCOMES
        lost = [
            f'{count} messages cannot be drawn: {words}' for words, count in self.problems.items()
        ]
        return EpisodeRecord(
            index=last.index if last else -1,
            seed=last.seed if last else 0,
            task=task,
            variation=int(variation) if variation.isdigit() else -1,
            instruction=self._instruction,
            policy=self._policy,
            checkpoint=self._checkpoint,
            outcome=OUTCOMES[last.state] if ended else ABORTED,
            why='' if ended else 'The recording ends before the episode does.',
            time_s=(stamp_ns(last) - zero) / NANO if last else 0.0,
            steps=steps,
            film=self._film(zero, stamp_ns(last) if ended else None),
            losses=(*self.losses, *lost),
        )

    def _step(self, chosen: _Chosen, zero: int) -> KeyStep:
        message = chosen.message
        place, turn = message.pose.position, message.pose.orientation
        number = message.epoch, message.sequence
        result = self._results.get(number)
        return KeyStep(
            time=(chosen.stamp - zero) / NANO,
            images={
                camera: chosen.images[camera][1] for camera in CAMERAS if camera in chosen.images
            },
            key_pose=KeyPose(
                np.array([place.x, place.y, place.z]),
                np.array([turn.x, turn.y, turn.z, turn.w]),
                float(message.gripper),
                bool(message.ignore_collisions),
            ),
            state=OutcomeState(result.state) if result else OutcomeState.ACCEPTED,
            reason=result.reason if result else '',
            words=result.words if result else '',
            inference_ms=self._thought.get(number, math.nan),
            picture=self._picture(chosen.stamp),
        )

    def _picture(self, stamp: int) -> KeyPicture | None:
        """What the policy looked at; None where its heat maps were not recorded."""
        shares = self._tensors.get(('heatmaps', stamp))
        if shares is None:
            return None
        views = self._tensors.get(('views', stamp))
        if views is None or views.shape != (*shares.shape, 3):
            views = np.full((*shares.shape, 3), _BLANK, np.uint8)
        attention = self._tensors.get(('attention', stamp))
        return KeyPicture(views.astype(np.uint8), shares.astype(np.float32), attention)

    def _film(self, zero: int, end: int | None) -> Film | None:
        frames = [
            (stamp, pixels)
            for stamp, pixels in self._frames
            if stamp >= zero and (end is None or stamp <= end)
        ]
        if not frames:
            return None
        shape = frames[0][1].shape
        kept = [(stamp, pixels) for stamp, pixels in frames if pixels.shape == shape]
        times = np.array([stamp - zero for stamp, _ in kept]) / NANO
        return Film(times, np.stack([pixels for _, pixels in kept]))
