"""Sizes of T3: the authors' medium network as defaults."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class T3Config:
    """Sizes of the network.

    Attributes:
        image_size: side of a tactile image [pixel].
        patch: side of a patch [pixel].
        width: of a token.
        heads: of the attention.
        encoder_layers: of each sensor's own encoder.
        trunk_layers: of the trunk that all sensors share.
        feedforward: width between a layer's two linear maps, over that of a token.
        sensors: names of the sensors that have an encoder.
    """

    image_size: int = 224
    patch: int = 16
    width: int = 768
    heads: int = 12
    encoder_layers: int = 3
    trunk_layers: int = 9
    feedforward: int = 4
    sensors: tuple[str, ...] = (
        'gs_360_v2',
        'gs_green',
        'gs_black',
        'gs_tag',
        'digit',
        'mini',
        'wedge',
        'finray',
    )

    def __post_init__(self) -> None:
        """Refuse sizes that do not fit together.

        Raises:
            ValueError: with the sentence.
        """
        if self.image_size % self.patch:
            raise ValueError(
                f'an image of {self.image_size} pixels cannot be cut into patches of {self.patch}.'
            )
        if self.width % self.heads or self.width % 4:
            raise ValueError(
                f'a token of {self.width} numbers cannot be shared by {self.heads} heads, or is '
                'not a multiple of 4.'
            )
        if not self.sensors:
            raise ValueError('a T3 needs at least one sensor.')

    @property
    def grid(self) -> int:
        """Patches along a side."""
        return self.image_size // self.patch
