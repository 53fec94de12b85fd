"""SAM2Act by the names of its contract, for golden traces and checks of a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.golden_trace import GoldenTrace
from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.policies.sam2act import Sam2ActPolicy, hand_of
from policy_nodes.policies.sam2act_cloud import RgbdView
from policy_nodes.policies.sam2act_contract import CAMERAS

Arrays = dict[str, NDArray[Any]]
PROBE = 16  # pixels between those of a heat map that a trace keeps
TOLERANCE = {'heatmaps': 1e-3, 'key_pose': 1e-4}


class TracedView(NamedTuple):
    """What one camera sees, out of a trace; the fields are those of `RgbdView`."""

    rgb: NDArray[np.uint8]
    depth: NDArray[np.float32]
    intrinsics: NDArray[np.float64]
    camera_from_world: NDArray[np.float64]


def observation_of(
    views: Mapping[str, RgbdView], fingers: Sequence[float], instruction: NDArray[np.float32]
) -> Arrays:
    """Write one observation under the names of the contract.

    Args:
        views: by the names of the cameras.
        fingers: (2,) way from closed [m].
        instruction: (tokens, width), encoded.
    """
    arrays: Arrays = {}
    for camera in CAMERAS:
        view = views[camera]
        arrays[f'{camera}_color'] = view.rgb
        arrays[f'{camera}_depth.image'] = view.depth
        arrays[f'{camera}_depth.intrinsics'] = view.intrinsics
        arrays[f'{camera}_depth.camera_from_world'] = view.camera_from_world
    arrays['fingers'] = np.asarray(fingers, dtype=np.float64)
    arrays['instruction'] = np.asarray(instruction, dtype=np.float32)
    return arrays


def row_of(pose: KeyPose) -> NDArray[np.float64]:
    """Write a key pose as the values (9,) of the contract's action."""
    return np.array(
        [*pose.position, *pose.quaternion, pose.gripper, float(pose.ignore_collisions)]
    )


class Sam2ActRun:
    """Answers observations by name through the policy that a node drives."""

    def __init__(self, policy: Sam2ActPolicy) -> None:
        """Hold the policy.

        Args:
            policy: with weights.
        """
        self.policy = policy

    def reset(self) -> None:
        """Start an episode."""
        self.policy.reset()

    def act(self, observation: Mapping[str, NDArray[Any]]) -> Arrays:
        """Answer one step with some pixels of the coarse heat maps, then the key pose."""
        views = [
            TracedView(
                observation[f'{camera}_color'],
                observation[f'{camera}_depth.image'],
                observation[f'{camera}_depth.intrinsics'],
                observation[f'{camera}_depth.camera_from_world'],
            )
            for camera in CAMERAS
        ]
        left, right = (float(way) for way in observation['fingers'])
        pose = self.policy.act(views, hand_of(left, right), observation['instruction'])
        output = self.policy.output
        assert output is not None
        maps = output.coarse_heatmaps[0, :, ::PROBE, ::PROBE].float().cpu().numpy()
        return {'heatmaps': maps.astype(np.float64), 'key_pose': row_of(pose)}


def record_trace(run: Sam2ActRun, episodes: Sequence[Sequence[Arrays]]) -> GoldenTrace:
    """Record what the policy answers to the observations of some episodes.

    Args:
        run: the policy.
        episodes: observations by `observation_of`, key step by key step.
    """
    steps: list[tuple[Arrays, Arrays, bool]] = []
    for episode in episodes:
        run.reset()
        for number, observation in enumerate(episode):
            steps.append((observation, run.act(observation), number == 0))
    shown, answered, resets = zip(*steps, strict=True)
    return GoldenTrace(
        observations={name: np.stack([one[name] for one in shown]) for name in shown[0]},
        actions={name: np.stack([one[name] for one in answered]) for name in answered[0]},
        resets=np.array(resets),
        tolerance=TOLERANCE,
    )
