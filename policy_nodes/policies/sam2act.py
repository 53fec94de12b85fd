"""SAM2Act and SAM2Act+ as a policy: from camera images and a sentence to the next key pose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.models.sam2act.memory_state import MemoryState
from policy_nodes.models.sam2act.network import Sam2Act, Sam2ActOutput
from policy_nodes.policies.sam2act_cloud import Cloud, RgbdView, SceneBounds, merge_views
from policy_nodes.policies.sam2act_graphs import CapturedSam2Act
from policy_nodes.policies.sam2act_rotation import rotation_of_bins

Singles = NDArray[np.float32]

EPISODE_STEPS = 25  # key poses that an episode may have at most
FINGER_TRAVEL = 0.04  # [m]
OPENED = 0.9  # of the fingers' way: from there on the hand counts as open


class Hand(NamedTuple):
    """State of the gripper.

    Attributes:
        opened: whether it counts as open.
        left: way of the left finger from closed [m].
        right: way of the right finger from closed [m].
    """

    opened: bool
    left: float
    right: float


def hand_of(left: float, right: float) -> Hand:
    """Say how the hand is by the ways of its fingers from closed [m]."""
    return Hand((left + right) / (2 * FINGER_TRAVEL) > OPENED, left, right)


def proprioception(hand: Hand, step: int) -> Singles:
    """Say (4,) how the hand is and how far the episode: opened, left, right, time 1 to -1.

    Args:
        hand: state of the gripper.
        step: key poses of the episode before this one.
    """
    left, right = (min(max(way, 0.0), FINGER_TRAVEL) for way in (hand.left, hand.right))
    time = 1.0 - 2.0 * min(step / (EPISODE_STEPS - 1), 1.0)
    return np.array([float(hand.opened), left, right, time], dtype=np.float32)


class Sam2ActPolicy:
    """Chooses key poses, one forward pass each; SAM2Act+ remembers those before.

    Attributes:
        step: key poses chosen in this episode.
        memory: of this episode; None before the first key pose and without a memory network.
        output: of the last forward pass; None before it.
        cloud: that the last key pose was chosen from; None before it.
    """

    def __init__(
        self,
        network: Sam2Act,
        bounds: SceneBounds | None = None,
        device: torch.device | str = 'cpu',
        *,
        autocast: torch.dtype | None = None,
        graphs: bool = False,
    ) -> None:
        """Hold the network.

        Args:
            network: with weights.
            bounds: of the scene that it was trained in.
            device: to run on.
            autocast: type for matrix products, for example bfloat16 on a GPU; by default that
                of the weights.
            graphs: replay CUDA graphs instead of launching operation by operation; the first
                key steps of all, and of each number of remembered steps, then take longer.
        """
        self.network = network.to(device).eval()
        self.bounds = bounds or SceneBounds()
        self.device = torch.device(device)
        self.autocast = autocast
        self._captured = CapturedSam2Act(self.network, autocast) if graphs else None
        self.reset()

    def reset(self) -> None:
        """Start an episode: forget."""
        self.step = 0
        self.memory: MemoryState | None = None
        self.output: Sam2ActOutput | None = None
        self.cloud: Cloud | None = None

    def act(
        self,
        views: Iterable[RgbdView],
        hand: Hand,
        language: Singles,
        *,
        with_attention: bool = False,
    ) -> KeyPose:
        """Choose the next key pose.

        Args:
            views: of the cameras, in the order of the contract.
            hand: state of the gripper.
            language: (tokens, width) of the encoded sentence.
            with_attention: keep the attention to each remembered step in `output`.

        Raises:
            ContractError: the cameras see nothing within the bounds.
        """
        cloud = merge_views(views, self.bounds)
        if not len(cloud.points):
            raise ContractError(
                f'no camera sees a point between {self.bounds.low} and {self.bounds.high} m',
                remedy='check depth images, camera poses and scene bounds',
            )
        points = self._tensor(self.bounds.to_cube(cloud.points))
        state = self._tensor(proprioception(hand, self.step))
        run = self._captured or self.network
        with (
            torch.inference_mode(),
            torch.autocast(
                self.device.type, dtype=self.autocast, enabled=self.autocast is not None
            ),
        ):
            output = run(
                points,
                self._tensor(cloud.colours),
                state,
                self._tensor(language),
                self.memory,
                with_attention=with_attention,
            )
        self.step += 1
        self.memory, self.output, self.cloud = output.memory, output, cloud
        return self._key_pose(output)

    @property
    def newest(self) -> Singles | None:
        """What the last key step left (3 views, cells, width) for a memory bank; None without."""
        if self.memory is None or not self.memory.steps.shape[1]:
            return None
        return self.memory.steps[0, 0].float().cpu().numpy()

    def recall(self, entries: Sequence[Singles], step: int) -> None:
        """Go on with an episode from what a memory bank holds.

        Args:
            entries: values of `newest` of the last key steps, the oldest first.
            step: key poses chosen before.

        Raises:
            ContractError: the entries are of another network.
        """
        self.reset()
        self.step = step
        if not self.network.config.memory:
            return
        memory = self.network.empty_memory(1)
        window, shape = self.network.config.sam2.memory.steps, tuple(memory.steps.shape[2:])
        for entry in entries:
            if entry.shape != shape or not np.isfinite(entry).all():
                raise ContractError(
                    f'a remembered step has shape {entry.shape} or is not finite; this network '
                    f'writes {shape}',
                    remedy='reset the episode, or give the memory of the same checkpoint',
                )
            memory = memory.remember(self._tensor(entry), window)
        self.memory = memory

    def _tensor(self, array: NDArray[np.floating]) -> torch.Tensor:
        """Give an array as a batch of one."""
        return torch.from_numpy(np.ascontiguousarray(array, np.float32))[None].to(self.device)

    def _key_pose(self, output: Sam2ActOutput) -> KeyPose:
        bins = output.rotation[0].argmax(-1).cpu().numpy()
        return KeyPose(
            position=self.bounds.from_cube(output.waypoint[0].float().cpu().numpy()),
            quaternion=rotation_of_bins(bins, output.rotation.shape[-1]),
            gripper=float(output.gripper[0].argmax().item()),
            ignore_collisions=bool(output.collisions[0].argmax().item()),
        )
