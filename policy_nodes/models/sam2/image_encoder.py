"""SAM 2's image encoder: trunk and feature pyramid."""

from torch import Tensor, nn

from policy_nodes.models.sam2.config import HieraConfig, NeckConfig
from policy_nodes.models.sam2.fpn_neck import FpnNeck
from policy_nodes.models.sam2.hiera import Hiera


class ImageEncoder(nn.Module):
    """Turns an image into maps of one width at several resolutions."""

    def __init__(self, trunk: HieraConfig, neck: NeckConfig) -> None:
        """Build both parts.

        Args:
            trunk: sizes of the transformer.
            neck: sizes of the pyramid.
        """
        super().__init__()
        self.trunk = Hiera(trunk)
        self.neck = FpnNeck(neck, trunk.widths)

    def forward(self, images: Tensor) -> list[Tensor]:
        """Encode images (batch, 3, height, width) into maps, finest first, strides 4, 8, 16."""
        return self.neck(self.trunk(images))
