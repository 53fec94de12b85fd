"""What an arm on its table looks like in Rerun, live and recorded."""

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip('rerun.chunk', reason='reads .rrd files back; needs rerun-sdk 0.41 or later')

from rerun.chunk import RrdReader
from rrd import column, tables
from tabletop_records import messages, played, record_messages
from typer import Typer
from typer.testing import CliRunner

from policy_nodes.commands.view import view
from policy_nodes.evaluation.report.heatmap_picture import over_view
from policy_nodes.evaluation.view.arm_skeleton import ArmSkeleton
from policy_nodes.evaluation.view.feed import Feed
from policy_nodes.evaluation.view.live import LiveSource
from policy_nodes.evaluation.view.output import Output
from policy_nodes.evaluation.view.sources import silent
from policy_nodes.nodes import translate
from policy_nodes.policies.key_picture import VIEWS
from policy_nodes.simulation.tabletop.panda_model import FINGER_JOINTS, HOME, JOINTS
from policy_nodes.simulation.tabletop.tasks.registry import make_task
from policy_nodes.simulation.tabletop.world import TabletopWorld
from policy_stack.msg import KeyPoseResult, Tensor

PUBLISH = Path(__file__).parent / 'publish.py'
PATIENCE = 40.0
APP = Typer()
APP.command()(view)


@pytest.fixture(scope='module')
def told():
    return messages(played())


@pytest.fixture(scope='module')
def run_folder(told, tmp_path_factory):
    folder = tmp_path_factory.mktemp('arm')
    record_messages(told, folder / 'episode_000.mcap')
    return folder


@pytest.fixture(scope='module')
def picture(run_folder, tmp_path_factory):
    path = tmp_path_factory.mktemp('picture') / 'run.rrd'
    shown = CliRunner().invoke(APP, [str(run_folder), '--save', str(path)])
    assert shown.exit_code == 0, shown.output
    # what only a mobile base has is not missed
    assert 'nothing on safety_controller/state\n' in shown.output
    return path


@pytest.fixture(scope='module')
def drawn(picture):
    return tables(picture)[0]


def test_the_triad_goes_from_key_pose_to_key_pose(drawn):
    steps = played().steps
    moved = np.array(column(drawn['/world/key_pose'], ':translation'))[:, 0]
    np.testing.assert_allclose(moved, [step.key_pose.position for step in steps], atol=1e-6)
    turned = np.array(column(drawn['/world/key_pose'], ':quaternion'))[:, 0]
    np.testing.assert_allclose(turned, [step.key_pose.quaternion for step in steps], atol=1e-6)
    paths = [len(strips[0]) for strips in column(drawn['/world/key_poses'], ':strips')]
    assert paths == list(range(1, len(steps) + 1))


def test_what_became_of_a_key_pose_stands_beside_it_and_in_the_log(drawn):
    steps = played().steps
    labels = [label for (label,) in column(drawn['/world/key_pose/mark'], ':labels')]
    log = [text for (text,) in column(drawn['/log/motion'], ':text')]
    for number, step in enumerate(steps, start=1):
        assert f'{number}, {step.state.name.lower()}' in labels
        assert any(line.startswith(f'key step {number} {step.state.name.lower()}') for line in log)
    refused = next(step for step in steps if step.words)
    assert any(line.endswith(refused.words) for line in log)
    (status,) = column(drawn['/status'], ':text')[-1]
    assert f'| instruction | {played().instruction} |' in status
    (ending,) = column(drawn['/log/episode'], ':text')[-1]
    assert ending.endswith('did the task')


def test_cameras_and_heat_maps_are_images(drawn, told):
    record = played()
    count = Counter(topic for topic, _ in told)
    for camera, pixels in record.steps[0].images.items():
        table = drawn[f'/camera/{camera}']
        assert table.num_rows == count[f'{camera}/color/image_raw']
        first = np.array(column(table, ':buffer')[0][0], dtype=np.uint8)
        np.testing.assert_array_equal(first, pixels.ravel())
    looked = record.steps[0].picture
    for row, name in enumerate(VIEWS):
        # once without its view, which comes later, and once with it
        assert drawn[f'/policy/{name}'].num_rows == 2 * len(record.steps)
        shown = np.array(column(drawn[f'/policy/{name}'], ':buffer')[1][0], dtype=int)
        wanted = over_view(looked.views[row], looked.heatmaps[row]).astype(int)
        assert np.abs(shown - wanted.ravel()).max() <= 1


def test_memory_and_joints_are_shown(drawn):
    record = played()
    remembered = [step.picture.attention for step in record.steps if step.picture.attention.size]
    assert drawn['/memory/attention'].num_rows == len(remembered) > 0
    assert column(drawn['/joints/position'], ':scalars') == [list(HOME)]
    assert drawn['/world/arm'].num_rows == 1


def test_the_drawn_arm_ends_where_the_simulated_one_does():
    world = TabletopWorld(make_task('reach_target'), seed=3)
    names, positions = (*FINGER_JOINTS, *JOINTS), (*world.fingers(), *world.joints())
    points = ArmSkeleton().points(names, positions)
    np.testing.assert_allclose(points[-1], world.tip()[0], atol=1e-3)
    world.close()
    assert ArmSkeleton().points(JOINTS[1:], HOME[1:]) is None


def test_an_arm_gets_a_layout_of_its_own(picture):
    reader = RrdReader(str(picture))
    # the file does not say which layout came first
    drives, last = sorted(
        (
            ' '.join(str(chunk.to_record_batch().columns) for chunk in reader.stream(store=store))
            for store in reader.blueprints()
        ),
        key=lambda layout: 'Forward speed' not in layout,
    )
    assert 'Forward speed' in drives
    assert 'Forward speed' not in last
    for name in ('Camera wrist', 'Heat map from top', 'Attention to key steps'):
        assert name in last


def test_odd_messages_are_remarked_and_not_drawn(tmp_path):
    output = Output(tmp_path / 'odd.rrd')
    feed = Feed(output.recording)
    header = translate.header(10**9, 'world')
    short = Tensor(header=header, name='coarse_heatmaps', shape=[3, 4, 4], data=bytes(8))
    flat = translate.tensor_message('coarse_heatmaps', np.zeros(3, np.float32), 10**9, 'world')
    for message in (short, flat):
        feed.take('manipulation_policy/heatmaps', message, 0)
    feed.take('manipulation_policy/memory_attention', flat, 0)
    feed.take('motion_executor/result', KeyPoseResult(header=header, state=77), 0)
    output.finish()
    found = tables(tmp_path / 'odd.rrd')[0]
    remarks = [text for (text,) in column(found['/log/viewer'], ':text')]
    assert len(remarks) == 4
    assert not any(entity.startswith(('/policy', '/memory')) for entity in found)


def test_a_running_arm_is_drawn_as_its_recording_is(domain_id, run_folder, told, drawn, tmp_path):
    file = run_folder / 'episode_000.mcap'
    publisher = subprocess.Popen(
        [sys.executable, str(PUBLISH), str(file), '/left'],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    wanted, output = Counter(topic for topic, _ in told), Output(tmp_path / 'live.rrd')
    feed = Feed(output.recording)
    source, ends = LiveSource(feed, 'left'), time.monotonic() + PATIENCE
    try:
        source.play(until=lambda: feed.drawn == wanted or time.monotonic() > ends)
    finally:
        source.close()
        output.finish()
        publisher.stdin.close()
        try:
            publisher.wait(15)
        finally:
            publisher.kill()
    assert feed.drawn == wanted
    assert silent(feed.drawn) == ['safety_controller/state']
    live = tables(tmp_path / 'live.rrd')[0]
    assert set(live) == set(drawn)
    for entity in ('/world/key_pose', '/world/key_poses', '/camera/wrist', '/joints/position'):
        assert live[entity].num_rows == drawn[entity].num_rows, entity
