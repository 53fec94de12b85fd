"""The card of a checkpoint says what people have to know, and nothing that is not known."""

from __future__ import annotations

from small_recipes import small_recipe

from policy_nodes.contract.trained import Metric, Trained
from policy_nodes.training.model_card import model_card


def test_figures_come_with_interval_and_number_of_episodes():
    metrics = (Metric('success_rand', 0.962, (0.941, 0.976), 500),)
    trained = Trained(recipe='height_small', seed=5, steps=12_345, metrics=metrics)
    card = model_card(small_recipe(), trained, 'Measured here.')
    assert '| success_rand | 0.962 | 0.941 to 0.976 | 500 |' in card
    assert 'Measured here.' in card
    assert '| steps | 12,345 |' in card
    assert '| seed | 5 |' in card
    assert 'hurried 100%' in card


def test_without_figures_it_says_so_and_says_nothing_about_measuring():
    card = model_card(small_recipe(), Trained(recipe='height_small'), 'Measured here.')
    assert 'Not evaluated.' in card
    assert 'Measured here.' not in card
    assert '| hardware | unknown |' in card


def test_it_tells_limits_earlier_stages_and_whether_the_mirror_looks_on():
    trained = Trained(recipe='height_small')
    plain = model_card(small_recipe(), trained, '')
    card = model_card(small_recipe(mirrored=True), trained, '', history=['First on one CPU.'])
    assert 'averaged with its mirror image' in card
    assert 'averaged with its mirror image' not in plain
    assert '- First on one CPU.' in card
    assert 'no real person was there' in card
