"""Colour, depth and intrinsics of several cameras, brought together with where tf places them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from rclpy.lifecycle import LifecycleNode
from sensor_msgs.msg import CameraInfo, Image

from policy_nodes.nodes import qos
from policy_nodes.nodes.interface import Topic, listen, sensor
from policy_nodes.nodes.mounts import TfMounts
from policy_nodes.nodes.translate import nanoseconds
from policy_nodes.nodes.translate_cameras import (
    ImageError,
    colour_array,
    depth_array,
    intrinsics_array,
)
from policy_nodes.policies.sam2act_run import TracedView
from policy_nodes.safety.mount import Mount

KINDS = ('color', 'depth', 'info')
KEPT = 10  # stamps of a camera that wait for the rest of their messages
MOUNT_AGE_NS = 100_000_000  # tf of a moving camera may be older than its image by this


def camera_topics(cameras: tuple[str, ...]) -> dict[tuple[str, str], Topic]:
    """Topics of cameras, by camera and kind."""
    names = {
        'color': ('color/image_raw', Image, 'rgb8'),
        'depth': ('depth/image_raw', Image, 'registered to the colour image, 32FC1 or 16UC1'),
        'info': ('color/camera_info', CameraInfo, 'of both images'),
    }
    return {
        (camera, kind): Topic(f'{camera}/{name}', message, qos.STREAM, f'{camera}: {purpose}')
        for camera in cameras
        for kind, (name, message, purpose) in names.items()
    }


class RgbdCameras:
    """Keeps the newest complete set of each camera: colour, depth and intrinsics of one stamp."""

    def __init__(
        self,
        node: LifecycleNode,
        world: str,
        frames: Mapping[str, str],
        reliability: str,
        arrived: Callable[[str, int], None],
    ) -> None:
        """Listen.

        Args:
            node: that listens and logs.
            world: frame that views are to be stated in.
            frames: optical frame of each camera, by its name and in the order of views.
            reliability: asked of the cameras.
            arrived: told of each complete set by the name of a contract's term, and its stamp.
        """
        self._node, self._frames, self._arrived = node, dict(frames), arrived
        self._mounts = TfMounts(node, world, self._frames)
        self._parts: dict[str, dict[int, dict[str, Any]]] = {name: {} for name in frames}
        self._sets: dict[str, tuple[int, dict[str, Any]]] = {}
        for (camera, kind), topic in camera_topics(tuple(frames)).items():
            listen(node, sensor(topic, reliability), self._taker(camera, kind))

    def forget(self) -> None:
        """Drop what was seen."""
        self._sets.clear()
        for parts in self._parts.values():
            parts.clear()

    def views(self, after_ns: int) -> tuple[int, list[TracedView]] | None:
        """What all cameras saw after a time, with the stamp of the oldest set.

        Returns:
            None while a camera has seen nothing since, or tf does not place it.
        """
        stamps, views = [], []
        for camera in self._frames:
            stamp_ns, parts = self._sets.get(camera, (-1, {}))
            if stamp_ns <= after_ns:
                return None
            view = self._view(camera, stamp_ns, parts)
            if view is None:
                return None
            stamps.append(stamp_ns)
            views.append(view)
        return min(stamps), views

    def _taker(self, camera: str, kind: str) -> Callable[[Any], None]:
        def take(message: Any) -> None:
            self._take(camera, kind, message)

        return take

    def _take(self, camera: str, kind: str, message: Any) -> None:
        frame = self._frames[camera]
        if message.header.frame_id != frame:
            self._complain(camera, f'frame {message.header.frame_id!r}, the contract says {frame}')
            return
        stamp_ns, kept = nanoseconds(message.header.stamp), self._parts[camera]
        parts = kept.setdefault(stamp_ns, {})
        parts[kind] = message
        if len(parts) == len(KINDS):
            self._sets[camera] = stamp_ns, parts
            for old in [stamp for stamp in kept if stamp <= stamp_ns]:
                del kept[old]
            for term in ('color', 'depth'):
                self._arrived(f'{camera}_{term}', stamp_ns)
        while len(kept) > KEPT:
            del kept[next(iter(kept))]

    def _view(self, camera: str, stamp_ns: int, parts: dict[str, Any]) -> TracedView | None:
        mount = self._mounts.mount(camera, stamp_ns)
        if mount is None:
            return None
        if mount.stamp_ns is not None and stamp_ns - mount.stamp_ns > MOUNT_AGE_NS:
            return None  # tf is still on its way
        try:
            return TracedView(
                colour_array(parts['color']),
                depth_array(parts['depth']),
                intrinsics_array(parts['info']),
                _camera_from_world(mount),
            )
        except ImageError as error:
            self._complain(camera, str(error))
            return None

    def _complain(self, camera: str, words: str) -> None:
        self._node.get_logger().error(
            f'an image of camera {camera} is not used: {words}', throttle_duration_sec=2.0
        )


def _camera_from_world(mount: Mount) -> np.ndarray:
    turned = np.eye(4)
    turned[:3, :3] = mount.rotation.T
    turned[:3, 3] = -mount.rotation.T @ mount.translation
    return turned
