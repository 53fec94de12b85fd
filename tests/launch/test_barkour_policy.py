"""The launched graph of a Barkour that a policy moves over the course."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from launch import LaunchContext
from tiny_legs import write_tiny

from policy_nodes.contract.share import share_folders
from policy_nodes.evaluation.course_blocks import CourseBlock, CourseEntry, CourseSetup
from policy_nodes.evaluation.course_driver import CourseDriver
from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.evaluation.run_report import run_table, write_run_report
from policy_nodes.nodes.translate import nanoseconds
from policy_nodes.policies.locomotion_choice import chosen_checkpoints
from policy_nodes.policies.locomotion_names import LOCOMOTION

pytest.importorskip('mujoco', reason='the simulator of the course is not installed')

LOCKSTEP = Path(__file__).with_name('lockstep_legs.yaml')
TIMES = ('time_s', 'course_s', 'path_m')  # sums of stamps, or from the first of them on
SEED, LIMIT, PERIOD_NS = 3, 2.0, 20_000_000


@pytest.fixture(scope='module')
def checkpoints(tmp_path_factory):
    """A perceptron whose answers depend on all that it is shown, a little."""
    return write_tiny(tmp_path_factory.mktemp('legs'), 'mlp', spread=0.03, patient=True)


@pytest.fixture(scope='module')
def run(launch, checkpoints):
    """One finished launch of one episode."""
    graph = launch(
        'barkour',
        policy='mlp',
        checkpoint=checkpoints,
        seed=SEED,
        episodes=1,
        speed=20.0,
        params_file=LOCKSTEP,
    )
    assert graph.wait(200.0) == 0, graph.text
    return graph


def by_stamp(recording, topic):
    """Messages of a topic by stamp [ns]; of several with one stamp, the last one."""
    decoded = (recorded.decode() for recorded in recording.messages(topic))
    return {nanoseconds(message.header.stamp): message for message in decoded}


def test_every_pose_command_and_target_is_that_of_the_evaluation(run, checkpoints):
    recording = read_recording(run.run / 'episode_000.mcap')
    statuses = [each.decode() for each in recording.messages('/episode')]
    begin = next(nanoseconds(each.header.stamp) for each in statuses if each.state == 1)
    torch.set_num_threads(1)
    entry = CourseEntry(
        'mlp', checkpoints=(*chosen_checkpoints('mlp', [str(checkpoints)]).items(),)
    )
    setup = CourseSetup(SEED, 1, conditions='nominal', time_limit=LIMIT)
    trace = CourseDriver(setup).trace(CourseBlock(entry, 0))
    steps = [begin + PERIOD_NS * step for step in range(len(trace.targets))]
    assert len(steps) == round(LIMIT / 0.02)

    poses = by_stamp(recording, '/odom')
    spots = [poses[t].pose.pose.position for t in steps]
    np.testing.assert_array_equal([(p.x, p.y) for p in spots], trace.track[:-1, 1:])
    asked = by_stamp(recording, '/course_navigator/command')
    twists = [asked[t].twist for t in steps]
    np.testing.assert_array_equal(
        [(each.linear.x, each.linear.y, each.angular.z) for each in twists], trace.asked
    )
    for topic in ('/locomotion_policy/joint_command', '/joint_command'):
        commands = by_stamp(recording, topic)
        targets = [list(commands[t].position) for t in steps]
        np.testing.assert_array_equal(targets, trace.targets, err_msg=topic)
    # the policy really answered to what it was shown
    assert np.ptp(trace.targets, axis=0).max() > 1e-4

    [scored] = json.loads((run.run / 'run.json').read_text())['episodes']
    own = json.loads(json.dumps(trace.score.to_mapping()))
    assert {**scored, **dict.fromkeys(TIMES)} == {**own, **dict.fromkeys(TIMES)}
    # the last odometry may come after word of the end
    assert [scored[name] for name in TIMES] == pytest.approx(
        [own[name] for name in TIMES], abs=0.021
    )


def test_the_nodes_come_up_in_order_and_everything_ends(run):
    order = [
        run.text.index(words)
        for words in ('nodes are active', 'permitted motion', 'episode 1 of 1', 'are down')
    ]
    assert order == sorted(order)
    assert run.processes() == []
    assert 'Traceback' not in run.text


def test_the_recording_holds_what_the_course_tells_and_the_contract(run):
    recording = read_recording(run.run / 'episode_000.mcap')
    assert recording.complete
    for name in (
        *('live_score', 'course_navigator/command', 'course_navigator/behaviour', 'imu'),
        *('locomotion_policy/status', 'height_scan', 'foot_contacts'),
    ):
        assert recording.topics[f'/{name}'].count
    assert 'locomotion_mlp' in recording.attachments['contract.yaml'].decode()


def test_the_report_shows_the_run_its_legs_and_the_loop(run):
    report = write_run_report(run.run)
    totals = report.summary['totals']
    assert totals['jitter_ms']['count'] > 50
    assert totals['inference_ms']['count'] > 50
    assert report.animation is not None
    page = report.page.read_text(encoding='utf-8')
    for words in (
        *('When each foot stood', 'Torques of 12 joints', 'deviation from the period'),
        *('paper, mean 0.77', 'The course from above', 'jitter of the loop', 'locomotion_mlp'),
    ):
        assert words in page
    assert page.count('<svg') == 5
    assert run_table(report.summary).row_count == 1


def test_the_launch_file_knows_every_policy_and_its_checkpoints():
    text = (share_folders()[0] / 'launch' / 'barkour.launch.py').read_text()
    for policy, checkpoints in LOCOMOTION.items():
        names = tuple(checkpoints.values())
        key = 'JOYSTICK' if policy == 'joystick' else repr(policy)
        assert f'    {key}: {names!r},' in text


@pytest.fixture(scope='module')
def launch_file():
    path = share_folders()[0] / 'launch' / 'barkour.launch.py'
    spec = importlib.util.spec_from_file_location('barkour_launch', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ('arguments', 'sentence'),
    [
        ({'policy': 'mlp', 'checkpoint': '/nowhere'}, 'policy-stack train barkour_mlp --out'),
        ({'policy': 'mlp', 'model': 'go1'}, 'joystick is for go1, specialists, transformer, mlp'),
        ({'policy': 'joystick'}, 'joystick is for go1'),
        ({'policy': 'mlp', 'simulator': 'joints'}, 'does not go with simulator:=joints'),
        ({'model': 'go1', 'simulator': 'joints'}, 'model:=go1 has no simulator:=joints'),
        ({'episodes': '2'}, 'episodes are run by policies of the course'),
        ({'episodes': 'two'}, 'episodes:=two is not a whole number'),
    ],
)
def test_what_does_not_go_together_is_refused(launch_file, arguments, sentence):
    context = LaunchContext()
    for argument in launch_file.ARGUMENTS:
        default = ''.join(part.perform(context) for part in argument.default_value)
        context.launch_configurations[argument.name] = arguments.get(argument.name, default)
    with pytest.raises(RuntimeError, match=re.escape(sentence)):
        launch_file.compose(context)


def test_without_a_trained_policy_nothing_starts_and_it_says_how_one_is_made(launch):
    graph = launch('barkour', policy='specialists')
    assert graph.wait() == 1
    assert 'policy:=specialists needs barkour_walk, barkour_slope, barkour_jump' in graph.text
    assert 'No trained weights of legs are shipped yet' in graph.text
    assert 'process started' not in graph.text
