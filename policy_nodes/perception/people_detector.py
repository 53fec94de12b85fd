"""Finds people in the sweeps of a lidar, by a network."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from policy_nodes.contract.samples import DetectionsSample, PointsSample
from policy_nodes.geometry.rotated_boxes import keep_best
from policy_nodes.models.flatformer.boxes import decode
from policy_nodes.models.flatformer.detector import FlatFormerDetector

FLAT = [0, 1, 3, 4, 6]  # of a box, what lies on the ground
SHARE = 0.2  # of joint area that two boxes share from which they are one person


class PeopleDetector:
    """Boxes round people; the same sweep gives the same boxes."""

    def __init__(
        self,
        network: FlatFormerDetector,
        *,
        threshold: float = 0.3,
        most: int = 64,
        device: torch.device | str = 'cpu',
    ) -> None:
        """Set the detector up.

        Args:
            network: that was trained.
            threshold: least score of a person.
            most: people of a sweep.
            device: to think on.
        """
        self.network = network.eval().to(device)
        self.threshold, self.most = threshold, most
        self.device = torch.device(device)

    @torch.inference_mode()
    def find(self, points: NDArray[np.float32]) -> NDArray[np.float64]:
        """Find people in one sweep.

        Args:
            points: (n, 4) x, y, z over the ground [m], intensity; others than finite ones are
                left out.

        Returns:
            (people, 8) x, y, z of the middle, length, width, height [m], heading [rad], score;
            the best first.
        """
        cloud = torch.from_numpy(np.ascontiguousarray(points, np.float32)).to(self.device)
        maps = self.network([cloud])
        found = decode(
            maps, self.network.config.grid, threshold=self.threshold, most=4 * self.most
        )[0]
        boxes, scores = found.boxes.cpu().double().numpy(), found.scores.cpu().double().numpy()
        kept = keep_best(boxes[:, FLAT], scores, SHARE)[: self.most]
        return np.column_stack((boxes[kept], scores[kept]))

    def detect(self, sample: PointsSample) -> DetectionsSample:
        """Find people in a sample: where they stand, in order of bearing."""
        places = self.find(sample.points)[:, :2]
        order = np.argsort(np.arctan2(places[:, 1], places[:, 0]), kind='stable')
        return DetectionsSample(sample.stamp_ns, sample.frame, places[order])
