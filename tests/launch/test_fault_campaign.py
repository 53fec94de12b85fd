"""A short campaign against the real graph of a Panda: processes, DDS, faults, figures, page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FAULTS = ('chunk_nan', 'proposer_stopped', 'clock_back', 'estop_pressed')


@pytest.fixture(scope='module')
def campaign(tmp_path_factory, module_domain_id):
    folder = tmp_path_factory.mktemp('campaign')
    chosen = [word for name in FAULTS for word in ('--only', name)]
    command = [
        *(sys.executable, '-m', 'policy_nodes.cli', 'faults', 'panda', '--seed', '1'),
        *('--injections', str(len(FAULTS)), '--json', 'faults.json', '--html', 'faults.html'),
        *chosen,
    ]
    environment = {**os.environ, 'PYTHONPATH': str(ROOT)}
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=180
    )
    return folder, ended


@pytest.fixture(scope='module')
def figures(campaign):
    folder, ended = campaign
    assert (folder / 'faults.json').is_file(), ended.stdout + ended.stderr
    return json.loads((folder / 'faults.json').read_text())


def test_every_fault_was_injected_and_led_to_a_stop_for_the_right_reason(figures, campaign):
    assert not figures['broken'], campaign[1].stdout
    rows = {row['fault']: row for row in figures['rows']}
    assert set(rows) == set(FAULTS)
    for row in rows.values():
        assert row['injections'] == 1
        assert row['time_to_stop_ms_max'] is not None, row
        assert row['wrong_reason'] == 0, row


def test_no_limit_was_broken_and_nothing_moved_that_must_not(figures):
    for row in figures['rows']:
        assert row['limit_violations'] == 0, row
        assert row['moved_while_faulty'] == 0, row
        assert row['reset_while_faulty'] == 0, row
        assert row['moved_after_reset'] == 0, row
    assert sum(row['resets'] for row in figures['rows']) >= 2


def test_table_and_page_are_written(campaign):
    folder, ended = campaign
    assert all(name in ended.stdout for name in FAULTS)
    assert all(name in (folder / 'faults.html').read_text() for name in FAULTS)


def test_the_exit_status_says_whether_every_target_was_met(campaign, figures):
    assert campaign[1].returncode == (0 if figures['passed'] else 1)
