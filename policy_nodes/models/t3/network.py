"""T3: an encoder for each sensor, a trunk for all, a decoder for each task.

Zhao et al., Transferable Tactile Transformers (arXiv 2406.13640). Key names are the authors'.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from policy_nodes.models.t3.config import T3Config
from policy_nodes.models.t3.decoders import MlpDecoder, PoseDecoder
from policy_nodes.models.t3.encoder import ENCODER_EPS, Encoder
from policy_nodes.models.t3.trunk import Trunk

Decoder = MlpDecoder | PoseDecoder


class T3(nn.Module):
    """Tactile images to tokens, and tokens to what a task asks for."""

    def __init__(
        self,
        config: T3Config | None = None,
        decoders: Mapping[str, Decoder] | None = None,
        *,
        eps: float = ENCODER_EPS,
    ) -> None:
        """Build the network.

        Args:
            config: sizes; the published medium ones if None.
            decoders: by name of the task.
            eps: of the encoders' normalisations; while images are masked it is another.
        """
        super().__init__()
        self.config = config = config or T3Config()
        self.encoders = nn.ModuleDict({name: Encoder(config, eps) for name in config.sensors})
        self.trunk = Trunk(config)
        self.decoders = nn.ModuleDict(dict(decoders or {}))

    def tokens(self, sensor: str, images: Tensor, pooling: str = 'none') -> Tensor:
        """Encode images of one sensor.

        Args:
            sensor: that they come from.
            images: normalised by that sensor's figures (rows, 3, image_size, image_size).
            pooling: none, cls or global.

        Returns:
            (rows, 1 + patches, width), or (rows, width) where they are pooled.

        Raises:
            ValueError: there is no such sensor, or the images have another size.
        """
        side = self.config.image_size
        if sensor not in self.encoders:
            known = ', '.join(self.encoders)
            raise ValueError(f'there is no encoder for {sensor!r}; there are {known}')
        if images.shape[1:] != (3, side, side):
            raise ValueError(
                f'images of {sensor} are {tuple(images.shape)}; (rows, 3, {side}, {side}) is '
                'needed: resize them first.'
            )
        return self.trunk(self.encoders[sensor](images), pooling)

    def read(self, task: str, sensor: str, *images: Tensor) -> Tensor:
        """Answer a task about one image, or about two of the same sensor.

        Raises:
            ValueError: there is no such task or sensor.
        """
        if task not in self.decoders:
            known = ', '.join(self.decoders)
            raise ValueError(f'there is no decoder for {task!r}; there are {known}')
        return self.decoders[task](*(self.tokens(sensor, image) for image in images))
