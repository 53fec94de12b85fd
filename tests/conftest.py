"""Fixtures for all tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

# the same examples in every run; HYPOTHESIS_PROFILE=default draws new ones
settings.register_profile('repeatable', derandomize=True)
settings.load_profile(os.environ.get('HYPOTHESIS_PROFILE', 'repeatable'))

_used = count(os.getpid() * 7)
_kept: set[int] = set()  # domains of fixtures that outlive a test


def fresh_domain() -> int:
    """Return a ROS_DOMAIN_ID between 1 and 100; workers of a run draw from ranges of their own."""
    worker = int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0').removeprefix('gw'))
    share = 100 // int(os.environ.get('PYTEST_XDIST_WORKER_COUNT', '1'))
    drawn = (worker * share + number % share + 1 for number in _used)
    return next(domain for domain in drawn if domain not in _kept)


def pytest_configure() -> None:
    """Let signals end processes even where the run itself was started to ignore them."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def shared_data(*parts: str) -> Path:
    """Return a file or folder of the shared test data; skip the test where it is absent.

    The data lies in the folder that POLICY_STACK_SHARED names, else in a folder `shared` beside
    the checkout.
    """
    checkout = Path(__file__).resolve().parent.parent
    root = Path(os.environ.get('POLICY_STACK_SHARED', checkout.parent / 'shared')) / 'data'
    path = root.joinpath(*parts)
    if not path.exists():
        pytest.skip(f'the shared test data {"/".join(parts) or "folder"} is absent here')
    return path


@pytest.fixture(name='shared_data')
def _shared_data() -> Callable[..., Path]:
    return shared_data


@pytest.fixture(scope='session')
def keep_domain() -> Callable[[], int]:
    """Draws a ROS_DOMAIN_ID that no other test of this session gets."""

    def keep() -> int:
        _kept.add(domain := fresh_domain())
        return domain

    return keep


@pytest.fixture
def domain_id(monkeypatch: pytest.MonkeyPatch) -> int:
    """A ROS_DOMAIN_ID between 1 and 100 for one test, also set in the environment."""
    domain = fresh_domain()
    monkeypatch.setenv('ROS_DOMAIN_ID', str(domain))
    monkeypatch.delenv('CYCLONEDDS_URI', raising=False)
    return domain


@pytest.fixture(scope='module')
def module_domain_id() -> Iterator[int]:
    """A ROS_DOMAIN_ID between 1 and 100 for the tests of one module, set in the environment."""
    _kept.add(domain := fresh_domain())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv('ROS_DOMAIN_ID', str(domain))
        patch.delenv('CYCLONEDDS_URI', raising=False)
        yield domain
    _kept.remove(domain)
