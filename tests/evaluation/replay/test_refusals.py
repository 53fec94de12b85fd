"""What cannot be replayed is refused in a sentence that says what to do."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import numpy as np
import pytest
from danger_bags import (
    PERSON,
    TWIST_STAMPED,
    Messages,
    as_database,
    as_mcap,
    as_ros1,
    as_sqlite_folder,
    map_file,
)
from replays import replayed

from policy_nodes.contract.errors import ContractError
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.replay.bag import open_bag
from policy_nodes.evaluation.replay.safety_file import read_safety
from policy_nodes.evaluation.replay.topic_map_file import read_topic_map

SHORT = replace(PERSON, duration=3.0, person=None)


def test_a_file_that_is_not_there_or_no_bag_is_refused(tmp_path):
    with pytest.raises(RecordingError, match=r'there is no .*absent\.bag; give an MCAP file'):
        open_bag(tmp_path / 'absent.bag')
    text = tmp_path / 'words.bag'
    text.write_text('no bag at all')
    with pytest.raises(RecordingError, match='is no bag: it does not begin as one; give an MCAP'):
        open_bag(text)
    empty = tmp_path / 'empty.mcap'
    empty.touch()
    with pytest.raises(RecordingError, match='is empty'):
        open_bag(empty)
    folder = tmp_path / 'folder'
    folder.mkdir()
    with pytest.raises(RecordingError, match='holds no bag'):
        open_bag(folder)


def test_a_ros_1_bag_whose_end_is_missing_is_read_as_far_as_it_goes(tmp_path):
    path = as_ros1(SHORT, tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * 0.02)])
    with pytest.raises(RecordingError, match='is damaged or no bag that can be read'):
        open_bag(path)
    counts = []
    for share in (0.4, 0.9):
        path.write_bytes(whole[: int(len(whole) * share)])
        bag = open_bag(path)
        counts.append(sum(1 for _ in bag.messages({'/scan'})))
        assert counts[-1] == bag.topics['/scan'].count
        assert 'was read no further' in bag.losses[0]
    assert 0 < counts[0] < counts[1]


def test_a_database_whose_end_is_missing_is_refused_or_read_as_far_as_it_goes(tmp_path):
    path = as_database(SHORT, tmp_path)
    whole = path.read_bytes()
    refused, told = 0, []
    for share in (0.02, 0.4, 0.7, 0.9):
        path.write_bytes(whole[: int(len(whole) * share)])
        try:
            told.append(' '.join(replayed(path, tmp_path, '0.1:0.2').notes))
        except RecordingError:
            refused += 1
    assert refused + len(told) == 4
    assert refused
    assert all('was read no further' in words for words in told)


def test_of_a_recording_that_was_cut_short_what_is_left_is_replayed_and_the_loss_is_told(tmp_path):
    path = as_mcap(replace(PERSON, duration=60.0), tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * 0.8)])
    result = replayed(path, tmp_path, '3.05:8.05')
    assert result.figures.time_to_stop_s == pytest.approx(0.45)
    assert any('it ends within a record' in note for note in result.notes)


def test_messages_of_a_database_that_are_no_messages_are_left_out_and_counted(tmp_path):
    path = as_database(PERSON, tmp_path)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE messages SET data = x'0001' WHERE id % 10 = 0")
    result = replayed(path, tmp_path, '3.05:8.05')
    assert any('36 messages cannot be decoded' in note for note in result.notes)


def test_a_database_without_the_tables_of_rosbag2_is_refused(tmp_path):
    path = tmp_path / 'other.db3'
    with sqlite3.connect(path) as database:
        database.execute('CREATE TABLE other (id INTEGER)')
    with pytest.raises(RecordingError, match='missing tables'):
        open_bag(path)


def test_metadata_that_wants_to_build_objects_builds_none_and_is_told_to_be_damaged(tmp_path):
    folder = as_sqlite_folder(SHORT, tmp_path)
    evil = tmp_path / 'evil'
    (folder / 'metadata.yaml').write_text(
        f'rosbag2_bagfile_information: !!python/object/apply:os.mkdir ["{evil}"]\n'
    )
    bag = open_bag(folder)
    assert sum(1 for _ in bag.messages({'/scan'})) == bag.topics['/scan'].count > 0
    assert 'damaged' in bag.losses[0]
    assert not evil.exists()


def test_a_definition_in_a_bag_is_compared_with_ours_and_never_used(tmp_path):
    path = as_ros1(SHORT, tmp_path)
    raw = path.read_bytes()
    digest = Messages(ros1=True).store.generate_msgdef(TWIST_STAMPED)[1].encode()
    assert raw.count(digest)
    path.write_bytes(raw.replace(digest, b'0' * len(digest)))
    with pytest.raises(RecordingError, match='was recorded with another definition'):
        replayed(path, tmp_path, '1:2')


def test_a_topic_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    topics = map_file(tmp_path, scans={'only': {'topic': '/front/scan'}})
    with pytest.raises(RecordingError, match=r'no topic /front/scan; map one of: /scan \(sensor'):
        replayed(as_mcap(SHORT, tmp_path), tmp_path, '1:2', topics=topics)


def test_a_topic_of_another_type_is_refused(tmp_path):
    topics = map_file(tmp_path, scans={'only': {'topic': '/odom'}}, odometry=None)
    with pytest.raises(RecordingError, match='it is nav_msgs/msg/Odometry, not sensor_msgs'):
        replayed(as_mcap(SHORT, tmp_path), tmp_path, '1:2', topics=topics)


@pytest.mark.parametrize(
    ('windows', 'said'),
    [
        (['2:1'], 'does not end after it begins'),
        (['1:nan'], 'does not end after it begins'),
        (['2:3.5'], 'lies outside of the bag, which lasts from 0 to 3.000 s'),
        (['-1:2'], 'lies outside'),
        (['soon'], "'soon' is no window"),
        (['1:2:3'], 'is no window'),
        (['0.5:1.5', '1:2'], 'two windows meet at 1 s'),
    ],
)
def test_a_window_that_cannot_be_meant_is_refused(windows, said, tmp_path):
    with pytest.raises(RecordingError, match=said):
        replayed(as_mcap(SHORT, tmp_path), tmp_path, *windows)


@pytest.mark.parametrize(
    ('entries', 'said'),
    [
        ({'scan': {}}, "a topic map has no key 'scan'"),
        ({'scans': None}, 'no scanner is named'),
        ({'scans': {'a': {'topic': '/a'}, 'b': {'topic': '/b'}}}, 'need a mount each'),
        ({'scans': {'a': {'topic': '/a', 'mount': {'x': 50.0}}}}, '50 is not from -5 to 5'),
        ({'scans': {'a': {'topic': '/a', 'mount': {'z': 0.0}}}}, "has no key 'z'"),
        ({'odometry': {'assumed': 'flying'}}, "nothing 'flying' can be assumed"),
        ({'proposal': None}, 'needs this key'),
        ({'proposal': {'assumed': [0.3]}}, '1 numbers are no twist'),
        ({'proposal': {'assumed': [0.3, 0.0], 'period': 0.0}}, '0 is not from 0.01 to 2'),
        ({'proposal': {'topic': '/scan'}}, 'the topic /scan is named 2 times'),
        ({'stamps': 'mine'}, "no source of time 'mine'"),
    ],
)
def test_a_map_that_cannot_be_meant_is_refused_with_its_place(entries, said, tmp_path):
    with pytest.raises(ContractError, match=said):
        read_topic_map(map_file(tmp_path, **entries))


def parameters(folder, line):
    """A file with limits and one more line."""
    axis = (
        '{min_velocity: -1.0, max_velocity: 1.0, acceleration: 1.0, deceleration: 1.0, jerk: 9.0}'
    )
    path = folder / 'given.yaml'
    path.write_text(
        f'/**:\n  ros__parameters:\n    {line}\n    limits:\n'
        f'      linear.x: {axis}\n      angular.z: {axis}\n'
    )
    return path


@pytest.mark.parametrize(
    ('line', 'said'),
    [
        ('scan: {frame: laser}', 'set scan.mount to parameters'),
        ('points: {enabled: true}', 'set points.enabled to false for this replay'),
    ],
)
def test_parameters_that_ask_for_what_a_replay_does_not_play_are_refused(line, said, tmp_path):
    with pytest.raises(ContractError, match=said):
        replayed(as_mcap(SHORT, tmp_path), tmp_path, '1:2', safety=parameters(tmp_path, line))


def test_a_mount_in_the_map_and_in_the_parameters_contradict_each_other(tmp_path):
    scans = {'only': {'topic': '/scan', 'mount': {'x': 0.1}}}
    safety = parameters(tmp_path, 'scan: {x: 0.1}')
    with pytest.raises(ContractError, match=r'the parameters scan.\* mount them again'):
        replayed(
            as_mcap(SHORT, tmp_path),
            tmp_path,
            '1:2',
            topics=map_file(tmp_path, scans=scans),
            safety=safety,
        )


def test_a_parameter_file_of_nothing_is_refused(tmp_path):
    path = tmp_path / 'safety.yaml'
    path.write_text('limits: {}\n')
    with pytest.raises(ContractError, match='there is no ros__parameters: of a safety controller'):
        read_safety(path)


@pytest.mark.parametrize('write', [as_mcap, as_database, as_ros1])
def test_flipped_bytes_anywhere_give_a_refusal_or_figures_and_never_an_exception(write, tmp_path):
    path = write(replace(PERSON, duration=1.0), tmp_path)
    whole = np.frombuffer(path.read_bytes(), dtype=np.uint8)
    chance = np.random.default_rng(7)
    refusals, replays = [], 0
    for _ in range(40):
        broken = whole.copy()
        where = chance.integers(len(whole), size=20)
        broken[where] = chance.integers(256, size=20)
        path.write_bytes(broken.tobytes())
        try:
            replayed(path, tmp_path, '0.1:0.5')
        except RecordingError as error:
            refusals.append(str(error))
        else:
            replays += 1
    assert len(refusals) + replays == 40
    assert all(str(path) in words or 'window' in words for words in refusals)


def test_a_time_that_makes_a_bag_last_for_years_is_refused(tmp_path):
    path = as_database(SHORT, tmp_path)
    with sqlite3.connect(path) as database:
        database.execute('UPDATE messages SET timestamp = 2000000000000000000 WHERE id = 9')
    with pytest.raises(RecordingError, match='a time in it is damaged'):
        open_bag(path)


def test_signs_that_a_terminal_acts_on_are_not_told(tmp_path):
    path = as_database(SHORT, tmp_path)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE topics SET name = char(27) || '[31m/scan' WHERE name = '/scan'")
    with pytest.raises(RecordingError, match='no topic /scan') as refused:
        replayed(path, tmp_path, '1:2')
    assert str(refused.value).isprintable()
