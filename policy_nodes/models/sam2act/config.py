"""Sizes of SAM2Act: the authors' as defaults, and small ones that train from scratch."""

from __future__ import annotations

from dataclasses import dataclass, field

from policy_nodes.models.sam2.config import Sam2Config, small_sam2
from policy_nodes.models.sam2act.renderer import SPLAT_RADIUS


@dataclass(frozen=True)
class Sam2ActConfig:
    """Sizes of the network; the defaults are those of the published SAM2Act+.

    Attributes:
        image_size: side of a virtual view and of its heat map [pixel].
        patch: side of a patch [pixel].
        splat_radius: how far a drawn point covers its neighbours [pixel].
        encoder_size: side to which views are resized for the image encoder [pixel].
        width: of a token before and after the attention.
        attention_width: of a token within it.
        heads: of the attention.
        head_width: of queries, keys and values.
        layers: of the attention; the first half sees each view alone, without language.
        feedforward: width between a layer's two linear maps, over that of the attention.
        dropout: of attention weights, while training.
        proprioception: numbers of the robot's own state.
        language_tokens: of an instruction.
        language_width: of a language token.
        rotation_bins: of each Euler angle over a whole turn.
        zoom: of the second stage.
        half_heatmaps: round heat maps to half precision before waypoint and memory, as the
            authors do.
        multi_resolution: add the image encoder's finer maps while upsampling.
        memory: remember earlier key steps (SAM2Act+).
        sam2: sizes of the image encoder and the memory.
    """

    image_size: int = 224
    patch: int = 14
    splat_radius: float = SPLAT_RADIUS
    encoder_size: int = 256
    width: int = 128
    attention_width: int = 512
    heads: int = 8
    head_width: int = 64
    layers: int = 8
    feedforward: int = 4
    dropout: float = 0.1
    proprioception: int = 4
    language_tokens: int = 77
    language_width: int = 512
    rotation_bins: int = 72
    zoom: float = 4.0
    half_heatmaps: bool = True
    multi_resolution: bool = True
    memory: bool = True
    sam2: Sam2Config = field(default_factory=Sam2Config)

    def __post_init__(self) -> None:
        neck, memory = self.sam2.neck, self.sam2.memory
        wanted = {
            'sam2.neck.middle': (neck.middle, self.width // 2),
            'sam2.neck.fine': (neck.fine, self.width // 4),
            'sam2.memory.width': (memory.width, self.width),
            'encoder_size / 16': (self.encoder_size / 16, self.grid),
            'image_size % patch': (self.image_size % self.patch, 0),
            'image_size % 2': (self.image_size % 2, 0),
            'width % 32': (self.width % 32, 0),
            'layers % 2': (self.layers % 2, 0),
        }
        for name, (given, needed) in wanted.items():
            if given != needed:
                raise ValueError(f'SAM2Act: {name} is {given}, the other sizes need {needed}')

    @property
    def grid(self) -> int:
        """Tokens along a side of a view."""
        return self.image_size // self.patch


def small_sam2act(
    language_tokens: int = 32, language_width: int = 384, memory: bool = True
) -> Sam2ActConfig:
    """Return sizes for a network that is trained from scratch and acts on two processor cores.

    Args:
        language_tokens: of an instruction.
        language_width: of a language token; the default is that of MiniLM.
        memory: remember earlier key steps.
    """
    return Sam2ActConfig(
        image_size=160,
        patch=10,
        width=64,
        attention_width=192,
        heads=4,
        head_width=32,
        layers=4,
        feedforward=2,
        language_tokens=language_tokens,
        language_width=language_width,
        half_heatmaps=False,
        memory=memory,
        sam2=small_sam2(),
    )
