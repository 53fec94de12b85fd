"""A tree of frames over time."""

from __future__ import annotations

import math
import threading
from typing import Any

from geometry_msgs.msg import TransformStamped
from rclpy.duration import Duration
from rclpy.logging import get_logger
from rclpy.time import Time
from tf2_py.exceptions import (
    ConnectivityException,
    ExtrapolationException,
    InvalidArgumentException,
    LookupException,
    TransformException,
)
from tf2_py.rotation import (
    IDENTITY,
    Quaternion,
    Vector,
    add,
    inverse,
    multiply,
    negative,
    normalized,
    rotate,
)
from tf2_py.time_cache import StaticCache, StoredTransform, TimeCache, show_time

_MAX_DEPTH = 1000
_ORIGIN: Vector = (0.0, 0.0, 0.0)
_HINT = 'Possible reasons are listed at http://wiki.ros.org/tf/Errors%20explained'

Pose = tuple[Quaternion, Vector]


def nanoseconds_of(value: Any, what: str) -> int:
    """Return a message or a Time or Duration as nanoseconds.

    Raises:
        TypeError: it is none.
    """
    if hasattr(value, 'sec') and hasattr(value, 'nanosec'):
        return value.sec * 10**9 + value.nanosec
    if hasattr(value, 'nanoseconds'):
        return value.nanoseconds
    raise TypeError(f'{what} must have sec and nanosec, or nanoseconds.')


class BufferCore:
    """Stores transforms and answers what the transform between two frames is at a time.

    A transform from source to target frame is the pose of the source frame in the target frame.
    Time 0 means the latest time at which all transforms on the way are known.
    """

    def __init__(self, cache_time: Duration | None = None) -> None:
        """Make an empty buffer.

        Args:
            cache_time: how long transforms are kept; 10 s where it is None.
        """
        self._cache_time = (
            10 * 10**9 if cache_time is None else nanoseconds_of(cache_time, 'duration')
        )
        self._frames: dict[str, TimeCache | StaticCache | None] = {}
        self._authorities: dict[str, str] = {}
        self._lock = threading.RLock()
        self._logger = get_logger('tf2')

    def set_transform(self, transform: TransformStamped, authority: str) -> None:
        """Store a transform; log why, where it is refused."""
        self._set(transform, authority, is_static=False)

    def set_transform_static(self, transform: TransformStamped, authority: str) -> None:
        """Store a transform that does not change; see `set_transform`."""
        self._set(transform, authority, is_static=True)

    def _set(self, transform: TransformStamped, authority: str, is_static: bool) -> None:
        parent = transform.header.frame_id.removeprefix('/')
        child = transform.child_frame_id.removeprefix('/')
        t, r = transform.transform.translation, transform.transform.rotation
        translation, rotation = (t.x, t.y, t.z), normalized((r.x, r.y, r.z, r.w))
        fault = _fault(parent, child, translation, rotation, authority)
        if fault is not None:
            self._logger.error(fault)
            return
        stamp = nanoseconds_of(transform.header.stamp, 'time')
        with self._lock:
            cache = self._frames.get(child)
            if cache is None or isinstance(cache, StaticCache) != is_static:
                cache = StaticCache() if is_static else TimeCache(self._cache_time)
                self._frames[child] = cache
            self._frames.setdefault(parent, None)
            if not cache.insert(StoredTransform(stamp, rotation, translation, parent)):
                self._logger.warning(
                    f'TF_OLD_DATA ignoring data from the past for frame {child} at time '
                    f'{show_time(stamp)} according to authority {authority}\n{_HINT}'
                )
                return
            self._authorities[child] = authority

    def clear(self) -> None:
        """Forget all but static transforms."""
        with self._lock:
            for cache in self._frames.values():
                if cache is not None:
                    cache.clear()

    def lookup_transform_core(
        self, target_frame: str, source_frame: str, time: Any
    ) -> TransformStamped:
        """Return the transform between two frames at a time.

        Raises:
            LookupException: a frame is not known.
            ConnectivityException: the frames are not in one tree.
            ExtrapolationException: the time lies outside of the data.
            InvalidArgumentException: a frame's name has a wrong form.
        """
        stamp = nanoseconds_of(time, 'time')
        with self._lock:
            pose, stamp = self._lookup(target_frame, source_frame, stamp)
        return _message(target_frame, source_frame, pose, stamp)

    def lookup_transform_full_core(
        self,
        target_frame: str,
        target_time: Any,
        source_frame: str,
        source_time: Any,
        fixed_frame: str,
    ) -> TransformStamped:
        """Return the transform from one frame at a time to another at another time.

        Args:
            target_frame: where to.
            target_time: when to.
            source_frame: where from.
            source_time: when from.
            fixed_frame: frame that does not move in between.

        Raises:
            As `lookup_transform_core`.
        """
        with self._lock:
            for name, what in (
                (target_frame, 'target_frame'),
                (source_frame, 'source_frame'),
                (fixed_frame, 'fixed_frame'),
            ):
                self._check(name, what)
            source, _ = self._lookup(
                fixed_frame, source_frame, nanoseconds_of(source_time, 'time')
            )
            target, stamp = self._lookup(
                target_frame, fixed_frame, nanoseconds_of(target_time, 'time')
            )
        pose = (
            multiply(target[0], source[0]),
            add(rotate(target[0], source[1]), target[1]),
        )
        return _message(target_frame, source_frame, pose, stamp)

    def can_transform_core(
        self, target_frame: str, source_frame: str, time: Any
    ) -> tuple[int, str]:
        """Return whether a lookup would succeed, and why not."""
        stamp = nanoseconds_of(time, 'time')
        if target_frame == source_frame:
            return 1, ''
        try:
            with self._lock:
                self._check(target_frame, 'target_frame', 'canTransform')
                self._check(source_frame, 'source_frame', 'canTransform')
                self._lookup(target_frame, source_frame, stamp)
        except TransformException as error:
            return 0, str(error)
        return 1, ''

    def can_transform_full_core(
        self,
        target_frame: str,
        target_time: Any,
        source_frame: str,
        source_time: Any,
        fixed_frame: str,
    ) -> tuple[int, str]:
        """Return whether a full lookup would succeed, and why not."""
        found = self.can_transform_core(target_frame, fixed_frame, target_time)
        return (
            self.can_transform_core(fixed_frame, source_frame, source_time) if found[0] else found
        )

    def get_latest_common_time(self, target_frame: str, source_frame: str) -> Time:
        """Return the latest time at which all transforms on the way are known.

        Raises:
            LookupException, ConnectivityException: see `lookup_transform_core`.
        """
        with self._lock:
            self._check(target_frame, 'target_frame')
            self._check(source_frame, 'source_frame')
            stamp = self._latest_common(target_frame, source_frame)
        return Time(nanoseconds=stamp)

    def all_frames_as_string(self) -> str:
        """Return one line for each frame with its parent."""
        with self._lock:
            return ''.join(
                f'Frame {frame} exists with parent '
                f'{cache.latest_with_parent()[1] or "NO_PARENT"}.\n'
                for frame, cache in self._frames.items()
                if cache is not None
            )

    def all_frames_as_yaml(self) -> str:
        """Return what is known of each frame, as YAML."""
        with self._lock:
            if not self._frames:
                return '[]'
            return ''.join(
                self._describe(frame, cache)
                for frame, cache in self._frames.items()
                if cache is not None and cache.latest_with_parent()[1]
            )

    def _describe(self, frame: str, cache: TimeCache | StaticCache) -> str:
        length = cache.latest() - cache.oldest()
        rate = len(cache) * 1e9 / max(length, 100_000)
        return (
            f"{frame}: \n  parent: '{cache.latest_with_parent()[1]}'\n"
            f"  broadcaster: '{self._authorities.get(frame, 'no recorded authority')}'\n"
            f'  rate: {rate:.3f}\n'
            f'  most_recent_transform: {show_time(cache.latest())}\n'
            f'  oldest_transform: {show_time(cache.oldest())}\n'
            f'  buffer_length: {length / 1e9:.3f}\n'
        )

    def _frameExists(self, frame_id: str) -> bool:  # noqa: N802  (tf2's name)
        return frame_id in self._frames

    def _getFrameStrings(self) -> list[str]:  # noqa: N802  (tf2's name)
        return list(self._frames)

    def _check(self, frame: str, what: str, function: str = 'lookupTransform') -> None:
        where = f'{function} argument {what}'
        if not frame or frame.startswith('/'):
            reason = 'cannot be empty' if not frame else "cannot start with a '/'"
            if function == 'canTransform':
                raise InvalidArgumentException(
                    f'Invalid frame ID "{frame}" passed to {where} - in tf2 frame_ids {reason}'
                )
            raise InvalidArgumentException(
                f'Invalid argument "{frame}" passed to {where} - in tf2 frame_ids {reason}'
            )
        if frame not in self._frames:
            if function == 'canTransform':
                raise LookupException(
                    f'Invalid frame ID "{frame}" passed to {where} - frame does not exist'
                )
            raise LookupException(f'"{frame}" passed to {where} does not exist. ')

    def _lookup(self, target: str, source: str, stamp: int) -> tuple[Pose, int]:
        """Return the transform between two frames, and its time [ns]."""
        if target == source:
            cache = self._frames.get(target)
            if stamp == 0 and cache is not None:
                stamp = cache.latest()
            return (IDENTITY, _ORIGIN), stamp
        self._check(target, 'target_frame')
        self._check(source, 'source_frame')
        if stamp == 0:
            stamp = self._latest_common(target, source)
        return self._walk(target, source, stamp), stamp

    def _walk(self, target: str, source: str, stamp: int) -> Pose:
        """Walk from both frames to the top of the tree, or until they meet."""
        where = f', when looking up transform from frame [{source}] to frame [{target}]'
        frame, rotation, translation = source, IDENTITY, _ORIGIN
        missing = ''
        for _ in range(_MAX_DEPTH):
            if frame == target:
                return rotation, translation
            cache = self._frames.get(frame)
            if cache is None:
                break
            try:
                step = cache.get(stamp)
            except ExtrapolationException as error:
                # The other way may still end here.
                missing = str(error)
                break
            rotation, translation = _accumulate(step, rotation, translation)
            frame = step.parent
        else:
            self._raise_loop()
        top, frame = frame, target
        to_top: Pose = (IDENTITY, _ORIGIN)
        for _ in range(_MAX_DEPTH):
            if frame == top:
                break
            cache = self._frames.get(frame)
            if cache is None:
                if missing:
                    raise ExtrapolationException(f'{missing}{where}')
                self._raise_unconnected(target, source)
            try:
                step = cache.get(stamp)
            except ExtrapolationException as error:
                raise ExtrapolationException(f'{error}{where}') from None
            to_top = _accumulate(step, *to_top)
            frame = step.parent
            if frame == source:
                back = inverse(to_top[0])
                return back, rotate(back, negative(to_top[1]))
        else:
            self._raise_loop()
        back = inverse(to_top[0])
        return (
            multiply(back, rotation),
            add(rotate(back, translation), rotate(back, negative(to_top[1]))),
        )

    def _latest_common(self, target: str, source: str) -> int:
        """Return the latest time that all transforms between two frames have [ns]."""
        if target == source:
            cache = self._frames.get(source)
            return cache.latest() if cache is not None else 0
        above_source = self._ancestors(source)
        stamps: list[int] = []
        for stamp, parent in above_source:
            stamps.append(stamp)
            if parent == target:
                return _earliest(stamps)
        parents = [parent for _, parent in above_source]
        stamps = []
        for stamp, parent in self._ancestors(target):
            stamps.append(stamp)
            if parent == source:
                return _earliest(stamps)
            if parent in parents:
                shared = parents.index(parent) + 1
                return _earliest(stamps + [each for each, _ in above_source[:shared]])
        return self._raise_unconnected(target, source)

    def _ancestors(self, frame: str) -> list[tuple[int, str]]:
        """Return latest stamp and parent of a frame and of all above it."""
        found: list[tuple[int, str]] = []
        while (cache := self._frames.get(frame)) is not None:
            stamp, frame = cache.latest_with_parent()
            if not frame:
                break
            found.append((stamp, frame))
            if len(found) > _MAX_DEPTH:
                self._raise_loop()
        return found

    def _raise_loop(self) -> None:
        raise LookupException(
            f'The tf tree is invalid because it contains a loop.\n{self.all_frames_as_string()}\n'
        )

    @staticmethod
    def _raise_unconnected(target: str, source: str) -> int:
        raise ConnectivityException(
            f"Could not find a connection between '{target}' and '{source}' because they are "
            'not part of the same tree.Tf has two or more unconnected trees.'
        )


def _accumulate(step: StoredTransform, rotation: Quaternion, translation: Vector) -> Pose:
    return (
        multiply(step.rotation, rotation),
        add(rotate(step.rotation, translation), step.translation),
    )


def _earliest(stamps: list[int]) -> int:
    """Return the earliest of some stamps; 0 stands for a static transform."""
    return min((each for each in stamps if each), default=0)


def _fault(
    parent: str, child: str, translation: Vector, rotation: Quaternion, authority: str
) -> str | None:
    """Return why a transform is refused, None for a good one."""
    source = f'from authority "{authority}"'
    if child == parent:
        return (
            f'TF_SELF_TRANSFORM: Ignoring transform {source} with frame_id and  child_frame_id '
            f'"{child}" because they are the same'
        )
    if not child:
        return f'TF_NO_CHILD_FRAME_ID: Ignoring transform {source} because child_frame_id not set '
    if not parent:
        return (
            f'TF_NO_FRAME_ID: Ignoring transform with child_frame_id "{child}"  {source} '
            'because frame_id not set'
        )
    if any(map(math.isnan, (*translation, *rotation))):
        return (
            f'TF_NAN_INPUT: Ignoring transform for child_frame_id "{child}" {source} because '
            f'of a nan value in the transform {translation} {rotation}'
        )
    return None


def _message(target: str, source: str, pose: Pose, stamp: int) -> TransformStamped:
    message = TransformStamped(child_frame_id=source)
    message.header.frame_id = target
    message.header.stamp.sec, message.header.stamp.nanosec = divmod(stamp, 10**9)
    rotation, translation = normalized(pose[0]), pose[1]
    t, r = message.transform.translation, message.transform.rotation
    t.x, t.y, t.z = translation
    r.x, r.y, r.z, r.w = rotation
    return message
