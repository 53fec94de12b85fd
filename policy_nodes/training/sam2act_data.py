"""Demonstrations as tensors on the device that trains: batches are drawn without the processor.

Images stay as bytes and millimetres, and become coloured clouds when a batch is drawn, so that
some hundred demonstrations take some gigabytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from policy_nodes.policies.sam2act import Hand, proprioception
from policy_nodes.training.demonstrations import Demonstration
from policy_nodes.training.keyframes import START_EVERY


class Batch(NamedTuple):
    """Samples; the leading dimensions are (batch,) or (batch, steps).

    Attributes:
        points: (..., points, 3) in the world [m]; NaN where a camera saw nothing.
        colours: (..., points, 3) in [0, 1].
        proprio: (..., 4) gripper open, left and right finger [m], time.
        language: (..., tokens, width).
        position: (..., 3) of the next key pose in the world [m].
        quaternion: (..., 4) xyzw of it.
        gripper: (...) int64, 1 open.
        collisions: (...) int64, 1 ignored.
        valid: (...) bool, false for steps behind the end of a short sequence.
    """

    points: Tensor
    colours: Tensor
    proprio: Tensor
    language: Tensor
    position: Tensor
    quaternion: Tensor
    gripper: Tensor
    collisions: Tensor
    valid: Tensor


@dataclass(frozen=True)
class KeyframeData:
    """Everything that training draws from, on one device.

    Attributes:
        tasks: names.
        colour: (frames, views, height, width, 3) uint8.
        depth: (frames, views, height, width) int16 [mm], 0 for none.
        intrinsics: (frames, views, 3, 3) [px].
        camera_from_world: (frames, views, 4, 4).
        language: (sentences, tokens, width).
        seen: (samples,) frame that is looked at.
        proprio: (samples, 4).
        first_wording: (samples,) sentence.
        wordings: (samples,) number of sentences from there on that say the same.
        position: (samples, 3) of the key pose [m].
        quaternion: (samples, 4).
        gripper: (samples,) int64.
        collisions: (samples,) int64.
        task: (samples,) index.
        chains: (demonstrations, longest) samples from the first frame on, in their order.
        lengths: (demonstrations,) of the chains.
    """

    tasks: tuple[str, ...]
    colour: Tensor
    depth: Tensor
    intrinsics: Tensor
    camera_from_world: Tensor
    language: Tensor
    seen: Tensor
    proprio: Tensor
    first_wording: Tensor
    wordings: Tensor
    position: Tensor
    quaternion: Tensor
    gripper: Tensor
    collisions: Tensor
    task: Tensor
    chains: Tensor
    lengths: Tensor

    @property
    def device(self) -> torch.device:
        """Where the tensors are."""
        return self.colour.device

    def draw(self, count: int, generator: torch.Generator) -> Batch:
        """Draw samples, every task equally often.

        Args:
            count: of samples.
            generator: of this device.
        """
        weights = _even(self.task, len(self.tasks))
        chosen = torch.multinomial(weights, count, replacement=True, generator=generator)
        return self.batch(chosen, generator)

    def draw_sequences(self, count: int, steps: int, generator: torch.Generator) -> Batch:
        """Draw runs of consecutive key steps, every task equally often.

        A run starts anywhere from which it fits, the last such place included; a demonstration
        with fewer key steps gives all of them, and the rest of its run is not valid.

        Args:
            count: of runs.
            steps: of a run.
            generator: of this device.
        """
        weights = _even(self.task[self.chains[:, 0]], len(self.tasks))
        demo = torch.multinomial(weights, count, replacement=True, generator=generator)
        length = self.lengths[demo]
        room = (length - steps).clamp_min(0) + 1
        drawn = torch.rand(count, device=self.device, generator=generator)
        start = torch.minimum((drawn * room).long(), room - 1)
        place = start[:, None] + torch.arange(steps, device=self.device)
        valid = place < length[:, None]
        chosen = self.chains[demo[:, None], torch.minimum(place, length[:, None] - 1)]
        return self.batch(chosen, generator)._replace(valid=valid)

    def batch(self, chosen: Tensor, generator: torch.Generator | None = None) -> Batch:
        """Gather samples (...) of any shape.

        Args:
            chosen: indices.
            generator: draws one of the wordings; without it the first is taken.
        """
        frame = self.seen[chosen]
        sentence = self.first_wording[chosen]
        if generator is not None:
            drawn = torch.rand(chosen.shape[:1], device=self.device, generator=generator)
            drawn = drawn.view(-1, *[1] * (chosen.dim() - 1))  # one wording a sequence
            count = self.wordings[chosen]
            sentence = sentence + torch.minimum((drawn * count).long(), count - 1)
        points = unproject(
            self.depth[frame], self.intrinsics[frame], self.camera_from_world[frame]
        )
        colours = self.colour[frame].flatten(-4, -2).to(torch.float32) / 255
        return Batch(
            points=points,
            colours=colours,
            proprio=self.proprio[chosen],
            language=self.language[sentence],
            position=self.position[chosen],
            quaternion=self.quaternion[chosen],
            gripper=self.gripper[chosen],
            collisions=self.collisions[chosen],
            valid=torch.ones_like(chosen, dtype=torch.bool),
        )


def unproject(depth: Tensor, intrinsics: Tensor, camera_from_world: Tensor) -> Tensor:
    """Turn depth images into one cloud.

    Args:
        depth: (..., views, height, width) integer millimetres; 0 for none.
        intrinsics: (..., views, 3, 3) [px]; pixel centres lie at whole numbers.
        camera_from_world: (..., views, 4, 4).

    Returns:
        (..., views * height * width, 3) in the world [m]; NaN where there is no depth.
    """
    height, width = depth.shape[-2:]
    metres = torch.where(depth > 0, depth.to(torch.float32) / 1000, torch.nan)
    row, column = torch.meshgrid(
        torch.arange(height, device=depth.device, dtype=torch.float32),
        torch.arange(width, device=depth.device, dtype=torch.float32),
        indexing='ij',
    )
    focal = intrinsics[..., None, None]
    x = (column - focal[..., 0, 2, :, :]) / focal[..., 0, 0, :, :] * metres
    y = (row - focal[..., 1, 2, :, :]) / focal[..., 1, 1, :, :] * metres
    seen = torch.stack((x, y, metres), -1).flatten(-3, -2)
    rotation, shift = camera_from_world[..., :3, :3], camera_from_world[..., None, :3, 3]
    return ((seen - shift) @ rotation).flatten(-3, -2)


def load(
    demonstrations: Sequence[Demonstration],
    encode: Callable[[str], Tensor],
    *,
    device: torch.device | str = 'cpu',
    every: int | None = START_EVERY,
) -> KeyframeData:
    """Put demonstrations on a device.

    Args:
        demonstrations: of any tasks, with cameras of the same number and size.
        encode: tells the embedding (tokens, width) of a sentence.
        device: that trains.
        every: distance of the frames that samples start from; None for the first alone.

    Raises:
        ValueError: none, or cameras of several numbers or sizes.
    """
    shapes = {demo.depth.shape[1:] for demo in demonstrations}
    if len(shapes) != 1:
        raise ValueError(
            f'demonstrations of one number and size of cameras are needed, these have '
            f'{sorted(shapes)}; give at least one, and train unlike ones apart'
        )
    tasks = tuple(sorted({demo.task for demo in demonstrations}))
    sentences: list[str] = []
    groups: dict[tuple[str, ...], int] = {}
    seen, told, wording, poses, task, chains = [], [], [], [], [], []
    offset = 0
    for demo in demonstrations:
        if demo.instructions not in groups:
            groups[demo.instructions] = len(sentences)
            sentences += demo.instructions
        chain = demo.samples(every=None)
        extra = [] if every is None else demo.samples(every)[len(chain) :]
        chains.append(range(len(seen), len(seen) + len(chain)))
        for sample in chain + extra:
            seen.append(offset + sample.seen)
            gripper, fingers = demo.gripper_open[sample.seen], demo.fingers[sample.seen]
            hand = Hand(bool(gripper), float(fingers[0]), float(fingers[1]))
            told.append(proprioception(hand, sample.step))
            wording.append((groups[demo.instructions], len(demo.instructions)))
            pose = demo.key_pose(sample.reached)
            poses.append((*pose.position, *pose.quaternion, pose.gripper, pose.ignore_collisions))
            task.append(tasks.index(demo.task))
        offset += len(demo.frame)

    longest = max(len(chain) for chain in chains)
    padded = [[*chain, *[chain[-1]] * (longest - len(chain))] for chain in chains]
    pose = torch.tensor(np.array(poses), dtype=torch.float32)
    counts = torch.tensor(wording)

    def gathered(name: str, dtype: torch.dtype) -> Tensor:
        return torch.cat([torch.from_numpy(getattr(demo, name)) for demo in demonstrations]).to(
            device, dtype
        )

    return KeyframeData(
        tasks=tasks,
        colour=gathered('colour', torch.uint8),
        depth=torch.cat([_signed(demo.depth) for demo in demonstrations]).to(device),
        intrinsics=torch.cat(
            [
                torch.from_numpy(demo.intrinsics).expand(len(demo.frame), -1, -1, -1)
                for demo in demonstrations
            ]
        ).to(device),
        camera_from_world=gathered('camera_from_world', torch.float32),
        language=torch.stack([encode(sentence) for sentence in sentences]).to(device),
        seen=torch.tensor(seen, device=device),
        proprio=torch.from_numpy(np.stack(told)).to(device),
        first_wording=counts[:, 0].to(device),
        wordings=counts[:, 1].to(device),
        position=pose[:, :3].to(device),
        quaternion=pose[:, 3:7].to(device),
        gripper=pose[:, 7].long().to(device),
        collisions=pose[:, 8].long().to(device),
        task=torch.tensor(task, device=device),
        chains=torch.tensor(padded, device=device),
        lengths=torch.tensor([len(chain) for chain in chains], device=device),
    )


def _signed(depth: np.ndarray) -> Tensor:
    """Keep depths below 32.768 m, which fit the integers that every device knows."""
    return torch.from_numpy(np.where(depth > np.iinfo(np.int16).max, 0, depth).astype(np.int16))


def _even(group: Tensor, groups: int) -> Tensor:
    """Weights of the members of groups that make all groups equally likely."""
    return 1.0 / torch.bincount(group, minlength=groups)[group]
