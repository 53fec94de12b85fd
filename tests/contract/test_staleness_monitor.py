"""Age by stamp and by arrival, each found alone."""

import pytest

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.staleness_monitor import StalenessMonitor

SECOND = 1_000_000_000


@pytest.fixture
def monitor():
    monitor = StalenessMonitor({'scan': 0.5, 'goal': None})
    monitor.arrived('scan', 100 * SECOND, 10.0)
    monitor.arrived('goal', 40 * SECOND, 2.0)
    return monitor


def reasons(monitor, now_s, steady_s):
    stale = monitor.stale(int(now_s * SECOND), steady_s)
    return [(term.name, term.reason) for term in stale]


def test_fresh_terms_are_not_stale(monitor):
    assert reasons(monitor, 100.4, 10.4) == []
    assert reasons(monitor, 100.5, 10.5) == []


def test_a_term_that_never_came_is_missing(monitor):
    fresh = StalenessMonitor({'scan': 0.5, 'goal': None})
    assert reasons(fresh, 100.0, 10.0) == [('scan', 'missing'), ('goal', 'missing')]
    assert str(fresh.stale(0, 0.0)[0]) == 'scan: never received, allowed 0.5 s'


def test_a_source_that_keeps_sending_old_data_is_stale_by_stamp(monitor):
    monitor.arrived('scan', 100 * SECOND, 10.9)
    assert reasons(monitor, 101.0, 11.0) == [('scan', 'stamp')]
    assert 'acquired 1.000 s ago' in str(monitor.stale(101 * SECOND, 11.0)[0])


def test_a_silent_source_is_stale_by_arrival_though_the_node_clock_stands(monitor):
    assert reasons(monitor, 100.0, 10.6) == [('scan', 'arrival')]


def test_a_clock_that_jumps_ahead_makes_old_stamps_stale(monitor):
    assert reasons(monitor, 110.0, 10.1) == [('scan', 'stamp')]


def test_a_clock_that_jumps_back_makes_stamps_lie_in_the_future(monitor):
    assert reasons(monitor, 90.0, 10.1) == [('scan', 'future')]
    assert '10.000 s ahead of the clock' in str(monitor.stale(90 * SECOND, 10.1)[0])


def test_a_stamp_slightly_ahead_is_fresh(monitor):
    assert reasons(monitor, 99.8, 10.0) == []


def test_a_term_without_a_bound_only_has_to_be_there(monitor):
    assert reasons(monitor, 100.1, 10.1) == []
    monitor.forget(['goal'])
    assert reasons(monitor, 100.1, 10.1) == [('goal', 'missing')]


def test_an_episode_starts_with_nothing_received(monitor):
    monitor.forget()
    assert reasons(monitor, 100.1, 10.1) == [('scan', 'missing'), ('goal', 'missing')]


def test_a_steady_time_that_is_nan_counts_as_stale(monitor):
    assert reasons(monitor, 100.0, float('nan'))[0] == ('scan', 'arrival')


def test_an_unknown_term_lists_the_watched_ones(monitor):
    with pytest.raises(ContractError, match="'scam' is not watched; did you mean 'scan'"):
        monitor.arrived('scam', 0, 0.0)


def test_the_terms_of_a_contract_are_watched_but_not_the_policys_own(make_contract):
    monitor = StalenessMonitor.of(make_contract())
    names = [term.name for term in monitor.stale(0, 0.0)]
    assert names == ['joints', 'imu', 'camera']


def test_the_oldest_age_is_of_terms_with_a_bound(monitor):
    assert monitor.oldest_age_s(int(100.25 * SECOND)) == pytest.approx(0.25)
