"""Has the messages of an arm drawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any, Protocol

import numpy as np
import rerun as rr
from numpy.typing import NDArray

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.evaluation.message_arrays import stamp_ns
from policy_nodes.evaluation.pixel_arrays import image_array, tensor_array
from policy_nodes.evaluation.tabletop_recording import CAMERAS
from policy_nodes.evaluation.tensor_shares import attention_of, shares_of
from policy_nodes.evaluation.view import palette
from policy_nodes.evaluation.view.arm_scene import ArmScene
from policy_nodes.evaluation.view.arm_skeleton import ArmSkeleton
from policy_nodes.evaluation.view.blueprint import arm_layout
from policy_nodes.motion.outcome import OutcomeState

RESULTS = {
    OutcomeState.ACCEPTED: ('under way', 'INFO', palette.SENT),
    OutcomeState.REACHED: ('reached', 'INFO', palette.TRUTH),
    OutcomeState.REFUSED: ('refused', 'ERROR', palette.SCAN),
    OutcomeState.ABORTED: ('given up', 'WARN', palette.GOAL),
}


class Teller(Protocol):
    """Says things beside the scene."""

    def log(self, topic: str, text: str, severity: str = 'INFO') -> None:
        """Say what is new."""

    def show(self, name: str, value: str) -> None:
        """Show what is new."""

    def remark(self, text: str) -> None:
        """Say once what cannot be drawn as it is meant."""


class ArmFeed:
    """One arm's messages; what they have in common over time is kept here.

    Attributes:
        draw: what draws a message, by the name of its source.
    """

    def __init__(self, recording: rr.RecordingStream, teller: Teller) -> None:
        """Draw nothing yet.

        Args:
            recording: to draw into.
            teller: says what is not to be seen.
        """
        self._recording, self._teller = recording, teller
        self._scene = ArmScene(recording)
        self._joints: tuple[str, ...] = ()
        self._laid_out = False
        self._places: list[NDArray[np.float64]] = []
        self._number = 0, 0
        self._views: tuple[int, NDArray[np.uint8]] | None = None
        self._shares: tuple[int, NDArray[np.float64]] | None = None
        self.draw: dict[str, Callable[[Any], None]] = {
            'joint_states': self._joint_states,
            'key_pose': self._key_pose,
            'motion_executor/result': self._result,
            'manipulation_policy/heatmaps': self._heatmaps,
            'manipulation_policy/views': self._drawn_views,
            'manipulation_policy/memory_attention': self._attention,
            **{f'{name}/color/image_raw': partial(self._image, name) for name in CAMERAS},
        }

    def begin(self) -> None:
        """Forget the key poses of the episode before."""
        self._places.clear()

    @cached_property
    def _skeleton(self) -> ArmSkeleton:
        return ArmSkeleton()

    def _joint_states(self, message: Any) -> None:
        names = tuple(message.name)
        if names != self._joints:
            self._joints = names
            self._scene.prepare(names)
        positions = [float(angle) for angle in message.position]
        if not positions:
            return
        self._scene.joints(positions)
        points = self._skeleton.points(names, positions)
        if points is not None:
            self._lay_out()
            self._scene.arm(points)

    def _key_pose(self, message: Any) -> None:
        self._lay_out()
        place, turn = message.pose.position, message.pose.orientation
        pose = KeyPose(
            np.array([place.x, place.y, place.z]),
            np.array([turn.x, turn.y, turn.z, turn.w]),
            float(message.gripper),
            bool(message.ignore_collisions),
        )
        self._number = message.epoch, message.sequence
        self._places.append(pose.position)
        self._scene.key_pose(pose)
        hand = 'closed' if pose.gripper < 0.5 else 'open'
        self._scene.mark(f'{len(self._places)}, hand {hand}', palette.UNKNOWN)
        self._scene.path(np.array(self._places))
        self._teller.show('key step', str(len(self._places)))

    def _result(self, message: Any) -> None:
        if message.state not in RESULTS:
            self._teller.remark(f'a result of a key pose has unknown state {message.state}')
            return
        told, severity, colour = RESULTS[OutcomeState(message.state)]
        step = len(self._places)
        if (message.epoch, message.sequence) == self._number:
            self._scene.mark(f'{step}, {told}', colour)
        words = f': {message.words}' if message.words else ''
        self._teller.log('motion', f'key step {step} {told}{words}', severity)
        self._teller.show('motion', told)

    def _image(self, camera: str, message: Any) -> None:
        self._lay_out()
        pixels = self._read(image_array, message)
        if pixels is not None:
            self._scene.image(camera, pixels)

    def _heatmaps(self, message: Any) -> None:
        shares = self._read(lambda given: shares_of(tensor_array(given)), message)
        if shares is not None:
            self._shares = stamp_ns(message), shares
            self._look()

    def _drawn_views(self, message: Any) -> None:
        views = self._read(tensor_array, message)
        if views is not None:
            self._views = stamp_ns(message), views
            self._look()

    def _look(self) -> None:
        """Draw heat maps over the views that belong to them, if these are there."""
        if self._shares is None:
            return
        stamp, shares = self._shares
        views = None
        if self._views is not None and self._views[0] == stamp:
            fits = self._views[1].shape == (*shares.shape, 3)
            views = self._views[1] if fits else None
        self._scene.heatmaps(views, shares)

    def _attention(self, message: Any) -> None:
        shares = self._read(lambda given: attention_of(tensor_array(given)), message)
        if shares is not None:
            self._scene.remembered(shares.mean(axis=0))

    def _read(self, read: Callable[[Any], NDArray[Any]], message: Any) -> NDArray[Any] | None:
        """Array of a message; None and a remark where there is none."""
        try:
            return read(message)
        except ValueError as error:
            self._teller.remark(str(error))
            return None

    def _lay_out(self) -> None:
        """Make room for an arm once it is sure that there is one."""
        if not self._laid_out:
            self._laid_out = True
            self._recording.send_blueprint(arm_layout())
