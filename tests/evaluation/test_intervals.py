"""Intervals against closed forms and against chance itself."""

from __future__ import annotations

import math

import numpy as np
import pytest

from policy_nodes.evaluation.intervals import Z95, bootstrap_mean, interval_of_mean, wilson


@pytest.mark.parametrize(('successes', 'trials'), [(0, 5), (1, 7), (250, 500), (499, 500), (3, 3)])
def test_the_bounds_of_wilson_solve_its_equation(successes, trials):
    # a bound p is where the observed rate lies z standard deviations of p away
    rate = successes / trials
    for bound in wilson(successes, trials):
        distance = abs(rate - bound)
        assert distance == pytest.approx(Z95 * math.sqrt(bound * (1 - bound) / trials), abs=1e-12)


def test_certain_rates_keep_their_bound():
    assert wilson(0, 20)[0] == 0.0
    assert wilson(20, 20)[1] == 1.0
    assert wilson(0, 0) == (0.0, 1.0)


def test_wilson_covers_the_true_rate_about_as_often_as_it_says():
    chance = np.random.default_rng(0)
    counts = chance.binomial(100, 0.9, size=4000)
    covered = [low <= 0.9 <= high for low, high in (wilson(int(each), 100) for each in counts)]
    assert 0.93 < np.mean(covered) < 0.97


@pytest.mark.parametrize(('successes', 'trials'), [(2, 1), (-1, 3), (0, -1)])
def test_counts_that_cannot_be_are_refused(successes, trials):
    with pytest.raises(ValueError, match='is no rate'):
        wilson(successes, trials)


def test_the_interval_of_the_mean_of_one_rate_is_its_own():
    assert interval_of_mean([0.5], [wilson(5, 10)]) == pytest.approx(wilson(5, 10))


def test_the_mean_of_several_rates_is_surer_than_each_and_stays_within_0_and_1():
    own = wilson(5, 10)
    low, high = interval_of_mean([0.5] * 4, [own] * 4)
    assert 0.5 - low == pytest.approx((0.5 - own[0]) / 2)
    assert high - 0.5 == pytest.approx((own[1] - 0.5) / 2)
    low, high = interval_of_mean([1.0, 1.0], [wilson(20, 20)] * 2)
    assert wilson(20, 20)[0] < low < high == 1.0


def test_the_interval_of_a_mean_covers_it_about_as_often_as_it_says():
    chance, rates, count = np.random.default_rng(5), np.array([0.2, 0.5, 0.95]), 25
    covered = 0
    for row in chance.binomial(count, rates, size=(500, 3)):
        low, high = interval_of_mean(row / count, [wilson(int(each), count) for each in row])
        covered += low <= rates.mean() <= high
    assert 0.92 <= covered / 500 <= 0.99


def test_no_rates_have_no_mean():
    with pytest.raises(ValueError, match='at least one'):
        interval_of_mean([], [])


def test_the_bootstrap_agrees_with_the_normal_interval_for_many_values():
    values = np.random.default_rng(1).normal(3.0, 2.0, size=400)
    low, high = bootstrap_mean(values)
    half = Z95 * values.std() / math.sqrt(len(values))
    assert low == pytest.approx(values.mean() - half, abs=0.03)
    assert high == pytest.approx(values.mean() + half, abs=0.03)


def test_the_bootstrap_gives_the_same_interval_again():
    values = np.sqrt(np.arange(30.0))
    assert bootstrap_mean(values) == bootstrap_mean(values)
    assert bootstrap_mean(values) != bootstrap_mean(values, seed=1)


def test_values_that_say_nothing_about_their_spread_have_no_interval():
    assert all(math.isnan(bound) for bound in bootstrap_mean([3.0]))
    assert bootstrap_mean([2.0, 2.0]) == (2.0, 2.0)


@pytest.mark.parametrize('values', [[1.0, math.nan], [math.inf, 1.0], [[1.0], [2.0]]])
def test_the_bootstrap_refuses_what_is_no_list_of_finite_values(values):
    with pytest.raises(ValueError, match='finite values in one dimension'):
        bootstrap_mean(values)
