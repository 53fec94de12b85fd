"""LeRobot data sets: the documented layout, read back with pyarrow alone and by our reader."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from small_demonstrations import FRAMES, SIZE, VIEWS, small_demonstration

pa = pytest.importorskip('pyarrow')
pq = pytest.importorskip('pyarrow.parquet')

from policy_nodes.training.lerobot_reader import read_lerobot  # noqa: E402 behind the skip
from policy_nodes.training.lerobot_statistics import (  # noqa: E402 behind the skip
    ImageStatistics,
    NumberStatistics,
    sampled_rows,
)
from policy_nodes.training.lerobot_writer import write_lerobot  # noqa: E402 behind the skip

ALWAYS = ('timestamp', 'frame_index', 'episode_index', 'index', 'task_index')
STATISTICS = {'min', 'max', 'mean', 'std', 'count', 'q01', 'q10', 'q50', 'q90', 'q99'}


@pytest.fixture(scope='module')
def full(tmp_path_factory):
    """Two episodes with all their frames, and what was written."""
    demos = [small_demonstration(seed, full=True) for seed in (0, 1)]
    return demos, write_lerobot(demos, tmp_path_factory.mktemp('lerobot') / 'set')


def info_of(folder):
    return json.loads((folder / 'meta/info.json').read_text())


def data_of(folder):
    return pq.read_table(folder / 'data/chunk-000/file-000.parquet')


def test_the_files_are_where_the_layout_says(full):
    _, folder = full
    found = {str(path.relative_to(folder)) for path in folder.rglob('*') if path.is_file()}
    assert found == {
        'meta/info.json',
        'meta/stats.json',
        'meta/tasks.parquet',
        'meta/episodes/chunk-000/file-000.parquet',
        'data/chunk-000/file-000.parquet',
    }


def test_info_has_every_key_of_the_layout(full):
    _, folder = full
    info = info_of(folder)
    assert info.pop('features').keys() >= {'observation.state', 'action', *ALWAYS}
    own = info.pop('policy_stack')
    assert own == {'rate': 20.0, 'views': list(VIEWS)}
    assert info == {
        'codebase_version': 'v3.0',
        'fps': 20,
        'total_episodes': 2,
        'total_frames': 2 * FRAMES,
        'total_tasks': 2,
        'chunks_size': 1000,
        'data_files_size_in_mb': 100,
        'video_files_size_in_mb': 200,
        'data_path': 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet',
        'video_path': None,
        'robot_type': 'panda',
        'splits': {'train': '0:2'},
    }


def test_every_feature_says_type_shape_and_names_and_is_a_column_of_that_type(full):
    _, folder = full
    features, table = info_of(folder)['features'], data_of(folder)
    assert set(features) == set(table.column_names)
    for name, feature in features.items():
        assert {'dtype', 'shape', 'names'} <= feature.keys()
        column = table.schema.field(name).type
        if feature['dtype'] == 'image':
            assert column == pa.struct([('bytes', pa.binary()), ('path', pa.string())])
            assert feature['names'] == ['height', 'width', 'channels']
        elif feature['shape'] == [1]:
            assert str(column).replace('float', 'float32') == feature['dtype'] or (
                str(column) == feature['dtype']
            )
        else:
            assert column == pa.list_(pa.float32(), feature['shape'][0])
            assert len(feature['names']) == feature['shape'][0]
    assert not [name for name in features if features[name]['dtype'] == 'video']


def test_the_columns_that_are_always_there_count_as_the_layout_says(full):
    _, folder = full
    columns = {name: data_of(folder)[name].to_numpy() for name in ALWAYS}
    assert columns['timestamp'].dtype == np.float32
    assert {str(columns[name].dtype) for name in ALWAYS[1:]} == {'int64'}
    np.testing.assert_array_equal(columns['index'], np.arange(2 * FRAMES))
    np.testing.assert_array_equal(columns['frame_index'], [*range(FRAMES)] * 2)
    np.testing.assert_array_equal(columns['episode_index'], np.repeat([0, 1], FRAMES))
    np.testing.assert_array_equal(columns['task_index'], np.repeat([0, 1], FRAMES))
    np.testing.assert_allclose(columns['timestamp'], columns['frame_index'] / 20, atol=1e-6)


def test_every_episode_is_a_row_group_of_its_own(full):
    _, folder = full
    metadata = pq.read_metadata(folder / 'data/chunk-000/file-000.parquet')
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [FRAMES] * 2


def test_images_are_embedded_as_png_without_loss(full):
    demos, folder = full
    table = data_of(folder)
    row = FRAMES + 7
    colour = table['observation.images.wrist'][row]['bytes'].as_py()
    depth = table['observation.images.wrist_depth'][row]['bytes'].as_py()
    assert colour.startswith(b'\x89PNG')
    np.testing.assert_array_equal(Image.open(io.BytesIO(colour)), demos[1].colour[7, 1])
    shown = Image.open(io.BytesIO(depth))
    assert shown.mode == 'I;16'
    np.testing.assert_array_equal(shown, demos[1].depth[7, 1])
    assert info_of(folder)['features']['observation.images.wrist_depth']['info']['is_depth_map']


def test_the_action_is_the_key_pose_that_comes_next(full):
    demos, folder = full
    action = np.array(data_of(folder)['action'][:FRAMES].to_pylist())
    for frame, key in ((0, 8), (7, 8), (8, 18), (17, 18), (18, 29), (29, 29)):
        pose = demos[0].key_pose(key)
        wanted = [*pose.position, *pose.quaternion, pose.gripper, pose.ignore_collisions]
        np.testing.assert_allclose(action[frame], wanted, atol=1e-6)


def test_tasks_are_indexed_by_their_text(full):
    _, folder = full
    table = pq.read_table(folder / 'meta/tasks.parquet')
    # one wording after the other, so that readers of one sentence a row see all of them
    assert table['task'].to_pylist() == ['lift the green block', 'raise the block']
    assert table['task_index'].to_pylist() == [0, 1]
    assert json.loads(table.schema.metadata[b'pandas'])['index_columns'] == ['task']


def test_tasks_are_a_data_frame_with_the_text_as_index(full):
    pandas = pytest.importorskip('pandas')
    _, folder = full
    frame = pandas.read_parquet(folder / 'meta/tasks.parquet')
    assert frame.index.name == 'task'
    assert frame.loc['raise the block'].task_index == 1


def test_episode_rows_say_where_their_frames_lie(full):
    _, folder = full
    rows = pq.read_table(folder / 'meta/episodes/chunk-000/file-000.parquet').to_pylist()
    for i, row in enumerate(rows):
        assert row['episode_index'] == i
        assert row['tasks'] == [['lift the green block'], ['raise the block']][i]
        assert row['length'] == FRAMES
        assert (row['dataset_from_index'], row['dataset_to_index']) == (
            i * FRAMES,
            (i + 1) * FRAMES,
        )
        for place in ('data', 'meta/episodes'):
            assert (row[f'{place}/chunk_index'], row[f'{place}/file_index']) == (0, 0)
        features = info_of(folder)['features']
        assert {f'stats/{name}/{kind}' for name in features for kind in STATISTICS} <= row.keys()


def test_statistics_are_those_of_the_data(full):
    demos, folder = full
    statistics = json.loads((folder / 'meta/stats.json').read_text())
    assert set(statistics) == set(info_of(folder)['features'])
    assert all(set(found) == STATISTICS for found in statistics.values())
    joints = np.concatenate([demo.joints for demo in demos]).astype(np.float64)
    state = statistics['observation.state']
    np.testing.assert_allclose(state['mean'][:7], joints.mean(0), atol=1e-7)
    np.testing.assert_allclose(state['std'][:7], joints.std(0), atol=1e-7)
    np.testing.assert_allclose(state['q90'][:7], np.quantile(joints, 0.9, axis=0), atol=1e-7)
    assert state['count'] == [2 * FRAMES]
    shown = np.concatenate([demo.colour[:, 0] for demo in demos]) / 255
    colour = statistics['observation.images.front']
    assert np.shape(colour['mean']) == (3, 1, 1)
    np.testing.assert_allclose(np.ravel(colour['mean']), shown.mean((0, 1, 2)), atol=1e-9)
    np.testing.assert_allclose(np.ravel(colour['std']), shown.std((0, 1, 2)), atol=1e-9)
    depth = np.concatenate([demo.depth[:, 0] for demo in demos])
    found = statistics['observation.images.front_depth']
    assert np.ravel(found['max']) == depth.max()
    assert np.ravel(found['q50']) == np.quantile(depth, 0.5, method='inverted_cdf')


def test_demonstrations_come_back_as_they_were(full):
    demos, folder = full
    for mine, theirs in zip(demos, read_lerobot(folder), strict=True):
        assert mine.equals(theirs)


def test_thinned_demonstrations_are_told_by_their_true_frames(tmp_path):
    demos = [
        small_demonstration(seed, task=task) for seed, task in ((0, 'lift_block'), (5, 'turn'))
    ]
    folder = write_lerobot(demos, tmp_path / 'set')
    assert info_of(folder)['fps'] == 1
    table = data_of(folder)
    assert table['source_frame'].to_pylist() == [0, 8, 10, 18, 20, 29] * 2
    assert table['timestamp'].to_pylist() == [0, 1, 2, 3, 4, 5] * 2
    assert all(a.equals(b) for a, b in zip(demos, read_lerobot(folder), strict=True))


def test_another_data_file_is_begun_when_one_is_large_enough(tmp_path):
    demo = small_demonstration(full=True)
    rng = np.random.default_rng(0)
    noisy = replace(demo, colour=rng.integers(0, 256, demo.colour.shape, np.uint8))
    folder = write_lerobot([noisy] * 8, tmp_path / 'set', megabytes=1)
    files = sorted(path.name for path in (folder / 'data/chunk-000').iterdir())
    assert len(files) > 1
    assert files[0] == 'file-000.parquet'
    assert len(list(read_lerobot(folder))) == 8


def test_unlike_demonstrations_and_taken_folders_are_refused(tmp_path):
    demo = small_demonstration()
    (tmp_path / 'taken').mkdir()
    (tmp_path / 'taken' / 'file').touch()
    with pytest.raises(ValueError, match='there already'):
        write_lerobot([demo], tmp_path / 'taken')
    with pytest.raises(ValueError, match='a data set of its own'):
        write_lerobot([demo, small_demonstration(full=True)], tmp_path / 'mixed')
    with pytest.raises(ValueError, match='at least one'):
        write_lerobot([], tmp_path / 'none')
    odd = replace(small_demonstration(full=True), rate=12.5)
    with pytest.raises(ValueError, match=r'12\.5 frames a second'):
        write_lerobot([odd], tmp_path / 'odd')


@pytest.mark.parametrize(
    ('change', 'said'),
    [
        ({'codebase_version': 'v2.1'}, 'version v2.1; v3.0 is read'),
        ({'policy_stack': None}, 'was not written by this project'),
        ({'data_path': '../../{chunk_index}'}, 'was not written by this project'),
    ],
)
def test_a_data_set_that_cannot_be_read_is_refused(tmp_path, change, said):
    folder = write_lerobot([small_demonstration()], tmp_path / 'set')
    (folder / 'meta/info.json').write_text(json.dumps(info_of(folder) | change))
    with pytest.raises(ValueError, match=said):
        list(read_lerobot(folder))


def test_a_column_of_another_kind_is_named(tmp_path):
    folder = write_lerobot([small_demonstration()], tmp_path / 'set')
    info = info_of(folder)
    info['features']['action']['shape'] = [8]
    (folder / 'meta/info.json').write_text(json.dumps(info))
    with pytest.raises(ValueError, match='the column action'):
        list(read_lerobot(folder))


def test_statistics_of_parts_are_those_of_the_whole():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (6, 8, 8, 3), np.uint8)
    whole, parts = (ImageStatistics(3, unit=1 / 255, levels=256) for _ in range(2))
    whole.add(images)
    for half in (images[:3], images[3:]):
        part = ImageStatistics(3, unit=1 / 255, levels=256)
        part.add(half)
        parts.merge(part)
    assert whole.result() == parts.result()
    numbers = NumberStatistics()
    numbers.add(np.array([1.0, 3.0]))
    other = NumberStatistics()
    other.add(np.array([True]))
    numbers.merge(other)
    assert numbers.result()['mean'] == [pytest.approx(5 / 3)]


def test_all_of_a_few_images_are_looked_at_and_some_of_many():
    assert sampled_rows(40).tolist() == list(range(40))
    assert len(sampled_rows(5000)) == 594
    assert sampled_rows(5000)[-1] == 4999
    assert SIZE < 300  # so that the images of these tests are not thinned
