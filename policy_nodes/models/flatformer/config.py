"""Sizes of FlatFormer and of the detector around it: the authors' as defaults."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class PillarGrid:
    """The ground, cut into pillars.

    Attributes:
        lower: corner of the lowest pillar (x, y, z) [m].
        upper: opposite corner of the last one (x, y, z) [m].
        size: of a pillar (x, y) [m]; it is as high as the grid.
    """

    lower: tuple[float, float, float] = (-74.88, -74.88, -2.0)
    upper: tuple[float, float, float] = (74.88, 74.88, 4.0)
    size: tuple[float, float] = (0.32, 0.32)

    def __post_init__(self) -> None:
        """Refuse a grid without pillars.

        Raises:
            ValueError: corners are exchanged, or a pillar has no size.
        """
        spans = [high - low for low, high in zip(self.lower, self.upper, strict=True)]
        if min(spans) <= 0 or min(self.size) <= 0 or 0 in self.shape:
            raise ValueError(
                f'no pillar of {self.size} m fits between {self.lower} and {self.upper}; the upper'
                ' corner has to lie beyond the lower on every axis, by at least one pillar.'
            )

    @property
    def shape(self) -> tuple[int, int]:
        """Number of pillars (ny, nx)."""
        nx, ny = (
            round((high - low) / size)
            for low, high, size in zip(self.lower, self.upper, self.size, strict=False)
        )
        return ny, nx

    @property
    def height(self) -> float:
        """Of a pillar [m]."""
        return self.upper[2] - self.lower[2]


@dataclass(frozen=True)
class FlatFormerConfig:
    """Sizes of the backbone; the defaults are those of the published results.

    Attributes:
        width: of a voxel's feature.
        heads: of the attention.
        blocks: of four layers each.
        window: side of a window (x, y) [voxel].
        group: number of voxels that attend to each other.
        temperature: base of the wavelengths in the position code.
    """

    width: int = 128
    heads: int = 8
    blocks: int = 2
    window: tuple[int, int] = (13, 13)
    group: int = 144
    temperature: float = 10_000.0

    def __post_init__(self) -> None:
        """Refuse sizes that do not fit together.

        Raises:
            ValueError: with the sentence.
        """
        if self.width % self.heads:
            raise ValueError(f'a width of {self.width} cannot be shared by {self.heads} heads.')
        if min(self.window) < 2 or self.group < 2 or self.blocks < 1:
            raise ValueError(
                f'windows of {self.window}, groups of {self.group} and {self.blocks} blocks: a '
                'window needs two voxels a side, a group two voxels, a backbone one block.'
            )


@dataclass(frozen=True)
class DetectorConfig:
    """Sizes of the whole detector; the defaults are those of the published one on Waymo.

    Attributes:
        grid: of pillars.
        point_features: numbers of a point, x, y and z among them.
        pillar_widths: of the two layers that encode points; the second is the backbone's width.
        flatformer: sizes of the backbone.
        map_widths: of the two stages of convolutions over the map.
        map_layers: convolutions of each stage behind the first.
        neck_width: of each stage's share in what the head sees.
        head_width: of the head's hidden maps.
        classes: names of what is found.
    """

    grid: PillarGrid = field(default_factory=PillarGrid)
    point_features: int = 5
    pillar_widths: tuple[int, int] = (64, 128)
    flatformer: FlatFormerConfig = field(default_factory=FlatFormerConfig)
    map_widths: tuple[int, int] = (64, 128)
    map_layers: tuple[int, int] = (3, 3)
    neck_width: int = 128
    head_width: int = 64
    classes: tuple[str, ...] = ('car', 'pedestrian', 'cyclist')

    def __post_init__(self) -> None:
        """Refuse sizes that do not fit together.

        Raises:
            ValueError: with the sentence.
        """
        if self.pillar_widths[-1] != self.flatformer.width:
            raise ValueError(
                f'pillars have {self.pillar_widths[-1]} features and the backbone '
                f'{self.flatformer.width}; they have to be the same.'
            )
        if not self.classes:
            raise ValueError('a detector needs at least one class to find.')
