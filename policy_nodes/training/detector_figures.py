"""How well a detector finds people: average precision by the distance of centres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

NEAR = 0.5  # [m] a person counts as found if a centre is this near
RANGE = 10.0  # [m] what is farther away is not looked at


@dataclass(frozen=True)
class Found:
    """What was found in one scene, and who was there.

    Attributes:
        places: (found, 2) [m].
        scores: (found,).
        people: (people, 2) [m].
        seen: (people,) points on each.
    """

    places: Floats
    scores: Floats
    people: Floats
    seen: NDArray[np.integer]


@dataclass(frozen=True)
class Precision:
    """Figures over many scenes.

    Attributes:
        average: area under precision over recall.
        recall: share of people found at any score.
        error: mean distance of centres found [m].
        people: number of them.
    """

    average: float
    recall: float
    error: float
    people: int


def precision(scenes: list[Found], *, least_points: int = 1) -> Precision:
    """Judge what was found, as nuScenes does for one class and one distance.

    Each box, the best first, takes the nearest person of its scene that nobody took. People with
    fewer points than asked for neither count nor spoil what found them.
    """
    scores, right, errors, total = [], [], [], 0
    for scene in scenes:
        within = np.linalg.norm(scene.people, axis=1) <= RANGE
        counted = within & (scene.seen >= least_points)
        total += int(counted.sum())
        free = np.ones(len(scene.people), bool)
        for at in np.argsort(-scene.scores, kind='stable'):
            if np.linalg.norm(scene.places[at]) > RANGE:
                continue
            apart = np.linalg.norm(scene.people - scene.places[at], axis=1)
            apart = np.where(free & (apart <= NEAR), apart, np.inf)
            hit = bool(len(apart)) and np.isfinite(apart.min())
            if hit:
                person = int(apart.argmin())
                free[person] = False
                if not counted[person]:
                    continue
                errors.append(float(apart[person]))
            scores.append(float(scene.scores[at]))
            right.append(hit)
    order = np.argsort(-np.array(scores), kind='stable')
    hits = np.array(right, bool)[order].cumsum()
    recalls = np.concatenate(([0.0], hits / max(total, 1)))
    precisions = np.concatenate(([1.0], hits / (np.arange(len(hits)) + 1)))
    best = np.maximum.accumulate(precisions[::-1])[::-1]  # precision at this recall or beyond
    average = float((np.diff(recalls) * best[1:]).sum())
    mean = float(np.mean(errors)) if errors else float('nan')
    return Precision(average, float(recalls[-1]), mean, total)
