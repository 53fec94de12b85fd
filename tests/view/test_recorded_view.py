"""What a recorded run looks like in Rerun, read back by Rerun's own reader."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

pytest.importorskip('rerun.chunk', reason='reads .rrd files back; needs rerun-sdk 0.41 or later')

from drives import START_NS, counted, record
from rrd import column, rows, tables
from typer import Typer
from typer.testing import CliRunner

from policy_nodes.commands.view import view

APP = Typer()
APP.command()(view)

# entity, and the source whose every message adds a row to it
ROWS = {
    '/world/robot': 'odom',
    '/world/path': 'odom',
    '/world/robot/scan': 'scan',
    '/world/robot/detections': 'detections',
    '/world/people/tracked': 'tracked_people',
    '/world/people/tracked/velocities': 'tracked_people',
    '/world/people/truth': 'people',
    '/world/people/truth/velocities': 'people',
    '/world/goal': 'goal',
    '/world/obstacles/boxes': 'obstacles',
    '/world/obstacles/discs': 'obstacles',
    '/world/obstacles/walls': 'obstacles',
    '/world/attention': 'navigation_policy/attention',
    '/attention/weights': 'navigation_policy/attention',
    '/command/linear/measured': 'odom',
    '/command/angular/measured': 'odom',
    '/command/linear/proposed': 'navigation_policy/cmd_vel',
    '/command/angular/proposed': 'navigation_policy/cmd_vel',
    '/command/linear/sent': 'cmd_vel',
    '/command/angular/sent': 'cmd_vel',
    '/delay/inference': 'navigation_policy/status',
    '/delay/observation': 'navigation_policy/status',
    '/delay/decision': 'safety_controller/state',
    '/safety/level': 'safety_controller/state',
    '/world/robot/zones': 'safety_controller/zones',
}
# and those that get a row when something changes
CHANGES = {'/world/robot/body', '/log/safety', '/log/policy', '/log/episode', '/status'}


@pytest.fixture(scope='module')
def picture(run_folder, tmp_path_factory):
    """The picture of the whole run, drawn by the command."""
    path = tmp_path_factory.mktemp('picture') / 'run.rrd'
    told = CliRunner().invoke(APP, [str(run_folder), '--save', str(path)])
    assert told.exit_code == 0, told.output
    assert 'messages drawn' in told.output
    return path


@pytest.fixture(scope='module')
def drawn(picture):
    """Rows of each entity in time."""
    return tables(picture)[0]


def of(drive, name):
    """All messages of a source."""
    return [message for messages in drive for source, message in messages if source == name]


def times(table):
    """Times of the rows [ns]."""
    return table['node_time'].cast(pa.int64()).to_pylist()


def test_every_message_adds_its_rows(picture, drive):
    count = counted(drive)
    found = rows(picture)
    assert {entity: found.get(entity) for entity in ROWS} == {
        entity: count[source] for entity, source in ROWS.items()
    }
    assert set(found) == set(ROWS) | CHANGES


def test_what_never_changes_is_there_at_all_times(picture):
    assert tables(picture)[1] >= {'/world', '/world/robot/heading', '/command/linear/sent'}


def test_the_timeline_is_that_of_the_stamps(drawn, drive):
    stamps = [m.header.stamp.sec * 10**9 + m.header.stamp.nanosec for m in of(drive, 'odom')]
    assert stamps[0] == START_NS
    assert times(drawn['/world/robot']) == stamps


def test_the_robot_is_where_odometry_says(drawn, drive):
    told = [m.pose.pose.position for m in of(drive, 'odom')]
    moved = np.array(column(drawn['/world/robot'], ':translation'))[:, 0]
    assert moved == pytest.approx(np.array([(p.x, p.y, p.z) for p in told]), abs=1e-5)


def test_the_path_begins_anew_with_each_episode(drawn):
    lengths = [len(strips[0]) for strips in column(drawn['/world/path'], ':strips')]
    assert lengths == [*range(1, 21), *range(1, 21)]


def test_commands_are_those_of_policy_and_controller(drawn, drive):
    for stage, source in (('proposed', 'navigation_policy/cmd_vel'), ('sent', 'cmd_vel')):
        twists = [message.twist for message in of(drive, source)]
        linear = column(drawn[f'/command/linear/{stage}'], ':scalars')
        angular = column(drawn[f'/command/angular/{stage}'], ':scalars')
        assert linear == [[twist.linear.x] for twist in twists]
        assert angular == [[twist.angular.z] for twist in twists]


def test_people_are_drawn_with_ids_and_velocities(drawn, drive):
    people = of(drive, 'tracked_people')[12]
    assert people.persons
    labels = column(drawn['/world/people/tracked'], ':labels')[12]
    assert [label.split()[0] for label in labels] == [f'#{each.id}' for each in people.persons]
    arrows = column(drawn['/world/people/tracked/velocities'], ':vectors')[12]
    told = [(each.velocity.x, each.velocity.y, 0.0) for each in people.persons]
    assert np.array(arrows) == pytest.approx(np.array(told), abs=1e-5)


def test_the_lidar_is_drawn_where_it_hits(drawn, drive):
    scan = of(drive, 'scan')[5]
    points = np.array(column(drawn['/world/robot/scan'], ':positions')[5])
    reach = np.array(scan.ranges)
    reach = reach[np.isfinite(reach) & (reach < scan.range_max)]
    assert np.hypot(points[:, 0], points[:, 1]) == pytest.approx(reach, abs=1e-4)


def test_attention_leads_from_the_robot_to_people(drawn, drive):
    told = [bytes(each.data) for each in of(drive, 'navigation_policy/attention')]
    told = [np.frombuffer(each, np.float32) for each in told]
    row = max(range(len(told)), key=lambda row: (told[row] >= 0.01).sum())
    weights = told[row]
    people = of(drive, 'tracked_people')[row].persons
    pose = of(drive, 'odom')[row].pose.pose.position
    lines = np.array(column(drawn['/world/attention'], ':strips')[row])
    assert len(lines) == (weights >= 0.01).sum() > 1
    assert lines[:, 0, :2] == pytest.approx(np.tile((pose.x, pose.y), (len(lines), 1)), abs=1e-5)
    spots = np.array([(each.position.x, each.position.y) for each in people])
    apart = np.linalg.norm(lines[:, 1, None, :2] - spots, axis=2)
    assert apart.min(axis=1).max() < 1e-5
    labels = column(drawn['/world/attention'], ':labels')[row]
    shown = weights[weights >= 0.01]
    assert labels == [f'{100 * weight:.0f} %' for weight in shown]


def test_the_log_says_what_changed(drawn):
    episodes = column(drawn['/log/episode'], ':text')
    assert [text for (text,) in episodes] == [
        'episode 0 (rand, seed 3) runs',
        'episode 0 (rand, seed 3): the robot was aborted',
        'episode 1 (rand, seed 3) runs',
        'episode 1 (rand, seed 3): the robot was aborted',
    ]
    safety = [text for (text,) in column(drawn['/log/safety'], ':text')]
    assert all(before != after for before, after in pairwise(safety))
    (last,) = column(drawn['/status'], ':text')[-1]
    assert '| policy | height (height_arena) |' in last
    assert f'| safety | {safety[-1].split(":")[0]} |' in last


def test_one_episode_can_be_chosen(run_folder, drive, tmp_path):
    path = tmp_path / 'one.rrd'
    told = CliRunner().invoke(APP, [str(run_folder), '--episode', '1', '--save', str(path)])
    assert told.exit_code == 0, told.output
    assert rows(path)['/world/robot'] == counted(drive[1:])['odom']


def test_a_recorded_namespace_is_found_by_its_name(drive, tmp_path):
    record(tmp_path / 'one.mcap', drive[0], namespace='robot7/')
    path = tmp_path / 'one.rrd'
    asked = [str(tmp_path / 'one.mcap'), '--save', str(path), '--namespace', '/robot7']
    told = CliRunner().invoke(APP, asked)
    assert told.exit_code == 0, told.output
    assert rows(path)['/world/robot/scan'] == 20
