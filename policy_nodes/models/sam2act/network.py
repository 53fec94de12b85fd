"""SAM2Act and SAM2Act+: from a coloured cloud and a sentence to the next key pose.

Source: Fang et al., SAM2Act: Integrating Visual Foundation Model with A Memory Architecture for
Robotic Manipulation (arXiv 2501.18564). Module names give the state dict the authors' keys.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from policy_nodes.models.sam2.sam2 import ImageFeatures, Sam2
from policy_nodes.models.sam2act.config import Sam2ActConfig
from policy_nodes.models.sam2act.fine_stage import FineStage
from policy_nodes.models.sam2act.memory_state import MemoryState
from policy_nodes.models.sam2act.renderer import COLOUR, VIEWS, render
from policy_nodes.models.sam2act.stage import Stage
from policy_nodes.models.sam2act.waypoint import locate


class CoarseOutput(NamedTuple):
    """What the coarse stage says.

    Attributes:
        heatmaps: (batch, 3, size, size) logits.
        memory: the step included; None for a network without memory.
        attention: (batch, 3, steps) share of each remembered step, newest first; None unless
            asked for.
    """

    heatmaps: Tensor
    memory: MemoryState | None
    attention: Tensor | None


class FineOutput(NamedTuple):
    """What the fine stage says.

    Attributes:
        heatmaps: (batch, 3, size, size) logits.
        waypoint: (batch, 3) likeliest place of the tip, in the cube of the fine stage.
        rotation: (batch, 3, bins) logits of the Euler angles about x, y, z.
        gripper: (batch, 2) logits of closed, open.
        collisions: (batch, 2) logits of heed, ignore.
    """

    heatmaps: Tensor
    waypoint: Tensor
    rotation: Tensor
    gripper: Tensor
    collisions: Tensor


class Sam2ActOutput(NamedTuple):
    """What both stages say; places are in the cube of the scene bounds.

    Attributes:
        coarse_heatmaps: (batch, 3, size, size) logits of the views top, front, right.
        fine_heatmaps: the same, of the cube around `centre` that is `zoom` times smaller.
        centre: (batch, 3) the coarse stage's waypoint, where the fine stage looks.
        waypoint: (batch, 3) of the tip.
        rotation: (batch, 3, bins) logits of the Euler angles about x, y, z.
        gripper: (batch, 2) logits of closed, open.
        collisions: (batch, 2) logits of heed, ignore.
        memory: to hand in with the next key step; None for a network without memory.
        attention: (batch, 3, steps) share of each remembered step, newest first; None unless
            asked for.
    """

    coarse_heatmaps: Tensor
    fine_heatmaps: Tensor
    centre: Tensor
    waypoint: Tensor
    rotation: Tensor
    gripper: Tensor
    collisions: Tensor
    memory: MemoryState | None
    attention: Tensor | None


class Teacher(NamedTuple):
    """What the network is told while it learns, instead of its own guesses.

    Attributes:
        centre: (batch, 3) where the fine stage looks, in the cube of the scene bounds.
        waypoint: (batch, 3) at which features are read, in the same cube.
        bins: (batch, 3) of the Euler angles about x, y, z.
    """

    centre: Tensor
    waypoint: Tensor
    bins: Tensor


class Sam2Act(nn.Module):
    """A coarse and a fine stage that share an image encoder, and the memory of the coarse one."""

    def __init__(self, config: Sam2ActConfig | None = None) -> None:
        """Build the network.

        Args:
            config: sizes; by default those of the published SAM2Act+.
        """
        super().__init__()
        self.config = config or Sam2ActConfig()
        self.sam2 = Sam2(self.config.sam2)
        self.mvt1 = Stage(self.config)
        self.mvt2 = FineStage(self.config)

    def forward(
        self,
        points: Tensor,
        colours: Tensor,
        proprio: Tensor,
        language: Tensor,
        memory: MemoryState | None = None,
        *,
        teacher: Teacher | None = None,
        with_attention: bool = False,
    ) -> Sam2ActOutput:
        """Choose the next key pose.

        Args:
            points: (batch, points, 3) in the cube [-1, 1] of the scene bounds; NaN for a point
                that is not there.
            colours: (batch, points, 3) in [0, 1].
            proprio: (batch, 4) of the robot.
            language: (batch, tokens, language width).
            memory: of the episode; None where it begins.
            teacher: tells the right answer of the coarse stage and of the angles, to learn from.
            with_attention: also work out the attention to each remembered step.

        Raises:
            ValueError: an argument does not fit the network.
        """
        self._check(points, colours, proprio, language)
        images = self.draw(points, colours)
        coarse = self.coarse(images, proprio, language, memory, with_attention=with_attention)
        if teacher is None:
            centre, waypoint, bins = self.locate(coarse.heatmaps), None, None
        else:
            centre, bins = teacher.centre, teacher.bins
            waypoint = (teacher.waypoint - centre) * self.config.zoom
        near = self.draw((points - centre[:, None]) * self.config.zoom, colours)
        fine = self.fine(near, proprio, language, waypoint, bins)
        return Sam2ActOutput(
            coarse_heatmaps=coarse.heatmaps,
            fine_heatmaps=fine.heatmaps,
            centre=centre,
            waypoint=centre + fine.waypoint / self.config.zoom,
            rotation=fine.rotation,
            gripper=fine.gripper,
            collisions=fine.collisions,
            memory=coarse.memory,
            attention=coarse.attention,
        )

    @torch.no_grad()
    def draw(self, points: Tensor, colours: Tensor) -> Tensor:
        """Draw clouds as the views that the network looks at (batch, 3, 10, size, size)."""
        return render(points, colours, self.config.image_size, self.config.splat_radius)

    @torch.no_grad()
    def locate(self, heatmaps: Tensor) -> Tensor:
        """Find the place (batch, 3) in the cube that heat maps (batch, 3, size, size) agree on."""
        return locate(heatmaps.half() if self.config.half_heatmaps else heatmaps.float())

    def coarse(
        self,
        images: Tensor,
        proprio: Tensor,
        language: Tensor,
        memory: MemoryState | None = None,
        *,
        with_attention: bool = False,
    ) -> CoarseOutput:
        """Run the coarse stage on drawn views; the arguments are those of `forward`."""
        encoded = self._encode(images)
        maps = self.mvt1.token_maps(images, proprio, language, encoded.coarse)
        if not self.config.memory:
            return CoarseOutput(self.mvt1.heatmaps(maps, encoded), None, None)
        batch, before = len(images), memory or self.empty_memory(len(images))
        read = self.sam2.read_memory(
            maps,
            self._query_positions().repeat(batch, 1, 1),
            before.steps.transpose(1, 2).flatten(0, 1).to(maps),
            with_attention,
        )
        heatmaps = self.mvt1.heatmaps(read.tokens, encoded)
        seen = heatmaps.half().to(maps) if self.config.half_heatmaps else heatmaps
        step = self.sam2.write_memory(maps, seen.flatten(0, 1)[:, None])
        after = before.remember(step.unflatten(0, (-1, VIEWS)), self.config.sam2.memory.steps)
        share = read.attention
        return CoarseOutput(
            heatmaps, after, None if share is None else share.unflatten(0, (-1, VIEWS))
        )

    def fine(
        self,
        images: Tensor,
        proprio: Tensor,
        language: Tensor,
        waypoint: Tensor | None = None,
        bins: Tensor | None = None,
    ) -> FineOutput:
        """Run the fine stage on drawn views.

        Args:
            images: (batch, 3, 10, size, size).
            proprio: as in `forward`.
            language: as in `forward`.
            waypoint: (batch, 3) at which features are read, in the cube of this stage; by
                default the likeliest.
            bins: (batch, 3) of the right angles, to learn from; by default the likeliest.
        """
        encoded = self._encode(images)
        maps = self.mvt2.token_maps(images, proprio, language, encoded.coarse)
        heatmaps = self.mvt2.heatmaps(maps, encoded)
        likeliest = self.locate(heatmaps) if waypoint is None else waypoint
        hand = self.mvt2.hand(self.mvt2.waypoint_features(maps, likeliest), bins)
        return FineOutput(heatmaps, likeliest, hand.rotation, hand.gripper, hand.collisions)

    def empty_memory(self, batch: int) -> MemoryState:
        """Memory of `batch` episodes that begin."""
        cells, width = self.config.grid**2, self.config.sam2.memory.memory_width
        return MemoryState(self.mvt1.pos_encoding.new_zeros(batch, 0, VIEWS, cells, width))

    def _encode(self, images: Tensor) -> ImageFeatures:
        """Encode the colours of drawn views (batch, 3, 10, size, size)."""
        side = self.config.encoder_size
        colours = images[:, :, COLOUR].flatten(0, 1)
        resized = functional.interpolate(
            colours, size=(side, side), mode='bilinear', align_corners=True
        )
        return self.sam2.encode_images(resized)

    def _query_positions(self) -> Tensor:
        """Positions (3 views, cells, width) of the tokens that read the memory.

        The authors reshape the positions of all views as if cells came before views, so a token
        gets the position of another one. Their weights were trained so.
        """
        cells = self.config.grid**2
        return self.mvt1.pos_encoding.view(cells, VIEWS, -1).transpose(0, 1)

    def _check(self, points: Tensor, colours: Tensor, proprio: Tensor, language: Tensor) -> None:
        batch, count = points.shape[:2]
        wanted = {
            'points': (points, (batch, count, 3)),
            'colours': (colours, (batch, count, 3)),
            'proprio': (proprio, (batch, self.config.proprioception)),
            'language': (language, (batch, language.shape[1], self.config.language_width)),
        }
        for name, (given, shape) in wanted.items():
            if tuple(given.shape) != shape:
                raise ValueError(f'SAM2Act: {name} has shape {tuple(given.shape)}, needs {shape}')
