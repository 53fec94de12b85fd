"""Episodes as LeRobot data sets: what a frame holds, the layout, the way back, refusals."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
import recorded_robots as robots
from PIL import Image
from typer.testing import CliRunner

pa = pytest.importorskip('pyarrow')
pq = pytest.importorskip('pyarrow.parquet')

from policy_nodes.evaluation.lerobot.data_set_reader import (  # noqa: E402 behind the skip
    chosen_episodes,
    open_data_set,
    read_episode,
)
from policy_nodes.evaluation.lerobot.data_set_writer import DataSetWriter  # noqa: E402
from policy_nodes.evaluation.lerobot.read_frames import read_frames  # noqa: E402
from policy_nodes.evaluation.lerobot.record_frames import record_frames  # noqa: E402
from policy_nodes.evaluation.recording_error import RecordingError  # noqa: E402
from policy_nodes.evaluation.recording_reader import read_recording  # noqa: E402

DATA = 'data/chunk-000/file-000.parquet'
KINDS = {
    'turtlebot': (robots.base, 10),
    'barkour': (robots.legs, 50),
    'go1': (robots.legs, 50),
    'panda': (robots.arm, 10),
}


def written(folder, *episodes):
    with DataSetWriter(folder) as writer:
        for each in episodes:
            writer.add(each)
    return folder


@pytest.fixture(params=KINDS)
def robot(request):
    return request.param


def episode_of(robot, folder, name='episode_000.mcap'):
    make, _ = KINDS[robot]
    return read_frames(robots.record(folder / name, make()), robot)


def test_an_export_an_import_and_an_export_give_the_same_data_set(robot, tmp_path):
    episode = episode_of(robot, tmp_path)
    first = written(tmp_path / 'first', episode)
    opened = open_data_set(first)
    back = record_frames(read_episode(opened, 0), tmp_path / 'back.mcap', 'first')
    again = read_frames(back)
    assert (again.robot, again.task, again.start_ns) == (robot, episode.task, episode.start_ns)
    own = dict(episode.own) | {'source': 'back.mcap'}
    assert again.own == own
    second = written(tmp_path / 'second', again)
    assert pq.read_table(first / DATA).equals(pq.read_table(second / DATA))
    for file in ('meta/info.json', 'meta/stats.json'):
        assert (first / file).read_text() == (second / file).read_text()


def test_the_recording_of_an_import_has_the_topics_of_its_robot(robot, tmp_path):
    source = robots.record(tmp_path / 'a.mcap', KINDS[robot][0]())
    folder = written(tmp_path / 'set', read_frames(source, robot))
    back = record_frames(read_episode(open_data_set(folder), 0), tmp_path / 'b.mcap')
    there, here = (read_recording(path) for path in (source, back))
    assert {t.name: t.type_name for t in there.topics.values()} == {
        t.name: t.type_name for t in here.topics.values()
    }
    assert here.complete
    assert here.metadata['score'] == {'json': '{"index": 0}'}
    assert here.attachments['contract.yaml'] == b'version: 1\n'


def test_a_frame_holds_the_newest_of_everything_and_nothing_of_the_future(tmp_path):
    told = [
        (topic, t + 0.004 if topic == '/scan' else t, each) for topic, t, each in robots.base()
    ]
    episode = read_frames(robots.record(tmp_path / 'a.mcap', told), 'turtlebot')
    # scans come 4 ms after everything else and begin last
    assert episode.start_ns == robots.START + 104_000_000
    seconds = 0.1 + 0.1 * np.arange(len(episode))
    assert episode.columns['observation.state'][:, 0] == pytest.approx(seconds, abs=1e-6)
    assert episode.columns['observation.scan'][:, 5] == pytest.approx(2.0 + seconds, abs=1e-6)
    assert episode.columns['action'][:, 0] == pytest.approx(seconds / 10, abs=1e-6)
    assert episode.names['action'] == ('linear.x', 'linear.y', 'angular.z')
    late = [
        (topic, t + (0.05 if topic == '/cmd_vel' else 0.0), each)
        for topic, t, each in robots.base()
    ]
    late = read_frames(robots.record(tmp_path / 'b.mcap', late), 'turtlebot')
    state, action = late.columns['observation.state'][:, 0], late.columns['action'][:, 0]
    assert action == pytest.approx((state - 0.05) / 10, abs=1e-6)


def test_an_episode_ends_with_its_outcome_and_begins_when_all_have_spoken(tmp_path):
    base = read_frames(robots.record(tmp_path / 'a.mcap', robots.base(until=2.0)), 'turtlebot')
    assert len(base) == 20  # from 0.1 s to 2.0 s
    assert base.own['outcome'] == 'succeeded'
    assert (base.own['seed'], base.own['index']) == (str(2**40), '3')
    legs = read_frames(robots.record(tmp_path / 'b.mcap', robots.legs()), 'barkour')
    assert len(legs) == 41  # from 0.2 s to 1.0 s
    assert legs.own['outcome'] == 'fallen'


def test_what_is_not_seen_is_a_number_that_a_data_set_can_hold(tmp_path):
    base = episode_of('turtlebot', tmp_path)
    # infinity: nothing as far as it sees; NaN and minus infinity: below the least range
    assert base.columns['observation.scan'][0, :3].tolist() == [25.0, 0.0, 0.0]
    legs = episode_of('barkour', tmp_path, 'legs.mcap')
    assert legs.columns['observation.height_scan'][0].tolist() == [0.5, 0.0]


def test_joints_are_put_in_order_by_name(tmp_path):
    legs = episode_of('barkour', tmp_path)
    state = legs.columns['observation.state']
    expected = [int(name[4:]) for name in legs.names['observation.state']]
    above = np.tile(np.array(expected) - expected[0], (len(state), 1))
    assert state - state[:, :1] == pytest.approx(above, abs=1e-5)
    assert set(legs.names['observation.state']) == set(robots.LEGS)


def test_images_are_those_of_their_frames(tmp_path):
    folder = written(tmp_path / 'set', episode_of('panda', tmp_path))
    table = pq.read_table(folder / DATA)
    for view, shown in (('front', [20, 30, 40, 50]), ('wrist', [0, 0, 0, 50])):
        column = table[f'observation.images.{view}'].to_pylist()
        pixels = [np.array(Image.open(io.BytesIO(each['bytes'])))[0, 0, 0] for each in column]
        assert pixels[:4] == shown
    assert table['action'].to_pylist()[0][2] == pytest.approx(0.1)
    assert table['action'].to_pylist()[5][2] == pytest.approx(0.2)
    tasks = pq.read_table(folder / 'meta/tasks.parquet')
    assert tasks['task'].to_pylist() == ['lift it']


def test_the_layout_is_the_documented_one(robot, tmp_path):
    episodes = [episode_of(robot, tmp_path, f'{i}.mcap') for i in range(2)]
    folder = written(tmp_path / 'set', *episodes)
    info = json.loads((folder / 'meta/info.json').read_text())
    count = len(episodes[0])
    assert info['codebase_version'] == 'v3.0'
    assert info['fps'] == KINDS[robot][1]
    assert info['robot_type'] == robot
    assert (info['total_episodes'], info['total_frames']) == (2, 2 * count)
    assert info['splits'] == {'train': '0:2'}
    table = pq.read_table(folder / DATA)
    assert set(table.column_names) == set(info['features'])
    assert table['index'].to_pylist() == list(range(2 * count))
    assert table['frame_index'].to_pylist() == 2 * list(range(count))
    assert table['timestamp'].to_pylist()[1] == pytest.approx(1 / info['fps'])
    for name, feature in info['features'].items():
        kind = table.schema.field(name).type
        if feature['dtype'] == 'image':
            assert pa.types.is_struct(kind)
        elif feature['shape'] == [1]:
            assert str(kind) == {'float32': 'float'}.get(feature['dtype'], feature['dtype'])
        else:
            assert kind == pa.list_(pa.float32(), feature['shape'][0])
            assert len(feature['names']) == feature['shape'][0]
    statistics = json.loads((folder / 'meta/stats.json').read_text())
    assert set(statistics) == set(info['features'])
    rows = pq.read_table(folder / 'meta/episodes/chunk-000/file-000.parquet').to_pylist()
    assert [row['dataset_from_index'] for row in rows] == [0, count]
    assert rows[1]['stats/action/count'] == [count]


def test_a_robot_in_a_namespace_and_one_without_a_name_are_known_by_their_topics(tmp_path):
    path = robots.record(tmp_path / 'a.mcap', robots.legs(), space='/robot_2')
    assert 'observation.imu' in read_frames(path).columns


def test_a_recording_of_nothing_that_is_known_says_what_it_lacks(tmp_path):
    told = [each for each in robots.base() if each[0] != '/cmd_vel']
    path = robots.record(tmp_path / 'a.mcap', told)
    with pytest.raises(RecordingError, match=r'for base it lacks /cmd_vel; for legs it lacks'):
        read_frames(path)
    with pytest.raises(RecordingError, match='has no message of /cmd_vel'):
        read_frames(path, 'turtlebot')


def test_topics_that_never_speak_together_are_refused(tmp_path):
    told = [each for each in robots.base() if each[0] != '/scan' or each[1] > 2.3]
    with pytest.raises(RecordingError, match='gives no episode'):
        read_frames(robots.record(tmp_path / 'a.mcap', told), 'turtlebot')


def test_what_is_not_finite_is_refused_by_the_name_of_its_column(tmp_path):
    told = robots.legs()
    next(each for topic, _, each in told if topic == '/joint_command').position[3] = np.nan
    with pytest.raises(RecordingError, match='action is not finite everywhere'):
        read_frames(robots.record(tmp_path / 'a.mcap', told), 'barkour')


def test_a_cut_recording_gives_what_can_be_read_and_says_what_is_lost(tmp_path):
    path = robots.record(tmp_path / 'a.mcap', robots.base(until=30.0))
    whole = len(read_frames(path, 'turtlebot'))
    path.write_bytes(path.read_bytes()[:-3000])
    cut = read_frames(path, 'turtlebot')
    assert 0 < len(cut) <= whole
    assert cut.losses


def test_episodes_that_do_not_fit_together_are_refused_by_name(tmp_path):
    base = episode_of('turtlebot', tmp_path)
    wider = read_frames(robots.record(tmp_path / 'w.mcap', robots.base(rays=7)), 'turtlebot')
    faster = read_frames(tmp_path / 'w.mcap', 'turtlebot', 20)
    legs = episode_of('barkour', tmp_path, 'l.mcap')
    for other, words in (
        (wider, r'observation.scan is \[7\] ray_0 to ray_6, not \[6\] ray_0 to ray_5'),
        (faster, 'turtlebot at 20 Hz, not turtlebot at 10 Hz'),
        (legs, 'barkour at 50 Hz, not turtlebot'),
    ):
        with DataSetWriter(tmp_path / words[:5]) as writer:
            writer.add(base)
            with pytest.raises(RecordingError, match=words):
                writer.add(other)
            assert writer.episodes == 1


def test_data_goes_on_in_the_next_file_where_one_grows_too_large(tmp_path):
    episode = episode_of('panda', tmp_path)
    with DataSetWriter(tmp_path / 'set', megabytes=0) as writer:
        for _ in range(3):
            writer.add(episode)
    assert len(list((tmp_path / 'set/data').rglob('*.parquet'))) == 3
    opened = open_data_set(tmp_path / 'set')
    assert len(read_episode(opened, 2)) == len(episode)


@pytest.fixture
def foreign(tmp_path):
    """A data set of an arm that nobody here knows, written without our writer."""
    folder = tmp_path / 'foreign'
    names = {'motors': ['pan', 'lift', 'jaw']}
    stream = io.BytesIO()
    Image.fromarray(np.full((4, 6, 3), 9, np.uint8)).save(stream, 'png')
    scalar = {'shape': [1], 'names': None}
    info = {
        'codebase_version': 'v3.0',
        'robot_type': 'so100_follower',
        'fps': 30,
        'data_path': 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet',
        'video_path': None,
        'features': {
            'observation.state': {'dtype': 'float32', 'shape': [3], 'names': names},
            'action': {'dtype': 'float32', 'shape': [3], 'names': names},
            'observation.force': {'dtype': 'float64', 'shape': [1], 'names': None},
            'observation.images.top': {'dtype': 'image', 'shape': [4, 6, 3], 'names': None},
            'timestamp': scalar | {'dtype': 'float32'},
            'episode_index': scalar | {'dtype': 'int64'},
        },
    }
    rows = [
        {
            'observation.state': [0.0, 1.0, float(i)],
            'action': [1.0, 2.0, float(i)],
            'observation.force': 0.5 * i,
            'observation.images.top': {'bytes': stream.getvalue(), 'path': None},
            'timestamp': i / 30,
            'episode_index': 4,
        }
        for i in range(5)
    ]
    about = {'episode_index': 4, 'tasks': ['fold it'], 'length': 5}
    about |= {'data/chunk_index': 0, 'data/file_index': 0}
    for place, table in (
        (DATA, pa.Table.from_pylist(rows)),
        ('meta/episodes/chunk-000/file-000.parquet', pa.Table.from_pylist([about])),
    ):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, folder / place)
    (folder / 'meta/info.json').write_text(json.dumps(info))
    return folder


def test_a_foreign_data_set_becomes_joints_targets_tensors_and_images(foreign, tmp_path):
    episode = read_episode(open_data_set(foreign), 4)
    path = record_frames(episode, tmp_path / 'a.mcap', 'foreign')
    recording = read_recording(path)
    found = {topic.name: (topic.type_name, topic.count) for topic in recording.topics.values()}
    assert found == {
        '/episode': ('policy_stack/msg/EpisodeStatus', 1),
        '/goal': ('policy_stack/msg/TaskGoal', 1),
        '/joint_states': ('sensor_msgs/msg/JointState', 5),
        '/joint_command': ('policy_stack/msg/JointCommand', 5),
        '/observation/force': ('policy_stack/msg/Tensor', 5),
        '/top/color/image_raw': ('sensor_msgs/msg/Image', 5),
    }
    messages = {each.topic: each for each in recording.messages()}
    joints = messages['/joint_states'].decode()
    assert (list(joints.name), joints.position.tolist()) == (['pan', 'lift', 'jaw'], [0, 1, 4])
    assert joints.header.stamp.nanosec == round(4e9 / 30)
    assert messages['/joint_command'].decode().position.tolist() == [1, 2, 4]
    assert messages['/goal'].decode().instruction == 'fold it'
    assert messages['/top/color/image_raw'].decode().data.tolist() == [9] * 72


def changed(folder, **changes):
    file = folder / 'meta/info.json'
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


@pytest.mark.parametrize(
    ('changes', 'words'),
    [
        ({'codebase_version': 'v2.1'}, 'of version v2.1; v3.0 is read here: bring it there by Le'),
        ({'data_path': '/etc/{chunk_index}{file_index}'}, 'keeps its data at'),
        ({'data_path': '../x'}, 'keeps its data at'),
        ({'fps': 0}, 'cannot be meant'),
        ({'fps': None}, 'cannot be meant'),
        ({'features': {}}, 'cannot be meant: no column of numbers'),
        ({'features': {'a': {'dtype': 'float32'}}}, 'cannot be meant'),
    ],
)
def test_a_data_set_that_cannot_be_meant_is_refused(foreign, changes, words):
    changed(foreign, **changes)
    with pytest.raises(RecordingError, match=words):
        open_data_set(foreign)


def test_damage_is_said_in_a_sentence(foreign, tmp_path):
    with pytest.raises(RecordingError, match='has no episode 7; it has 4'):
        read_episode(open_data_set(foreign), 7)
    with pytest.raises(RecordingError, match='is no LeRobot data set'):
        open_data_set(tmp_path / 'nothing')
    episodes = foreign / 'meta/episodes/chunk-000/file-000.parquet'
    whole = episodes.read_bytes()
    episodes.write_bytes(whole[:-20])
    with pytest.raises(RecordingError, match='tells nothing of its episodes'):
        open_data_set(foreign)
    episodes.write_bytes(whole)
    (foreign / DATA).write_bytes((foreign / DATA).read_bytes()[:-9])
    with pytest.raises(RecordingError, match=r'episode 4 of .* cannot be read'):
        read_episode(open_data_set(foreign), 4)
    (foreign / DATA).unlink()
    with pytest.raises(RecordingError, match='cannot be read'):
        read_episode(open_data_set(foreign), 4)


def test_rows_that_are_missing_and_images_of_another_size_are_refused(foreign, tmp_path):
    features = json.loads((foreign / 'meta/info.json').read_text())['features']
    features['observation.images.top']['shape'] = [8, 8, 3]
    changed(foreign, features=features)
    episode = read_episode(open_data_set(foreign), 4)
    with pytest.raises(RecordingError, match=r'an image of top is \(6, 4\) RGB'):
        record_frames(episode, tmp_path / 'a.mcap')
    table = pq.read_table(foreign / DATA)
    pq.write_table(table.slice(0, 3), foreign / DATA)
    with pytest.raises(RecordingError, match='has 3 rows of episode 4, which has 5'):
        read_episode(open_data_set(foreign), 4)


def test_episodes_are_chosen_by_numbers_and_ranges(foreign):
    opened = open_data_set(foreign)
    assert list(chosen_episodes(opened, '')) == [4]
    assert list(chosen_episodes(opened, '0,3-5, 9')) == [0, 3, 4, 5, 9]
    for wrong in ('a', '1-', '-1', '1,,2'):
        with pytest.raises(RecordingError, match='write them like 0,3-5'):
            list(chosen_episodes(opened, wrong))


def run(*arguments):
    from policy_nodes.cli import app

    return CliRunner().invoke(app, [str(each) for each in arguments])


def test_the_commands_go_there_and_back_and_say_what_they_leave_out(tmp_path):
    folder = tmp_path / 'run'
    folder.mkdir()
    for index in range(2):
        robots.record(folder / f'episode_00{index}.mcap', robots.base())
    (folder / 'episode_002.mcap').write_bytes(b'')
    named = {'robot': 'turtlebot'}
    (folder / 'run.json').write_text(
        json.dumps({'seed': 0} | dict.fromkeys(('policy', 'checkpoint', 'scenario'), '') | named)
    )
    result = run('export', folder, '--out', tmp_path / 'set')
    assert result.exit_code == 1
    assert 'episode_002.mcap is left out' in result.output
    assert '2 episodes, 40 frames' in result.output
    assert open_data_set(tmp_path / 'set').robot == 'turtlebot'
    result = run('import-episodes', tmp_path / 'set', '--out', tmp_path / 'back')
    assert result.exit_code == 0, result.output
    names = sorted(path.name for path in (tmp_path / 'back').iterdir())
    assert names == ['episode_000.mcap', 'episode_001.mcap']
    result = run('export', tmp_path / 'back', '--out', tmp_path / 'x', '--outcome', 'fallen')
    assert 'so nothing is written' in str(result.exception)
    assert not (tmp_path / 'x').exists()


def test_commands_refuse_what_is_there_and_what_is_not(foreign, tmp_path):
    for arguments, words in (
        (('export', tmp_path / 'no', '--out', tmp_path / 'x'), 'there is no '),
        (('export', tmp_path, '--out', tmp_path / 'x'), 'give the folder of a run'),
        (('import-episodes', foreign, '--out', foreign), 'is there already'),
    ):
        assert words in str(run(*arguments).exception)
    features = json.loads((foreign / 'meta/info.json').read_text())['features']
    features['observation.images.top']['dtype'] = 'video'
    changed(foreign, features=features)
    out = tmp_path / 'y'
    assert '--without-videos' in str(run('import-episodes', foreign, '--out', out).exception)
    assert run('import-episodes', foreign, '--out', out, '--without-videos').exit_code == 0
