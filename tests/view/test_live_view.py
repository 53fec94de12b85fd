"""What a running graph looks like in Rerun: the same as its recording."""

import ast
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

pytest.importorskip('rerun.chunk', reason='reads .rrd files back; needs rerun-sdk 0.41 or later')

import rclpy
from drives import counted
from rclpy.context import Context
from rclpy.node import Node, NodeNameNonExistentError
from rrd import await_rows, column, tables

from policy_nodes.contract.share import share_folders
from policy_nodes.evaluation.view.feed import Feed
from policy_nodes.evaluation.view.live import LiveSource
from policy_nodes.evaluation.view.output import Output
from policy_nodes.evaluation.view.recorded import RecordedSource
from policy_nodes.evaluation.view.sources import ARM, BASE, SOURCES

HERE = Path(__file__).parent
COMMAND = 'import typer; from policy_nodes.commands.view import view; typer.run(view)'
TOTAL_WAIT = 40.0


@pytest.fixture
def publisher(domain_id, run_folder):
    """A process that publishes the first episode in the namespace /robot7."""
    file = run_folder / 'episode_000.mcap'
    process = subprocess.Popen(
        [sys.executable, str(HERE / 'publish.py'), str(file), '/robot7'],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.stdin.close()
    try:
        process.wait(15)
    finally:
        process.kill()


def drawn(path):
    """Rows of each entity without the times at which they were drawn and received."""
    found = tables(path)[0]
    times = ('rerun.controls.RowId', 'log_time', 'received')
    return {
        entity: table.drop_columns([name for name in times if name in table.column_names])
        for entity, table in found.items()
    }


def by_time(table):
    return table.sort_by('node_time').to_pylist()


def test_live_topics_are_drawn_as_their_recording_is(publisher, drive, run_folder, tmp_path):
    wanted = counted(drive[:1])
    live, recorded = tmp_path / 'live.rrd', tmp_path / 'recorded.rrd'
    output = Output(live)
    feed = Feed(output.recording)
    source = LiveSource(feed, 'robot7')
    ends = time.monotonic() + TOTAL_WAIT
    source.play(until=lambda: feed.drawn == wanted or time.monotonic() > ends)
    source.close()
    output.finish()
    assert feed.drawn == wanted

    output = Output(recorded)
    RecordedSource([run_folder / 'episode_000.mcap']).play(Feed(output.recording))
    output.finish()
    here, there = drawn(live), drawn(recorded)
    assert set(here) == set(there)
    # what one topic draws is the same row by row; what needs two topics depends on their order
    for entity in set(here) - {'/status', '/world/attention', '/world/path'}:
        assert by_time(here[entity]) == by_time(there[entity]), entity
    for entity in ('/world/attention', '/world/path'):
        assert here[entity].num_rows == there[entity].num_rows


def test_a_late_comer_sees_what_is_latched(publisher, drive, tmp_path):
    latched = {each.name for each in SOURCES if each.latched}
    feeds = []
    for number in range(2):
        output = Output(tmp_path / f'{number}.rrd')
        feed = Feed(output.recording)
        source = LiveSource(feed, 'robot7')
        if number == 0:
            source.play(TOTAL_WAIT, until=lambda feed=feed: feed.drawn['cmd_vel'] == 20)
            assert publisher.stdout.readline() == 'done\n'
        else:
            source.play(TOTAL_WAIT, until=lambda feed=feed: latched <= set(feed.drawn))
            assert set(feed.drawn) == latched
        source.close()
        output.finish()
        feeds.append(feed)
    assert 'odom' in feeds[0].drawn


def test_the_viewer_publishes_nothing(domain_id, tmp_path):
    output = Output(tmp_path / 'quiet.rrd')
    source = LiveSource(Feed(output.recording), 'robot7')
    context = Context()
    rclpy.init(args=[], context=context)
    watcher = Node('watcher', context=context)
    ends = time.monotonic() + TOTAL_WAIT
    heard = {f'/robot7/{each.name}' for each in SOURCES}
    seen = set()
    while not heard <= seen and time.monotonic() < ends:
        try:
            listed = watcher.get_subscriber_names_and_types_by_node('viewer', '/robot7')
            seen = {name for name, _ in listed}
        except NodeNameNonExistentError:
            time.sleep(0.02)
    assert heard <= seen
    spoken = watcher.get_publisher_names_and_types_by_node('viewer', '/robot7')
    # every ROS node announces its parameters there; this one has none of its own
    assert {name for name, _ in spoken} <= {'/parameter_events'}
    watcher.destroy_node()
    rclpy.shutdown(context=context)
    source.close()
    output.finish()


@pytest.mark.filterwarnings('ignore:RRD file has no footer')  # it is still growing
def test_the_command_ends_cleanly_when_it_is_told_to(publisher, tmp_path):
    viewers = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        path = tmp_path / f'{number.name}.rrd'
        asked = ['--live', '--namespace', 'robot7', '--save', str(path)]
        viewers[number] = (
            path,
            subprocess.Popen(
                [sys.executable, '-c', COMMAND, *asked],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=os.environ | {'COLUMNS': '200'},
            ),
        )
    try:
        assert publisher.stdout.readline() == 'done\n'
        for number, (path, viewer) in viewers.items():
            await_rows(path, '/log/episode', 1)
            viewer.send_signal(number)
            output, errors = viewer.communicate(timeout=TOTAL_WAIT)
            assert viewer.returncode == 0, errors
            assert 'messages drawn into' in output
            episodes = column(tables(path)[0]['/log/episode'], ':text')
            assert episodes[0] == ['episode 0 (rand, seed 3) runs']
    finally:
        for _, viewer in viewers.values():
            viewer.kill()


@pytest.mark.parametrize(('kind', 'file'), [(BASE, 'recorder.yaml'), (ARM, 'panda/recorder.yaml')])
def test_everything_that_is_drawn_is_recorded(kind, file):
    text = (share_folders()[0] / 'config' / file).read_text()
    lines = yaml.safe_load(text)['/**']['ros__parameters']['topics']
    recorded = {tuple(line.split()[:2]) for line in lines}
    drawn = {(each.name, each.type_name) for each in SOURCES if each.robot in ('', kind)}
    assert drawn <= recorded


def test_only_the_live_source_knows_of_ros():
    folder = Path(sys.modules[Feed.__module__].__file__).parent
    users = set()
    for path in folder.glob('*.py'):
        for statement in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in getattr(statement, 'names', [])]
            names.append(getattr(statement, 'module', None) or '')
            if isinstance(statement, ast.Import | ast.ImportFrom) and any(
                name.split('.')[0] in ('rclpy', 'policy_stack') for name in names
            ):
                users.add(path.name)
    assert users == {'live.py'}
