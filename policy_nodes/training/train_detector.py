"""Train a detector of people on simulated lidar scenes, with a state to resume from."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from policy_nodes.models.flatformer.detector import FlatFormerDetector
from policy_nodes.perception.people_detector import PeopleDetector
from policy_nodes.training.detector_figures import Found
from policy_nodes.training.detector_loss import losses, targets
from policy_nodes.training.detector_recipe import DetectorRecipe
from policy_nodes.training.lidar_scenes import LidarScene, scenes
from policy_nodes.training.seeds import TRAINING_SEED

STATE_FILE, LOG_FILE = 'state.pt', 'log.jsonl'


@dataclass(frozen=True)
class Progress:
    """What a progress display shows.

    Attributes:
        done: share of the run, 0 to 1.
        steps: gradient steps so far.
        rate: gradient steps per second.
        row: everything that goes into the log.
    """

    done: float
    steps: int
    rate: float
    row: dict[str, Any]


class SceneStream(IterableDataset):
    """Scenes without end; each worker draws others."""

    def __init__(self, seed: int) -> None:
        """Remember the seed."""
        self.seed = seed

    def __iter__(self) -> Iterator[LidarScene]:
        """Draw."""
        worker = get_worker_info()
        return scenes(self.seed + (worker.id if worker else 0))


def train(
    recipe: DetectorRecipe,
    folder: Path,
    *,
    seed: int = 0,
    device: torch.device | str = 'cpu',
    minutes: float | None = None,
    initial: Mapping[str, Tensor] | None = None,
    workers: int = 1,
    row_every: int = 50,
    save_every: float = 60.0,
    on_progress: Callable[[Progress], None] | None = None,
) -> FlatFormerDetector:
    """Train until the recipe's steps or the minutes are spent, whichever comes first.

    The same call goes on where the one before stopped.

    Args:
        recipe: what to train.
        folder: for the state and the log.
        seed: of weights and scenes.
        device: to train on.
        minutes: of this call; None for no limit.
        initial: weights to start from; None for new ones.
        workers: processes that draw scenes; 0 draws them here.
        row_every: steps between rows of the log.
        save_every: time between states [s].
        on_progress: called with every row.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    network = FlatFormerDetector(recipe.network).to(device)
    if initial is not None:
        network.load_state_dict(initial, strict=True)
    lr = recipe.lr if initial is None else recipe.second_lr
    optimiser = AdamW(network.parameters(), lr, weight_decay=recipe.weight_decay)
    schedule = OneCycleLR(optimiser, lr, total_steps=recipe.steps + 1, pct_start=0.1)
    step = 0
    state_file = folder / STATE_FILE
    if state_file.exists():
        state = torch.load(state_file, map_location=device, weights_only=True)
        network.load_state_dict(state['network'])
        optimiser.load_state_dict(state['optimiser'])
        schedule.load_state_dict(state['schedule'])
        step = state['steps']

    def save() -> None:
        parts = {'network': network, 'optimiser': optimiser, 'schedule': schedule}
        state = {name: part.state_dict() for name, part in parts.items()} | {'steps': step}
        torch.save(state, state_file.with_suffix('.part'))
        state_file.with_suffix('.part').replace(state_file)

    def report() -> None:
        row = {name: value / len(losses_of) for name, value in _sums(losses_of).items()}
        row |= {'steps': step, 'seconds': time.monotonic() - begin}
        with (folder / LOG_FILE).open('a', encoding='utf-8') as log:
            log.write(json.dumps(row) + '\n')
        rate = len(losses_of) / (time.monotonic() - since)
        if on_progress:
            on_progress(Progress(step / recipe.steps, step, rate, row))

    # scenes of a resumed run are new ones: the seed goes on with the steps
    stream = SceneStream(TRAINING_SEED + 1000 * seed + 10 * step)
    batches = iter(DataLoader(stream, recipe.batch, num_workers=workers, collate_fn=list))
    begin = saved = since = time.monotonic()
    losses_of: list[dict[str, float]] = []
    network.train()
    while step < recipe.steps and (minutes is None or time.monotonic() - begin < 60 * minutes):
        parts = train_step(network, recipe, next(batches), device)
        optimiser.zero_grad(set_to_none=True)
        sum(parts.values(), torch.zeros((), device=device)).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), recipe.max_gradient)
        optimiser.step()
        schedule.step()
        step += 1
        losses_of.append({name: float(value.detach()) for name, value in parts.items()})
        if len(losses_of) == row_every:
            report()
            losses_of, since = [], time.monotonic()
        if time.monotonic() - saved > save_every:
            save()
            saved = time.monotonic()
    if losses_of:
        report()
    save()
    return network.eval()


def _sums(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: sum(row[name] for row in rows) for name in rows[0]}


def train_step(
    network: FlatFormerDetector,
    recipe: DetectorRecipe,
    batch: list[LidarScene],
    device: torch.device | str,
) -> dict[str, Tensor]:
    """Weighted losses of one batch by name."""
    grid = recipe.network.grid
    clouds, people = [], []
    for scene in batch:
        points, boxes = augmented(scene, recipe.least_points)
        clouds.append(points.to(device))
        people.append(boxes)
    wanted = targets(people, grid, recipe.radius)
    wanted = type(wanted)(*(part.to(device) for part in wanted))
    parts = losses(network(clouds), wanted, grid)
    weights = {'heat': 1.0, 'box': recipe.box_weight, 'fit': recipe.fit_weight}
    return {name: weights[name] * value for name, value in parts.items()}


def augmented(scene: LidarScene, least_points: int) -> tuple[Tensor, Tensor]:
    """Points and boxes of a scene, mirrored and scaled at random.

    Scenes are seen from any heading as they are drawn, so that they need not be turned.
    """
    points = torch.from_numpy(scene.points).clone()
    boxes = torch.from_numpy(scene.people[scene.seen >= least_points]).float()
    if torch.rand(()) < 0.5:
        points[:, 1] *= -1
        boxes[:, (1, 6)] *= -1
    scale = 0.95 + 0.1 * torch.rand(())
    points[:, :3] *= scale
    boxes[:, :6] *= scale
    return points, boxes


def found_in(detector: PeopleDetector, scene: LidarScene) -> Found:
    """Let a detector look at a scene."""
    people = detector.find(scene.points)
    return Found(people[:, :2], people[:, 7], scene.people[:, :2], scene.seen)
