"""The film of a run: gates turn as they are passed, and legs are where their joints say."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from tracks import walk

from policy_nodes.evaluation.course_film import write_course_film
from policy_nodes.evaluation.course_frame import CourseFrame, FilmedEpisode, leg_points
from policy_nodes.evaluation.leg_recording import LegRecord, Rows
from policy_nodes.evaluation.report.palette import rgb
from policy_nodes.simulation.barkour.course import official_course

FEET = ('front_left', 'hind_left', 'front_right', 'hind_right')
JOINTS = tuple(f'{part}_{leg}' for leg in FEET for part in ('abduction', 'hip', 'knee'))


@pytest.fixture(scope='module')
def episode():
    track = np.array(list(walk(rate=50.0)))
    track[:, 0] -= track[0, 0]
    count = len(track)
    body = np.column_stack((track, np.full(count, 0.24), np.zeros((count, 2))))
    pose = np.tile([0.0, 0.7, 1.4], (count, 4))
    legs = LegRecord(
        body=body,
        position=Rows(JOINTS, track[:, 0], pose),
        torque=Rows(JOINTS, track[:, 0], 0 * pose),
        feet=Rows(FEET, track[:, 0], np.full((count, 4), 30.0)),
        behaviours=((0.0, 'walk'), (5.0, 'slope')),
        loop=np.arange(0.0, 1.0, 0.02),
    )
    return FilmedEpisode(0, 'succeeded', 'on the end table', 12.0, official_course(), legs)


def test_a_leg_is_as_high_as_the_sines_of_its_angles_say():
    for leg in FEET:
        for hip, knee in ((0.0, 0.0), (0.7, 1.4), (0.3, 1.2)):
            pose = {f'hip_{leg}': hip, f'knee_{leg}': knee}
            _, foot = leg_points(leg, pose)
            assert -foot[1] == pytest.approx(0.22 * np.sin(hip) + 0.19 * np.sin(knee - hip))
    assert leg_points('front_left', {})[1][0] > leg_points('hind_left', {})[1][0]


def test_more_gates_are_green_as_time_goes_by(episode):
    frame = CourseFrame(episode)
    green = [
        int((np.array(frame.paint(time)) == rgb('goal')).all(axis=2).sum())
        for time in (0.0, 4.0, 30.0)
    ]
    assert green[0] < green[1] < green[2]
    assert green[0] == 0


def test_the_film_shrinks_until_it_fits_and_ends_with_how_it_ended(episode, tmp_path):
    path = tmp_path / 'film.gif'
    last = write_course_film([episode], path, largest=60_000)
    assert path.stat().st_size < 60_000
    with Image.open(path) as film:
        assert film.n_frames > 2
        assert film.size == last.size
    assert write_course_film([], tmp_path / 'none.gif') is None
    assert not (tmp_path / 'none.gif').exists()
