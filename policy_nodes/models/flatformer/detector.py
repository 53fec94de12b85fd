"""The whole detector: points to maps of boxes. Key names are the authors'."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from policy_nodes.models.flatformer.backbone import FlatFormer
from policy_nodes.models.flatformer.centre_head import CentreHead
from policy_nodes.models.flatformer.config import DetectorConfig
from policy_nodes.models.flatformer.ground_convolutions import GroundNeck, GroundStages
from policy_nodes.models.flatformer.pillar_encoder import PillarEncoder


class FlatFormerDetector(nn.Module):
    """Pillars, FlatFormer, convolutions and a head that finds centres."""

    def __init__(self, config: DetectorConfig | None = None) -> None:
        """Build the detector.

        Args:
            config: sizes; the published ones if None.
        """
        super().__init__()
        self.config = config = config or DetectorConfig()
        self.voxel_encoder = PillarEncoder(
            config.grid, config.point_features, config.pillar_widths
        )
        self.middle_encoder = FlatFormer(config.grid.shape, config.flatformer)
        width = config.flatformer.width
        self.backbone = GroundStages(width, config.map_widths, config.map_layers)
        self.neck = GroundNeck(config.map_widths, config.neck_width)
        joined = config.neck_width * len(config.map_widths)
        self.bbox_head = CentreHead(joined, len(config.classes), config.head_width)

    def forward(self, clouds: Sequence[Tensor]) -> dict[str, Tensor]:
        """Look at clouds, each (points, point_features), x, y and z [m] first.

        Returns:
            maps (batch, numbers, ny, nx) by name, see CentreHead.
        """
        cloud = torch.cat([x.new_full((len(x),), at) for at, x in enumerate(clouds)])
        pillars = self.voxel_encoder(torch.cat(tuple(clouds)), cloud, len(clouds))
        ground = self.middle_encoder(pillars.features, pillars.coordinates, len(clouds))
        return self.bbox_head(self.neck(self.backbone(ground)))
