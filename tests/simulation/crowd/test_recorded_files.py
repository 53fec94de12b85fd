"""Files of a recording: what cannot be used is refused, and the row is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from policy_nodes.simulation.crowd import recorded_obstacles, recorded_people
from policy_nodes.simulation.crowd.recorded import read_recording
from policy_nodes.simulation.crowd.recorded_obstacles import read_obstacles
from policy_nodes.simulation.crowd.recorded_people import read_people
from policy_nodes.simulation.crowd.recorded_text import UnreadableRecordingError

GOOD = '1 7 0.0 0 0.0 0 0 0\n11 7 0.4 0 0.0 0 0 0\n'
MAP = '<?xml version="1.0"?><Trial xmlns="https://example.org"><Lines>{}</Lines></Trial>'


def obsmat(tmp_path: Path, text: str | bytes) -> Path:
    """Write an obsmat.txt."""
    file = tmp_path / 'obsmat.txt'
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def map_xml(tmp_path: Path, text: str) -> Path:
    """Write a map.xml."""
    file = tmp_path / 'map.xml'
    file.write_text(text)
    return file


def test_positions_are_interpolated_to_steps_of_a_tenth_of_a_second(tmp_path):
    people = read_people(obsmat(tmp_path, GOOD))
    assert people.steps == 5
    assert people.ids.tolist() == [7]
    assert people.step.tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(people.position[:, 0], [0, 0.1, 0.2, 0.3, 0.4], atol=1e-12)


def test_another_frame_rate_stretches_time(tmp_path):
    people = read_people(obsmat(tmp_path, GOOD), frame_rate=10.0)
    assert people.steps == 11


def test_people_may_be_interleaved_and_come_and_go(tmp_path):
    text = '5 1 0 0 0 0 0 0\n10 2 3 0 3 0 0 0\n10 1 1 0 0 0 0 0\n15 2 3 0 4 0 0 0\n'
    people = read_people(obsmat(tmp_path, text))
    assert people.ids.tolist() == [1, 2]
    assert people.appears_at.tolist() == [0, 2]
    assert people.person.tolist() == [0, 0, 0, 1, 1, 1]
    assert people.step.tolist() == [0, 1, 2, 2, 3, 4]


@pytest.mark.parametrize(
    ('text', 'complaint'),
    [
        ('', 'holds no rows; expected frame id x z y vx vz vy'),
        ('1 2 3\n', 'row 1: 3 columns, expected 8'),
        (GOOD + '21 7 0.8 0 0 0 0\n', 'row 3: 7 columns'),
        (GOOD + '21 7 0.8 0 0 0 0 0 0\n', 'row 3: 9 columns'),
        (GOOD + '21 7 nan 0 0 0 0 0\n', "row 3: x is 'nan', not a finite number"),
        (GOOD + '21 7 0.8 0 inf 0 0 0\n', "row 3: y is 'inf'"),
        (GOOD + '21 7 0.8 0 1e999 0 0 0\n', "row 3: y is '1e999'"),
        (GOOD + '21 7 0.8 0 0 0 0 x\n', "row 3: vy is 'x'"),
        (GOOD + '21 7 0x8 0 0 0 0 0\n', "row 3: x is '0x8'"),
        (GOOD + '21 7 1_0 0 0 0 0 0\n', "row 3: x is '1_0'"),
        (GOOD + '21.5 7 0.8 0 0 0 0 0\n', 'row 3: frame is 21.5, not a whole number'),
        (GOOD + '-1 7 0.8 0 0 0 0 0\n', 'row 3: frame is -1, not a whole number'),
        (GOOD + '21 7.5 0.8 0 0 0 0 0\n', 'row 3: id is 7.5, not a whole number'),
        (GOOD + '1e12 8 0.8 0 0 0 0 0\n', 'row 3: frame is 1e.12, not a whole number'),
        (GOOD + '21 7 800000 0 0 0 0 0\n', 'row 3: x is 800000 m, beyond 1000 m: wrong unit'),
        (GOOD + '11 7 0.4 0 0 0 0 0\n', 'row 3: person 7 is in frame 11 twice, first in row 2'),
        (GOOD + '6 7 0.2 0 0 0 0 0\n', 'row 3: frame 6 of person 7 comes after frame 11 .row 2'),
        (GOOD + '500 7 0.4 0 0 0 0 0\n', 'row 3: person 7 was away for 19.6 s since row 2'),
        (GOOD + '21 7 9 0 0 0 0 0\n', 'row 3: person 7 jumps 8.60 m in 0.40 s since row 2'),
        (GOOD.encode() + b'\xff\xfe\n', 'row 3: not UTF-8'),
        (GOOD + '\0\n', 'row 3: binary data'),
    ],
)
def test_what_cannot_be_used_is_refused_and_the_row_is_named(tmp_path, text, complaint):
    file = obsmat(tmp_path, text)
    with pytest.raises(UnreadableRecordingError, match=complaint) as refusal:
        read_people(file)
    assert str(file) in str(refusal.value)


def test_a_file_that_is_too_large_is_refused_before_it_is_parsed(tmp_path, monkeypatch):
    monkeypatch.setattr(recorded_people, 'MOST_BYTES', 30)
    with pytest.raises(UnreadableRecordingError, match='cut the recording into parts'):
        read_people(obsmat(tmp_path, GOOD))


def test_too_many_rows_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(recorded_people, 'MOST_ROWS', 1)
    with pytest.raises(UnreadableRecordingError, match='row 2: more than 1 rows'):
        read_people(obsmat(tmp_path, GOOD))


@pytest.mark.parametrize('rate', [0.0, -1.0, float('nan'), float('inf')])
def test_a_frame_rate_that_is_none_is_refused(tmp_path, rate):
    with pytest.raises(ValueError, match='frame_rate is'):
        read_people(obsmat(tmp_path, GOOD), frame_rate=rate)


def test_lines_and_circles_of_a_map_are_read(tmp_path):
    lines = '<Line x1="0" y1="1" x2="2.5" y2="-3"/>\n<Circle x="1" y="2" radius="0.5"/>'
    obstacles = read_obstacles(map_xml(tmp_path, MAP.format(lines)))
    np.testing.assert_array_equal(obstacles.segments, [[0, 1, 2.5, -3]])
    np.testing.assert_array_equal(obstacles.discs, [[1, 2, 0.5]])


def test_a_map_without_obstacles_holds_none(tmp_path):
    obstacles = read_obstacles(map_xml(tmp_path, MAP.format('')))
    assert obstacles.segments.shape == (0, 4)
    assert obstacles.discs.shape == (0, 3)


@pytest.mark.parametrize(
    ('text', 'complaint'),
    [
        ('not xml', 'row 1: not well-formed XML'),
        ('<Trial>\n<Line x1="0"\n', 'not well-formed XML'),
        ('<html></html>', 'row 1: the root element is html, not Trial'),
        (MAP.format('\n<Line x1="0" y1="0" x2="1"/>'), 'row 2: Line has y2='),
        (MAP.format('\n\n<Line x1="a" y1="0" x2="1" y2="1"/>'), "row 3: Line has x1='a'"),
        (MAP.format('<Line x1="1" y1="0" x2="1" y2="0"/>'), 'begins where it ends'),
        (MAP.format('<Line x1="1e6" y1="0" x2="1" y2="0"/>'), 'beyond 1000 m'),
        (MAP.format('<Circle x="1" y="0" radius="-1"/>'), 'radius -1 m; it has to be positive'),
        (MAP.format('<Point x="1" y="0"/>'), 'Point obstacles have no size'),
    ],
)
def test_a_map_that_cannot_be_used_is_refused(tmp_path, text, complaint):
    with pytest.raises(UnreadableRecordingError, match=complaint):
        read_obstacles(map_xml(tmp_path, text))


def test_a_map_with_a_document_type_is_refused_before_anything_is_expanded(tmp_path):
    bomb = (
        '<?xml version="1.0"?>\n<!DOCTYPE Trial [<!ENTITY a "aaaaaaaaaa">'
        '<!ENTITY b "&a;&a;&a;&a;">]>\n<Trial>&b;</Trial>'
    )
    with pytest.raises(UnreadableRecordingError, match='row 2: document types and entities'):
        read_obstacles(map_xml(tmp_path, bomb))


def test_too_many_obstacles_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(recorded_obstacles, 'MOST_OBSTACLES', 2)
    line = '<Line x1="0" y1="1" x2="2" y2="3"/>'
    with pytest.raises(UnreadableRecordingError, match='more than 2 obstacles'):
        read_obstacles(map_xml(tmp_path, MAP.format(line * 3)))


def test_folders_that_are_no_recording_are_refused(tmp_path, street):
    with pytest.raises(UnreadableRecordingError, match='there is no such folder'):
        read_recording(tmp_path / 'nowhere')
    with pytest.raises(UnreadableRecordingError, match='is no folder'):
        read_recording(street / 'obsmat.txt')
    with pytest.raises(UnreadableRecordingError, match=r'holds no obsmat\.txt'):
        read_recording(tmp_path)


def test_a_recording_that_is_too_short_to_cross_is_refused(tmp_path):
    obsmat(tmp_path, GOOD)
    with pytest.raises(UnreadableRecordingError, match=r'lasts 0\.5 s; a robot needs 20 s'):
        read_recording(tmp_path)


def test_a_bad_map_beside_good_people_is_refused(street):
    (street / 'map.xml').write_text('<Trial')
    with pytest.raises(UnreadableRecordingError, match=r'map\.xml, row 1'):
        read_recording(street)


def test_the_recordings_of_ucy_are_read(shared_data):
    for name, count, rows in (('zara01', 148, 5024), ('zara02', 204, 9537)):
        folder = shared_data('real', 'pedestrians', 'ucy', name)
        recording = read_recording(folder)
        given = np.loadtxt(folder / 'obsmat.txt')
        assert len(given) == rows
        assert len(recording.people.ids) == count
        assert len(recording.obstacles.segments) >= 4
        # every row that falls on a step is found again, where the file says
        step = (given[:, 0] - given[:, 0].min()) / 2.5
        on_step = np.isclose(step, np.round(step))
        found = {
            (s, recording.people.ids[p]): spot
            for s, p, spot in zip(
                recording.people.step,
                recording.people.person,
                recording.people.position,
                strict=True,
            )
        }
        for at, row in zip(np.round(step[on_step]), given[on_step], strict=True):
            np.testing.assert_allclose(found[at, row[1]], row[[2, 4]], atol=1e-9)
