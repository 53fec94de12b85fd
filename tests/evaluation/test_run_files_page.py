"""docs/reference/run_files.md names every key of the files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from policy_nodes.evaluation.comparison import Comparison
from policy_nodes.evaluation.comparison_file import comparison_mapping
from policy_nodes.evaluation.crowd_episodes import EpisodeTable
from policy_nodes.evaluation.episode_blocks import Block, BlockResult, Entry, Setup
from policy_nodes.evaluation.episode_topics import TOPICS
from policy_nodes.evaluation.leg_recording import TOPICS as LEG_TOPICS
from policy_nodes.evaluation.run_files import EpisodeScore, RunInfo
from policy_nodes.evaluation.tabletop_recording import TABLETOP_TOPICS

PAGE = Path(__file__).parents[2] / 'docs' / 'reference' / 'run_files.md'


@pytest.fixture(scope='module')
def chapters():
    """Texts of the chapters by heading."""
    parts = re.split(r'^## (.*)$', PAGE.read_text(encoding='utf-8'), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _named(chapter):
    return set(re.findall(r'`(\w+)`', chapter))


def test_the_page_names_every_key_of_run_json(chapters):
    score = EpisodeScore(0, 1, 'succeeded', 9.5, 5.1, None, 0.4, 0.0, 1.0)
    run = RunInfo('turtlebot', 'height', '', 'rand', 1, (score,))
    known = _named(chapters['run.json'])
    assert set(run.to_mapping()) <= known
    assert set(score.to_mapping()) <= known


def test_the_page_names_every_key_of_summary_json(reported_run, chapters):
    summary = reported_run.summary
    known = _named(chapters['summary.json'])
    assert set(summary) <= known
    assert set(summary['totals']) <= known
    assert set(summary['totals']['levels']) <= known
    assert set(summary['totals']['inference_ms']) <= known
    assert set(summary['checkpoint']) <= known
    of_score = _named(chapters['run.json'])
    for episode in summary['episodes']:
        assert set(episode) <= known | of_score


def test_the_page_names_every_topic_that_the_report_reads(chapters):
    text = chapters['episode_NNN.mcap']
    read = (*TOPICS.values(), *TABLETOP_TOPICS.values(), *LEG_TOPICS.values())
    for name, kind in read:
        short = kind.replace('/msg/', '/')
        assert f'| `{name[1:]}` | {short} |' in text


def test_the_page_names_every_key_of_an_evaluation(chapters):
    entry = Entry('straight', 'rand')
    columns = {name: np.array([2]) for name in EpisodeTable.__annotations__}
    comparison = Comparison(Setup(seed=1, episodes=1), (entry,), {})
    comparison.add(Block(entry, 0, 1), BlockResult(EpisodeTable(**columns)))
    values = comparison_mapping(comparison)
    known = _named(chapters['The file of `policy-stack eval turtlebot --json`'])
    assert set(values) <= known
    assert set(values['rows'][0]) <= known
    json.dumps(values, allow_nan=False)
