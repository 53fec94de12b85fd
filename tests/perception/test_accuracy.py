"""How good tracks and people-free scans are on episodes of the crowd world.

The bounds leave room around what `measure.py` prints for many episodes; these are the first ones.
"""

import pytest

from policy_nodes.perception.people_tracker import PeopleTracker
from policy_nodes.perception.static_scan import StaticScan


@pytest.fixture(scope='module', params=['rand', 'more_human'])
def recorded(request, measure):
    return measure.record(request.param, 6, 500, steps=120)


def test_people_in_view_are_tracked_and_nobody_else(measure, recorded):
    score = measure.TrackingScore()
    for frames in recorded:
        score.add(frames, PeopleTracker())
    figures = score.table()
    assert figures['position RMSE, detected [m]'] < 0.042
    assert figures['velocity RMSE, detected [m/s]'] < 0.16
    assert figures['position RMSE, predicted [m]'] < 0.2
    assert figures['share of people in view that are tracked'] > 0.96
    assert figures['false tracks per sweep, detected'] < 0.02
    assert figures['false tracks per sweep, all'] < 0.1
    assert figures['identity switches per person'] < 0.4
    assert figures['delay to confirm, mean [sweeps]'] < 2.5


def test_the_still_world_is_known_behind_people(measure, recorded):
    score = measure.StaticScore()
    for frames in recorded:
        score.add(frames, StaticScan(), PeopleTracker())
    figures = score.table()
    assert figures['hidden rays'] > 5_000
    assert figures['hidden rays, median error [m]'] < 0.03
    assert figures['hidden rays, share within 0.2 m'] > 0.75
    assert figures['hidden rays taken as static'] < 0.005
    assert figures['all rays, median error [m]'] < 0.01
    assert figures['all rays, share within 0.2 m'] > 0.95
