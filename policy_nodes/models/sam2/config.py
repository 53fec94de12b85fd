"""Sizes of the SAM 2 parts: the authors' as defaults, and small ones that train from scratch."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class HieraConfig:
    """Sizes of the image encoder's trunk; the defaults are those of SAM 2.1 Base+.

    Attributes:
        width: channels of the first stage; every stage doubles them.
        heads: attention heads of the first stage; every stage doubles them.
        stages: blocks per stage.
        windows: side of the attention windows per stage [tokens].
        global_blocks: blocks, counted over all stages, that attend to the whole image.
        background: side of the learned position map that is stretched over the image.
        lora_rank: of the adapters on queries and values; 0 leaves them out.
    """

    width: int = 112
    heads: int = 2
    stages: tuple[int, ...] = (2, 3, 16, 3)
    windows: tuple[int, ...] = (8, 4, 14, 7)
    global_blocks: tuple[int, ...] = (12, 16, 20)
    background: int = 14
    lora_rank: int = 16

    def __post_init__(self) -> None:
        if len(self.windows) != len(self.stages):
            raise ValueError(
                f'Hiera: {len(self.windows)} windows for {len(self.stages)} stages; '
                'give one window a stage'
            )
        if odd := [side for side in self.windows[:-1] if side % 2]:
            raise ValueError(
                f'Hiera: window {odd[0]} is halved where the next stage begins; make it even'
            )

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels of every stage, finest first."""
        return tuple(self.width * 2**stage for stage in range(len(self.stages)))


@dataclass(frozen=True)
class NeckConfig:
    """Sizes of the feature pyramid.

    Attributes:
        width: channels of every level.
        top_down_levels: levels, 0 the finest, that add the next coarser one.
        fine: channels of the finest level as it is handed on.
        middle: channels of the second finest level as it is handed on.
    """

    width: int = 256
    top_down_levels: tuple[int, ...] = (2, 3)
    fine: int = 32
    middle: int = 64


@dataclass(frozen=True)
class MemoryConfig:
    """Sizes of the memory encoder and the memory attention.

    Attributes:
        width: channels of the tokens that read and are remembered.
        memory_width: channels of a remembered token.
        steps: remembered steps that a read looks at (the authors' num_maskmem).
        layers: of the memory attention.
        feedforward: width between the two linear maps of a layer.
        dropout: in the memory attention, while training.
        mask_channels: of the convolutions that halve the heat map four times.
        fuser_layers: ConvNeXt blocks that join heat map and tokens.
    """

    width: int = 128
    memory_width: int = 64
    steps: int = 9
    layers: int = 4
    feedforward: int = 2048
    dropout: float = 0.1
    mask_channels: tuple[int, ...] = (4, 16, 64, 256)
    fuser_layers: int = 2


@dataclass(frozen=True)
class Sam2Config:
    """Sizes of all SAM 2 parts.

    Attributes:
        trunk: of the image encoder.
        neck: of the image encoder.
        memory: encoder and attention.
        published: hold the tensors that the authors' file has and SAM2Act never computes with.
    """

    trunk: HieraConfig = field(default_factory=HieraConfig)
    neck: NeckConfig = field(default_factory=NeckConfig)
    memory: MemoryConfig = field(default_factory=MemoryConfig)
    published: bool = True


def small_sam2() -> Sam2Config:
    """Return sizes for a network that is trained from scratch and acts on two processor cores.

    The windows divide the maps of a 256 x 256 image (64, 32, 16 and 8 tokens a side), where the
    published ones need padding, and the third stage's window is the whole map.
    """
    return Sam2Config(
        trunk=HieraConfig(
            width=32,
            heads=1,
            stages=(1, 2, 3, 1),
            windows=(8, 8, 16, 8),
            global_blocks=(),
            background=8,
            lora_rank=0,
        ),
        neck=NeckConfig(width=64, fine=16, middle=32),
        memory=MemoryConfig(
            width=64,
            memory_width=32,
            layers=2,
            feedforward=256,
            mask_channels=(4, 8, 16, 32),
        ),
        published=False,
    )
