"""Logs of the course are read from texts and bags; damaged ones are refused in a sentence."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tracks import csv, walk

from policy_nodes.evaluation.barkour_samples import filled
from policy_nodes.evaluation.barkour_score import score_track
from policy_nodes.evaluation.barkour_track import read_track
from policy_nodes.evaluation.recording_error import RecordingError

sys.path.insert(0, str(Path(__file__).parents[1] / 'replay'))

from danger_bags import PERSON, as_mcap


def test_a_text_is_read_with_comments_and_a_heading(tmp_path):
    path = tmp_path / 'run.csv'
    samples = walk()
    path.write_text('# a run\ntime, x, y\n\n' + csv(samples))
    track = read_track(path)
    assert track.source == 'run.csv'
    assert track.notes == ()
    np.testing.assert_allclose(track.samples, samples)
    assert score_track(track.samples.tolist()).completed == 5


def test_the_odometry_of_a_bag_is_read_by_its_stamps(tmp_path):
    # it drives along x, from the corner of the course on
    track = read_track(as_mcap(PERSON, tmp_path))
    assert track.duration == pytest.approx(12.0, abs=0.2)
    assert track.samples[-1, 1] == pytest.approx(PERSON.speed * 12.0, abs=0.1)
    assert '/odom' in track.source


def test_a_coarse_track_is_filled_to_the_rate_of_logs():
    between = list(filled((1.0, 0.0, 0.0), (1.02, 0.1, -0.2)))
    np.testing.assert_allclose(between, [(1.01, 0.05, -0.1), (1.02, 0.1, -0.2)])
    assert list(filled((1.0, 0.0, 0.0), (1.0100001, 0.1, 0.0))) == [(1.0100001, 0.1, 0.0)]
    assert list(filled((1.0, 0.0, 0.0), (1.0, 0.1, 0.0))) == [(1.0, 0.1, 0.0)]
    assert len(list(filled((1.0, 0.0, 0.0), (2.0, 0.1, 0.0)))) == 1


@pytest.mark.parametrize('speed', [1.5, 1.9, 1.99, 2.05, 2.3])
def test_no_gate_is_lost_between_the_samples_of_a_coarse_track(speed):
    coarse = walk(speed=speed, rate=50.0)
    dense = [coarse[0], *(each for two in pairwise(coarse) for each in filled(*two))]
    assert len(score_track(dense).passes) == 13


def test_a_topic_that_a_bag_does_not_have_is_refused_with_those_there_are(tmp_path):
    bag = as_mcap(PERSON, tmp_path)
    with pytest.raises(RecordingError, match=r'there is no topic /pose; map one of: .*/odom'):
        read_track(bag, '/pose')
    path = tmp_path / 'run.csv'
    path.write_text(csv(walk()))
    with pytest.raises(RecordingError, match='is a text and has no topic /pose'):
        read_track(path, '/pose')


@pytest.mark.parametrize(
    ('text', 'said'),
    [
        ('', 'holds 0 samples, a run needs two at least'),
        ('0,0.5,-0.5\n', 'holds 1 samples'),
        ('0,0.5,-0.5\n1,0.5\n', 'line 2: there are 2 columns; time, x and y are needed'),
        ('0,0.5,-0.5,0.3\n', 'line 1: there are 4 columns'),
        ('0,0.5,-0.5\n0.1,half,-0.5\n', "line 2: '0.1,half,-0.5' are no numbers"),
        ('a\nb\n', "line 2: 'b' are no numbers"),
        ('0,0.5,-0.5\n0.1,nan,-0.5\n', 'line 2: 0.1, nan, -0.5 is not finite'),
        ('0,0.5,-0.5\ninf,0.5,-0.5\n', 'line 2: inf, 0.5, -0.5 is not finite'),
        ('1,0.5,-0.5\n\n0.5,0.6,-0.5\n', 'line 3: time goes back from 1.000 to 0.500 s'),
        ('0,500,-500\n1,4500,-500\n', r'line 2: \(4500, -500\) is no place on a course'),
        ('0,20,20\n1,21,20\n', 'no sample lies near the course'),
    ],
)
def test_a_damaged_text_is_refused_with_its_line(text, said, tmp_path):
    path = tmp_path / 'run.csv'
    path.write_text(text)
    with pytest.raises(RecordingError, match=said):
        read_track(path)


def test_what_is_no_text_or_not_there_is_refused(tmp_path):
    path = tmp_path / 'run.csv'
    with pytest.raises(RecordingError, match='cannot be read: No such file'):
        read_track(path)
    path.write_bytes(b'0,1,2\n\xff\xfe\n')
    with pytest.raises(RecordingError, match='is no text: byte 6 is not UTF-8'):
        read_track(path)
    with pytest.raises(RecordingError, match=r'there is no .*absent\.mcap'):
        read_track(tmp_path / 'absent.mcap')


def test_a_gap_is_told_and_a_gate_passed_in_it_counts(tmp_path):
    samples = walk()
    start = next(place for place, each in enumerate(samples) if each[1] > 1.2)
    path = tmp_path / 'run.csv'
    path.write_text(csv(samples[:start] + samples[start + 60 :]))
    track = read_track(path)
    assert '1 gaps are longer than 0.5 s, the longest 0.61 s' in track.notes[0]
    assert score_track(track.samples.tolist()).completed >= 4
