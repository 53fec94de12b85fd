"""The report of a run from its folder, whatever of it is there."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
import torch
from crowd_recordings import record_episode
from PIL import Image
from rich.console import Console

from policy_nodes.evaluation.bag_metadata import offered_qos
from policy_nodes.evaluation.episode_data import read_episode
from policy_nodes.evaluation.message_definitions import message_definition
from policy_nodes.evaluation.recording_writer import RecordingWriter
from policy_nodes.evaluation.run_files import EpisodeScore, RunError, RunInfo
from policy_nodes.evaluation.run_report import run_table, write_run_report


def _page(report):
    return report.page.read_text(encoding='utf-8')


def test_a_run_leaves_a_summary_a_page_and_a_picture_that_agree(reported_run):
    report, folder = reported_run, reported_run.page.parent
    summary = json.loads((folder / 'summary.json').read_text())
    assert summary == report.summary
    run = json.loads((folder / 'run.json').read_text())
    totals = summary['totals']
    assert totals['episodes'] == len(run['episodes']) == 2
    assert totals['aborted'] == 2  # they were broken off
    assert totals['success'] == 0.0
    for told, scored in zip(summary['episodes'], run['episodes'], strict=True):
        assert {name: told[name] for name in scored} == scored
        assert told['losses'] == []
        # made up by the recorder of the tests: 2.5 ms before, and a few of thought and decision
        assert 8.0 < told['command_latency_ms']['p50'] < 13.0
        assert told['steps'] >= 39
    assert [each['recorded_s'] for each in summary['episodes']] == pytest.approx([6.0, 4.0])
    assert sum(totals['levels'].values()) == pytest.approx(1.0)
    for entry in totals['interventions'].values():
        assert entry['share'] == pytest.approx(entry['seconds'] / 10.0)
    strongest = totals['strongest_events'][0]
    assert f'<td class="text">{strongest["reason"]}</td>' in _page(report)
    assert summary['checkpoint']['policy'] == 'straight'
    assert summary['notes'] == []
    assert 'scenario rand' in _page(report)


def test_the_terminal_table_fits_eighty_columns(reported_run):
    stream = io.StringIO()
    Console(file=stream, width=80).print(run_table(reported_run.summary))
    lines = [line.rstrip() for line in stream.getvalue().splitlines()]
    assert max(map(len, lines)) <= 80
    assert sum('was aborted' in line for line in lines) == 2


def test_the_picture_moves_and_is_small(reported_run):
    report = reported_run
    assert report.animation.stat().st_size < 4_000_000
    with Image.open(report.animation) as picture:
        assert picture.n_frames > 90  # ten a second
        assert picture.info['loop'] == 0  # for ever
        assert 8_000 < sum(_durations(picture)) < 11_000  # [ms], with a pause at each end


def _durations(picture):
    for frame in range(picture.n_frames):
        picture.seek(frame)
        yield picture.info['duration']


def test_a_cut_recording_gives_a_report_that_says_so(copied_run):
    path = copied_run / 'episode_001.mcap'
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    report = write_run_report(copied_run)
    told = report.summary['episodes'][1]
    assert told['losses']
    assert 0.5 < told['recorded_s'] < 4.0
    assert any('episode_001.mcap' in note for note in report.summary['notes'])
    assert told['losses'][0] in _page(report).replace('&#x27;', "'")


def test_a_recording_with_a_damaged_middle_gives_a_report_that_says_so(copied_run):
    path = copied_run / 'episode_000.mcap'
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = bytes(2000)
    path.write_bytes(content)
    report = write_run_report(copied_run)
    assert any('episode_000.mcap' in note for note in report.summary['notes'])
    assert report.summary['episodes'][0]['outcome'] == 'aborted'


@pytest.mark.parametrize('content', [b'', b'no recording at all', b'\x89MCAP0\r\n'])
def test_what_is_no_recording_is_named_and_passed_over(copied_run, content):
    (copied_run / 'episode_001.mcap').write_bytes(content)
    report = write_run_report(copied_run)
    assert report.summary['totals']['episodes'] == 2
    assert any('episode_001.mcap' in note for note in report.summary['notes'])
    assert 'episode_001.mcap' in _page(report)


def test_a_run_whose_recordings_are_all_gone_still_has_its_scores(copied_run):
    for path in copied_run.glob('*.mcap'):
        path.unlink()
    report = write_run_report(copied_run)
    assert report.animation is None
    assert not (copied_run / 'animation.gif').exists()
    assert [each['recording'] for each in report.summary['episodes']] == [None, None]
    assert report.summary['totals']['levels'] == {}
    assert 'not recorded' in _page(report)


def test_a_run_that_was_killed_before_any_score_is_told_from_its_recordings(copied_run):
    (copied_run / 'run.json').unlink()
    report = write_run_report(copied_run)
    assert report.summary['run']['scenario'] == 'rand'
    assert report.summary['run']['policy'] == 'straight'
    assert any('run.json is missing' in note for note in report.summary['notes'])
    assert report.summary['totals']['episodes'] == 2


def test_a_recording_of_hardly_anything_still_gives_a_report(tmp_path):
    with RecordingWriter(tmp_path / 'episode_000.mcap') as writer:
        writer.attach('contract.yaml', 'application/yaml', b'version: [')
    report = write_run_report(tmp_path)
    assert report.animation is None
    assert any('contract' in note for note in report.summary['notes'])
    assert 'contract' in _page(report)


def test_poses_that_are_no_numbers_are_left_out(tmp_path):
    torch.set_num_threads(1)
    record_episode(tmp_path, 0, most_steps=12, break_odometry_at=6)
    report = write_run_report(tmp_path)
    assert report.animation is not None
    assert report.summary['totals']['episodes'] == 1
    json.dumps(report.summary, allow_nan=False)


def test_a_robot_in_a_namespace_is_told_of_as_one_without(tmp_path):
    episodes = []
    for namespace in ('', '/hall/robot1'):
        folder = tmp_path / (namespace.replace('/', '') or 'root')
        folder.mkdir()
        record_episode(folder, 0, most_steps=12, namespace=namespace)
        episodes.append(read_episode(folder / 'episode_000.mcap'))
    root, apart = episodes
    assert len(root.motion.time) == len(root.proposed.time) == len(root.scans) == 12
    assert np.array_equal(root.motion.pose, apart.motion.pose)
    assert np.array_equal(root.sent.twist, apart.sent.twist)
    assert root.safety.reasons == apart.safety.reasons
    assert len(apart.people) == len(apart.tracked) == 12
    assert apart.goal is not None
    assert apart.losses == ()


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(RunError, match='there is no folder'):
        write_run_report(tmp_path / 'absent')
    with pytest.raises(RunError, match='it is no run'):
        write_run_report(tmp_path)
    (tmp_path / 'run.json').write_text('{"robot": 3}')
    with pytest.raises(RunError, match='seed has to be a whole number'):
        write_run_report(tmp_path)
    (tmp_path / 'run.json').write_text('{')
    with pytest.raises(RunError, match='is no JSON'):
        write_run_report(tmp_path)


@pytest.mark.parametrize(
    ('change', 'sentence'),
    [
        ({'outcome': 'won'}, "no outcome 'won'; known: succeeded"),
        ({'time_s': 'long'}, "time_s has to be a number, not 'long'"),
        ({'time_s': float('nan')}, 'time_s has to be a number'),
        ({'index': -1}, 'index has to be a whole number'),
        ({'jerk': True}, 'jerk has to be a number'),
        ({'person_gap_m': 'near'}, 'person_gap_m has to be a number'),
    ],
)
def test_scores_that_cannot_be_meant_are_refused_by_name(tmp_path, change, sentence):
    score = EpisodeScore(0, 1, 'succeeded', 9.5, 5.1, None, 0.4, 0.0, 1.0)
    run = RunInfo('turtlebot', 'height', 'height_arena', 'rand', 1, (score,))
    assert RunInfo.from_mapping(json.loads(json.dumps(run.to_mapping())), 'x') == run
    values = run.to_mapping()
    values['episodes'] = [values['episodes'][0] | change]
    (tmp_path / 'run.json').write_text(json.dumps(values))
    with pytest.raises(RunError, match=r'run\.json, episode 0') as caught:
        RunInfo.read(tmp_path)
    assert sentence in str(caught.value)


def test_messages_of_another_definition_are_told_not_guessed(tmp_path):
    """A topic of the right name may carry anything in a file from elsewhere."""
    name = 'std_msgs/msg/String'
    with RecordingWriter(tmp_path / 'episode_000.mcap') as writer:
        payload = b'\x00\x01\x00\x00\x03\x00\x00\x00hi\x00'
        text = message_definition(name)
        writer.write('/odom', name, text, payload, 1, 1, offered_qos())
        foreign = b'\x00\x01\x00\x00\x07'
        writer.write('/cmd_vel', 'else/msg/Where', 'int8 x', foreign, 2, 2, offered_qos())
    report = write_run_report(tmp_path)
    assert report.summary['episodes'][0]['losses']
    assert np.isfinite(report.summary['totals']['success'])
