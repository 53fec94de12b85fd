"""Many bags and policies side by side: intervals, baselines, thresholds, damage, processes."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from danger_bags import NANO, PERSON, as_mcap, map_file, safety_file
from replay_drives import CHECKPOINT, without_measured

from policy_nodes.contract.errors import ContractError
from policy_nodes.evaluation.intervals import bootstrap_mean
from policy_nodes.evaluation.replay.asked_base import AskedBase
from policy_nodes.evaluation.replay.bag import Bag, open_bag
from policy_nodes.evaluation.replay.base_policy import BasePolicy, BaseSettings
from policy_nodes.evaluation.replay.episode_log import EpisodeLog
from policy_nodes.evaluation.replay.player import Player
from policy_nodes.evaluation.replay.policy_choice import choose
from policy_nodes.evaluation.replay.safety_file import read_safety
from policy_nodes.evaluation.replay.score_job import Job
from policy_nodes.evaluation.replay.score_markdown import score_markdown
from policy_nodes.evaluation.replay.score_run import score_jobs
from policy_nodes.evaluation.replay.scores import scores
from policy_nodes.evaluation.replay.thresholds import judge, read_thresholds
from policy_nodes.evaluation.replay.topic_map_file import read_topic_map
from policy_nodes.evaluation.replay.trace_sums import TraceSums
from policy_nodes.evaluation.replay.windows import Danger
from policy_nodes.policies.loading import load_policy

POLICIES = (CHECKPOINT, 'straight')


@pytest.fixture(scope='module')
def jobs(drives, tmp_path_factory) -> list[Job]:
    """Two sound bags, one cut short, one empty, each with two policies."""
    folder = tmp_path_factory.mktemp('bags')
    cut, empty = folder / 'cut.mcap', folder / 'empty.mcap'
    whole = drives[0].read_bytes()
    cut.write_bytes(whole[: len(whole) * 6 // 10])
    empty.write_bytes(b'')
    chosen = [choose(name) for name in POLICIES]
    return [Job(bag, policy, cut=2.0) for bag in (*drives, cut, empty) for policy in chosen]


@pytest.fixture(scope='module')
def results(jobs):
    return score_jobs(jobs, 1)


@pytest.fixture(scope='module')
def summary(results):
    return scores(results, 'straight', seed=7)


def test_several_processes_give_the_same_figures_bit_for_bit(jobs, results):
    told = []
    shared = score_jobs(jobs, 2, lambda job, steps: told.append((job.place, steps)))
    assert without_measured(shared) == without_measured(results)
    assert [each['policy'] for each in shared] == [job.policy.text for job in jobs]
    assert {place for place, _ in told} >= {job.place for job in jobs[:4]}
    assert all(0 < steps <= 100 for _, steps in told)


def test_what_can_be_read_is_scored_and_what_not_is_told(jobs, results, summary):
    cut, empty = (results[2 * at] for at in (2, 3))
    whole = results[0]
    assert 0 < cut['duration_s'] < whole['duration_s']
    assert cut['episodes'][0]['error'] == [0.0, 0.0]
    assert any('ends within a record' in note for note in cut['notes'])
    assert 'is empty' in empty['problem']
    assert len(summary['problems']) == len(POLICIES)
    assert [each['unscored'] for each in summary['policies']] == [1, 1]
    assert len(summary['runs']) == len(jobs) - len(POLICIES)


def test_a_figure_is_the_mean_over_episodes_with_a_bootstrapped_interval(results, summary):
    mine = [each for each in results if each['policy'] == 'straight' and 'problem' not in each]
    errors = [episode['error'][1] for each in mine for episode in each['episodes']]
    found = summary['policies'][1]['figures']['error.angular.z']
    assert found['episodes'] == len(errors) >= 7
    assert found['mean'] == pytest.approx(sum(errors) / len(errors))
    assert found['ci95'] == list(bootstrap_mean(errors, seed=7))
    assert found['ci95'][0] < found['mean'] < found['ci95'][1]


def test_a_policy_is_compared_with_the_baseline_episode_by_episode(summary):
    [difference] = summary['differences']
    assert difference['policy'] == CHECKPOINT
    found = difference['figures']['error.angular.z']
    assert found['mean'] == pytest.approx(
        -summary['policies'][1]['figures']['error.angular.z']['mean']
    )
    assert found['verdict'] == 'better'
    assert difference['figures']['asked_share']['verdict'] == ''


def test_interventions_of_all_bags_are_added_up(results, summary):
    entry = summary['policies'][0]
    each = [it['safety'] for it in results if it['policy'] == CHECKPOINT and 'problem' not in it]
    assert entry['safety']['seconds'] == pytest.approx(sum(it['seconds'] for it in each))
    onsets = sum(it['reasons']['arming']['onsets'] for it in each)
    assert entry['safety']['interventions']['arming']['onsets'] == onsets == 3
    assert entry['measured']['latency_ms']['count'] == sum(
        episode['asked']
        for it in results
        if it['policy'] == CHECKPOINT and 'problem' not in it
        for episode in it['episodes']
    )
    assert entry['checkpoints'] == [CHECKPOINT]


def test_a_summary_is_plain_json_and_markdown_keeps_its_tables(summary):
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    text = score_markdown(summary)
    tables = [line for line in text.splitlines() if line.startswith('|')]
    assert any(line.startswith('| error of linear.x [m/s] | 0 (0 to 0) | ') for line in tables)
    assert '| recorded |' not in text
    assert 'empty.mcap with straight was not scored' in text


def judged(tmp_path: Path, summary, text: str):
    file = tmp_path / 'gate.yaml'
    file.write_text(text)
    return judge(read_thresholds(file, POLICIES), summary)


def test_thresholds_are_kept_or_missed(tmp_path, summary):
    found = judged(
        tmp_path,
        summary,
        f"""
every:
  error.linear.x: {{most: 0.01}}
  latency_p99_ms: {{most: 100000}}
  interventions.zone_stop: {{most: 1000}}
{CHECKPOINT}:
  error.angular.z: {{most: 0.0, of: interval}}
  asked_share: {{least: 0.9}}
against_baseline:
  error.angular.z: {{most: 0.0, of: interval}}
""",
    )
    kept = {(each.policy, each.figure): each.kept for each in found}
    assert kept[CHECKPOINT, 'error.linear.x']
    assert not kept['straight', 'error.linear.x']
    assert sum(not each.kept for each in found) == 1
    [missed] = [each for each in found if not each.kept]
    assert 'straight: error.linear.x is 0.' in missed.line()
    assert 'allowed is at most 0.01' in missed.line()


@pytest.mark.parametrize(
    ('text', 'said'),
    [
        ('{}', 'no threshold'),
        ('nobody: {error.linear.x: {most: 1}}', "no policy 'nobody'"),
        ('every: {error.linear.x: {}}', 'there is no bound'),
        ('every: {error.linear.x: {most: 1, at: 2}}', "no key 'at'"),
        ('every: {error.linear.x: {most: 1, of: hope}}', "nothing 'hope'"),
        ('every: {error.linear.y: {most: 1}}', 'error.linear.x'),
        ('every: [1]', 'thresholds'),
    ],
)
def test_a_threshold_that_cannot_be_meant_is_refused(text, said, tmp_path, summary):
    with pytest.raises(ContractError) as refused:
        judged(tmp_path, summary, text)
    assert said in str(refused.value)


def test_what_cannot_be_judged_misses(tmp_path, summary):
    [first, second] = judged(tmp_path, summary, 'every: {time_to_stop_s: {most: 0.6}}')
    assert not first.kept
    assert not second.kept
    assert 'there is nothing to judge' in first.line()
    alone = scores([], None, 0) | {'policies': [], 'baseline': None}
    with pytest.raises(ContractError, match='no baseline'):
        judged(tmp_path, alone, 'against_baseline: {error.linear.x: {most: 0}}')


@pytest.mark.parametrize(
    ('text', 'robot', 'name', 'checkpoints'),
    [
        ('height', 'base', 'height', ()),
        ('height=height_street', 'base', 'height', (('', 'height_street'),)),
        ('height_street', 'base', 'height', (('', 'height_street'),)),
        ('specialists=walk=a,jump=b', 'legs', 'specialists', (('walk', 'a'), ('jump', 'b'))),
        ('recorded', '', 'recorded', ()),
    ],
)
def test_a_policy_is_named_in_several_ways(text, robot, name, checkpoints):
    chosen = choose(text)
    assert (chosen.robot, chosen.name, chosen.checkpoints) == (robot, name, checkpoints)


@pytest.mark.parametrize('text', ['heigth', 'heigth=height_street', '/nowhere'])
def test_what_is_no_policy_is_refused_with_the_known_ones(text):
    with pytest.raises(ContractError, match='height'):
        choose(text)


def repeated(bag: Bag, times: int) -> Bag:
    """The same drive over and over, as if it were one long bag."""
    first, last = bag.span_ns
    length = last - first + NANO // 10

    def raw(topics):
        for turn in range(times):
            for time_ns, *rest in bag.raw(topics):
                yield (time_ns + turn * length, *rest)

    return replace(bag, span_ns=(first, first + times * length), raw=raw)


def test_memory_stays_flat_however_long_a_bag_is(tmp_path):
    topics = read_topic_map(
        map_file(tmp_path, stamps='arrival', goal={'assumed': 'end'}, people={'assumed': 'nobody'})
    )
    config = read_safety(safety_file(tmp_path))
    short = open_bag(as_mcap(replace(PERSON, duration=5.0, person=(1.0, 3.0)), tmp_path))
    used = []
    for times in (4, 28):
        policy = BasePolicy(load_policy('straight'), BaseSettings())
        log = EpisodeLog(policy.space, 20.0)
        asked = AskedBase(policy, log, topics, config.frames.base_frame)
        player = Player(repeated(short, times), topics, config, asked)
        sums = TraceSums(config, (), Danger())
        tracemalloc.start()
        for trace in player.play_parts(10.0):
            sums.add(trace)
            del trace
        used.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert sums.to_mapping()['seconds'] == pytest.approx(5.1 * times, rel=0.01)
    # seven times as long; what grows are the figures of episodes and the points of two curves
    assert used[1] < used[0] + 400_000


def test_parts_of_a_trace_add_up_to_the_whole(tmp_path):
    bag = open_bag(as_mcap(PERSON, tmp_path))
    topics, config = read_topic_map(map_file(tmp_path)), read_safety(safety_file(tmp_path))
    found = []
    for length in (float('inf'), 2.0):
        sums = TraceSums(config, (), Danger())
        for trace in Player(bag, topics, config).play_parts(length):
            sums.add(trace)
        found.append(sums.to_mapping())
    whole, parts = found
    assert parts['seconds'] == pytest.approx(whole['seconds'])
    assert parts['levels'] == pytest.approx(whole['levels'], abs=0.01)
    for code, row in whole['reasons'].items():
        assert parts['reasons'][code]['seconds'] == pytest.approx(row['seconds'], abs=0.15)
        assert parts['reasons'][code]['onsets'] == row['onsets']
    assert parts['taken'] == whole['taken']
