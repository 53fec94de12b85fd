"""Turns a trained detector of people into a checkpoint: contract, weights, golden trace, card."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_writer import write_checkpoint
from policy_nodes.contract.golden_trace import GoldenTrace
from policy_nodes.contract.trained import Metric, Trained
from policy_nodes.models.flatformer.detector import FlatFormerDetector
from policy_nodes.perception.people_detector import PeopleDetector
from policy_nodes.perception.people_detector_checkpoint import (
    PEOPLE,
    POINTS,
    DetectorRun,
    detector_contract,
)
from policy_nodes.training.card_facts import card_head, training_facts
from policy_nodes.training.detector_figures import NEAR, RANGE, Found, Precision, precision
from policy_nodes.training.detector_recipe import DetectorRecipe
from policy_nodes.training.lidar_scenes import scenes
from policy_nodes.training.model_card import metrics_table

TRACE_SCENES, TRACE_SEED, TRACE_POINTS = 3, 901, 6_000
TOLERANCE = 1e-3  # [m] sums of a cell's points come in another order on another machine
RESAMPLES = 500

LIMITS = """\
- Trained on simulated sweeps of lidars of 16 and 32 beams, 0.3 to 0.8 m over flat ground, among
  furniture of plain forms and people made of columns. No real person was there. It looks 10 m far.
- People who sit, lie or carry large things were not there; a dummy or a stand with coats may be
  taken for a person.
- A robot needs more than this to be safe among people: keep the safety controller in the loop.
"""


def export_detector(
    network: FlatFormerDetector,
    folder: Path,
    trained: Trained,
    card: str,
    *,
    robot: str = 'turtlebot',
    overwrite: bool = False,
) -> Checkpoint:
    """Write a checkpoint."""
    clouds = [
        scene.points[np.linspace(0, len(scene.points) - 1, TRACE_POINTS).astype(int)]
        for scene in islice(scenes(TRACE_SEED, vary=False), TRACE_SCENES)
    ]
    run = DetectorRun(PeopleDetector(network))
    golden = GoldenTrace(
        observations={POINTS: np.stack(clouds)},
        actions={PEOPLE: np.stack([run.act({POINTS: cloud})[PEOPLE] for cloud in clouds])},
        resets=np.arange(TRACE_SCENES) == 0,
        tolerance={PEOPLE: TOLERANCE},
    )
    contract = detector_contract(network.config, robot, trained)
    weights = {name: value.cpu().numpy() for name, value in network.state_dict().items()}
    return write_checkpoint(folder, contract, weights, golden, card, overwrite)


def detector_metrics(found: Sequence[Found], *, seed: int = 0) -> tuple[Metric, ...]:
    """Figures with 95 % intervals by drawing scenes again and again."""
    draws = np.random.default_rng(seed)
    picks = [draws.integers(len(found), size=len(found)) for _ in range(RESAMPLES)]

    def metric(name: str, least: int) -> Metric:
        values = [
            precision([found[at] for at in pick], least_points=least).average for pick in picks
        ]
        low, high = np.percentile(values, (2.5, 97.5))
        value = precision(list(found), least_points=least).average
        return Metric(name, value, (float(low), float(high)), len(found))

    return (
        metric('average_precision', 1),
        metric('average_precision_of_people_with_five_points', 5),
    )


def detector_card(
    recipe: DetectorRecipe,
    trained: Trained,
    overall: Precision | None,
    scenes_seen: int,
    history: Sequence[str] = (),
) -> str:
    """Write the card.

    Args:
        recipe: that was followed.
        trained: what came of it, with metrics.
        overall: figures over all scenes; None where nothing was evaluated.
        scenes_seen: number of scenes that the figures come from.
        history: sentences about earlier stages of the training.
    """
    grid, former = recipe.network.grid, recipe.network.flatformer
    facts = [
        ('finds', ', '.join(recipe.network.classes)),
        (
            'network',
            f'FlatFormer, {former.blocks * 4} layers of width {former.width}, groups of '
            f'{former.group}, pillars of {grid.size[0]:g} m, {-grid.lower[0]:g} m to each side',
        ),
        ('data', 'floor plans of the crowd world, furnished and peopled; drawn without end'),
        *training_facts(trained, f'`policy-stack train {recipe.name}`', recipe.steps),
    ]
    lines = card_head(recipe.name, facts)
    if history:
        lines += ['', '## How it came about', '', *(f'- {sentence}' for sentence in history)]
    lines += ['', '## Figures', '']
    if overall is None:
        lines += ['Not evaluated.']
    else:
        lines += [
            f'{scenes_seen:,} unseen scenes with 16 and 32 beams, {overall.people:,} people '
            f'within {RANGE:g} m with at least one point on them; found is what lies within '
            f'{NEAR:g} m. Recall at any score {overall.recall:.3f}, mean error of place '
            f'{overall.error:.3f} m.',
            '',
            *metrics_table(trained.metrics),
        ]
    return '\n'.join([*lines, '', '## Limits', '', LIMITS])
