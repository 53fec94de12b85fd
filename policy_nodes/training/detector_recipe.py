"""How the shipped detector of people is trained."""

from __future__ import annotations

from dataclasses import dataclass, field

from policy_nodes.models.flatformer.config import DetectorConfig, FlatFormerConfig, PillarGrid

SMALL = DetectorConfig(
    grid=PillarGrid(lower=(-10.4, -10.4, -0.3), upper=(10.4, 10.4, 2.3), size=(0.2, 0.2)),
    point_features=4,
    pillar_widths=(24, 48),
    flatformer=FlatFormerConfig(width=48, heads=4, blocks=1, window=(9, 9), group=64),
    map_widths=(32, 48),
    map_layers=(2, 2),
    neck_width=32,
    head_width=24,
    classes=('person',),
)


@dataclass(frozen=True)
class DetectorRecipe:
    """One training run.

    Attributes:
        name: of the checkpoint that it makes.
        network: sizes.
        steps: of gradient.
        batch: scenes a step.
        lr: highest learning rate; it rises for a tenth of the steps, then falls to nothing.
        second_lr: the same for a run that starts from the weights of another.
        weight_decay: of the weights.
        max_gradient: greatest norm of a gradient.
        radius: of the spot round a centre in the heat map [cell].
        least_points: a person with fewer points on it is nothing to learn from.
        box_weight: of the boxes' loss.
        fit_weight: of the loss of how well a box fits.
    """

    name: str = 'people_detector'
    network: DetectorConfig = field(default_factory=lambda: SMALL)
    steps: int = 5_500
    batch: int = 2
    lr: float = 2e-3
    second_lr: float = 1e-3
    weight_decay: float = 0.05
    max_gradient: float = 10.0
    radius: int = 2
    least_points: int = 2
    box_weight: float = 2.0
    fit_weight: float = 1.0
