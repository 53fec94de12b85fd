"""What a detector of people is taught, and how it is judged."""

from itertools import islice

import numpy as np
import pytest
import torch

from policy_nodes.models.flatformer.boxes import boxes_of, decode
from policy_nodes.models.flatformer.config import DetectorConfig, FlatFormerConfig, PillarGrid
from policy_nodes.training.detector_figures import Found, precision
from policy_nodes.training.detector_loss import losses, targets
from policy_nodes.training.detector_recipe import DetectorRecipe
from policy_nodes.training.lidar_scenes import scenes
from policy_nodes.training.train_detector import train

GRID = PillarGrid(lower=(-4.0, -3.0, -0.3), upper=(4.0, 3.0, 2.3), size=(0.25, 0.25))
TINY = DetectorConfig(
    grid=PillarGrid(lower=(-10.4, -10.4, -0.3), upper=(10.4, 10.4, 2.3), size=(0.8, 0.8)),
    point_features=4,
    pillar_widths=(8, 16),
    flatformer=FlatFormerConfig(width=16, heads=2, blocks=1, window=(5, 5), group=16),
    map_widths=(8, 16),
    map_layers=(1, 1),
    neck_width=8,
    head_width=8,
    classes=('person',),
)
PEOPLE = torch.tensor([[1.1, -0.4, 0.85, 0.5, 0.6, 1.7, 0.3], [-2.0, 2.3, 0.9, 0.5, 0.5, 1.8, -2]])


def perfect_maps(wanted, grid):
    """Maps that say just what is wanted."""
    ny, nx = grid.shape
    maps = {
        name: torch.zeros(1, size, ny * nx)
        for name, size in {'reg': 2, 'height': 1, 'dim': 3, 'rot': 2, 'iou': 1}.items()
    }
    split = dict(
        zip(('reg', 'height', 'dim', 'rot'), wanted.numbers.split((2, 1, 3, 2), 1), strict=True)
    )
    for name, values in split.items():
        maps[name][0, :, wanted.cell] = values.T
    maps['iou'][0, 0, wanted.cell] = 1.0
    maps = {name: value.view(1, -1, ny, nx) for name, value in maps.items()}
    return maps | {'heatmap': torch.where(wanted.heat == 1, 9.0, -9.0)[:, None]}


def test_boxes_come_back_out_of_the_maps_that_were_asked_for():
    wanted = targets([PEOPLE], GRID, 2)
    found = decode(perfect_maps(wanted, GRID), GRID, threshold=0.5)[0]
    assert len(found.boxes) == 2
    at = found.boxes[:, 0].argsort(descending=True)
    torch.testing.assert_close(found.boxes[at], PEOPLE, rtol=0, atol=1e-4)
    torch.testing.assert_close(boxes_of(wanted.numbers, wanted.cell, GRID), PEOPLE)


def test_what_was_asked_for_has_next_to_no_loss_and_anything_else_more():
    wanted = targets([PEOPLE], GRID, 2)
    perfect = losses(perfect_maps(wanted, GRID), wanted, GRID)
    assert all(float(value) < 0.02 for value in perfect.values()), perfect
    moved = perfect_maps(wanted, GRID)
    moved['reg'] = moved['reg'] + 0.3
    worse = losses(moved, wanted, GRID)
    assert float(worse['box']) == pytest.approx(0.6, abs=1e-3)
    assert float(worse['fit']) > 0.1


def test_people_outside_the_grid_are_left_out():
    far = PEOPLE + torch.tensor([50.0, 0, 0, 0, 0, 0, 0])
    wanted = targets([far, PEOPLE], GRID, 2)
    assert wanted.cloud.tolist() == [1, 1]
    assert not wanted.heat[0].any()
    assert (wanted.heat[1] == 1).sum() == 2


def found(places, scores, people, seen=None):
    people = np.array(people, float).reshape(-1, 2)
    seen = np.full(len(people), 9) if seen is None else np.array(seen)
    return Found(np.array(places, float).reshape(-1, 2), np.array(scores, float), people, seen)


def test_precision_of_what_finds_everybody_and_nobody_else_is_one():
    scene = found([(1, 0), (3, 3.2)], [0.9, 0.3], [(1.1, 0), (3, 3)])
    figures = precision([scene, found([], [], [])])
    assert (figures.average, figures.recall, figures.people) == (1.0, 1.0, 2)
    assert figures.error == pytest.approx(0.15)


def test_a_ghost_before_a_person_costs_half_of_it():
    assert precision([found([(5, 5), (1, 0)], [0.9, 0.8], [(1, 0)])]).average == 0.5


def test_a_second_box_on_a_person_is_a_ghost_and_one_far_off_does_not_find():
    twice = found([(1, 0), (1.1, 0)], [0.9, 0.8], [(1, 0)])
    assert precision([twice]).average == 1.0  # it comes behind the one that counts
    assert precision([found([(1.6, 0)], [0.9], [(1, 0)])]).recall == 0.0


def test_who_was_hardly_seen_neither_counts_nor_spoils():
    scene = found([(1, 0), (4, 0)], [0.9, 0.8], [(1, 0), (4, 0)], [0, 50])
    assert precision([scene]).average == 1.0
    assert precision([scene]).people == 1


def test_beyond_the_range_nothing_counts():
    assert precision([found([(20, 0), (1, 0)], [0.9, 0.5], [(20, 0), (1, 0)])]).people == 1


def test_scenes_depend_on_their_seed_alone():
    one, same, other = (next(scenes(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.points, same.points)
    np.testing.assert_array_equal(one.people, same.people)
    assert one.points.shape != other.points.shape


def test_points_that_are_said_to_be_on_people_are_there():
    for scene in islice(scenes(11), 6):
        for box, seen in zip(scene.people, scene.seen, strict=True):
            apart = np.hypot(*(scene.points[:, :2] - box[:2]).T)
            near = (apart < 0.75) & (scene.points[:, 2] > 0.08)
            assert near.sum() >= 0.8 * seen - 3


@pytest.mark.timeout(240)
def test_training_goes_on_where_it_ended(tmp_path):
    recipe = DetectorRecipe(network=TINY, steps=4, batch=1)
    rows = []
    told = {'workers': 0, 'row_every': 1, 'on_progress': rows.append}
    train(recipe, tmp_path, minutes=1e-9, **told)
    assert not rows
    network = train(recipe, tmp_path, **told)
    assert [row.steps for row in rows] == [1, 2, 3, 4]
    again = train(recipe, tmp_path, **told)
    assert len(rows) == 4
    for name, value in network.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name
