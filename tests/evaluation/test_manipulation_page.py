"""The page of a run on the table top, in a real browser; its film, and its recordings."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import numpy as np
import pytest
from browser import Browser
from PIL import Image
from tabletop_records import START_NS, messages, played, record_messages
from test_report_in_browser import FIGURES, OVERLAPS, PICTURES

from policy_nodes.evaluation.film_frame import CAMERA, INSET, SIZE, STRIP, FilmPainter
from policy_nodes.evaluation.manipulation_film import make_film
from policy_nodes.evaluation.report.heatmap_picture import RING, over_view
from policy_nodes.evaluation.report.manipulation_page import write_manipulation_page
from policy_nodes.evaluation.report.manipulation_section import film_section, manipulation_sections
from policy_nodes.evaluation.report.page import page
from policy_nodes.evaluation.run_files import RunInfo
from policy_nodes.evaluation.tabletop_recording import read_tabletop_episode
from policy_nodes.motion.outcome import OutcomeState

INFO = RunInfo('panda', 'sam2act_plus', 'tiny', 'lift_block', 5, note='Weights are <b>random</b>.')


@pytest.fixture(scope='module')
def record():
    return played()


@pytest.fixture(scope='module')
def recording(record, tmp_path_factory):
    path = tmp_path_factory.mktemp('recording') / 'episode_000.mcap'
    return record_messages(messages(record), path, 'left/')


@pytest.fixture
def browser(tmp_path):
    with Browser(tmp_path / 'browser') as browser:
        yield browser


def test_a_recording_gives_back_the_episode(record, recording):
    read = read_tabletop_episode(recording)
    assert read.losses == ()
    plain = ('index', 'seed', 'task', 'variation', 'instruction', 'policy', 'checkpoint')
    for name in (*plain, 'outcome', 'why'):
        assert getattr(read, name) == getattr(record, name), name
    assert read.time_s == pytest.approx(record.time_s)
    states = [step.state for step in read.steps]
    assert states == [step.state for step in record.steps]
    assert OutcomeState.REFUSED in states
    for again, before in zip(read.steps, record.steps, strict=True):
        assert again.time == pytest.approx(before.time)
        assert again.key_pose.gripper == before.key_pose.gripper
        assert again.key_pose.ignore_collisions == before.key_pose.ignore_collisions
        np.testing.assert_allclose(again.key_pose.position, before.key_pose.position)
        np.testing.assert_allclose(again.key_pose.quaternion, before.key_pose.quaternion)
        assert (again.reason, again.words) == (before.reason, before.words)
        assert again.inference_ms == before.inference_ms
        assert list(again.images) == list(before.images)
        for camera, pixels in before.images.items():
            np.testing.assert_array_equal(again.images[camera], pixels)
        np.testing.assert_array_equal(again.picture.views, before.picture.views)
        np.testing.assert_allclose(again.picture.heatmaps, before.picture.heatmaps, rtol=1e-4)
        if before.picture.attention.size:
            np.testing.assert_array_equal(again.picture.attention, before.picture.attention)
    within = {round(float(time), 6) for time in record.film.times}
    assert within <= {round(float(time), 6) for time in read.film.times}


def test_what_a_recording_lacks_or_spoils_is_said(record, tmp_path):
    """It ends in mid-episode, one heat map is too short, and one image is of another kind."""
    told = [row for row in messages(record) if not row[0].endswith('/views')][:-1]
    heatmaps = next(message for topic, message in told if topic.endswith('/heatmaps'))
    heatmaps.data = heatmaps.data[:-4]
    image = next(message for topic, message in told if topic == 'wrist/color/image_raw')
    image.encoding = 'yuv422'
    read = read_tabletop_episode(record_messages(told, tmp_path / 'episode_000.mcap'))
    assert read.outcome == 'aborted'
    assert 'ends before the episode' in read.why
    assert len(read.steps) == len(record.steps)
    first, *others = read.steps
    assert first.picture is None
    assert all(len(np.unique(step.picture.views)) == 1 for step in others)  # plain grey
    assert any('coarse_heatmaps' in loss for loss in read.losses)
    assert any('yuv422' in loss for loss in read.losses)


def test_the_goal_and_end_of_the_episode_before_do_not_count(record, tmp_path):
    old = [row for row in messages(replace(record, index=7)) if row[0] in ('goal', 'episode')]
    told = [old[-1], *messages(record, START_NS + 60 * 10**9)]
    read = read_tabletop_episode(record_messages(told, tmp_path / 'episode_000.mcap'))
    assert (read.index, read.outcome) == (0, record.outcome)
    assert read.time_s == pytest.approx(record.time_s)


def test_the_page_of_a_run_is_whole_in_itself(record, recording, tmp_path, browser):
    folder = tmp_path / 'run'
    folder.mkdir()
    (folder / recording.name).write_bytes(recording.read_bytes())
    path = write_manipulation_page(folder, INFO, {'notes': ['Something is missing.']})
    browser.open(path)
    assert browser.requests() == [path.as_uri()]
    assert browser.complaints() == []
    told = browser.value('document.body.innerText')
    for words in (INFO.note, 'Something is missing.', record.instruction, 'did the task'):
        assert words in told
    assert record.steps[1].words in told
    assert 'refused (unreachable)' in told
    figures = browser.value(FIGURES)
    assert [figure['label'].split(':')[0] for figure in figures] == [
        'Key poses in space',
        'Attention to remembered key steps',
    ]
    for figure in figures:
        assert figure['drawn'] > 20
        assert figure['out'] == []
    assert {'1', '2', 'x [m]', 'hand closed'} <= set(figures[0]['texts'])
    # every colour is one of the page's, light or dark
    drawn = re.findall(r'<svg.*?</svg>', path.read_text(encoding='utf-8'), re.DOTALL)
    assert not re.search(r'#[0-9a-fA-F]{6}\b', ''.join(drawn))
    assert browser.value(OVERLAPS) == []
    pictures = browser.value(PICTURES)
    # four cameras and three views of each key step, and the film
    assert len(pictures) == 7 * len(record.steps) + 1
    assert all(complete and width and words for complete, width, words in pictures)
    assert browser.value('document.documentElement.scrollWidth <= window.innerWidth')
    link = browser.value("document.querySelector('tbody a').getAttribute('href')")
    assert browser.value(f"document.querySelector('{link}') !== null")
    assert (folder / 'animation.gif').stat().st_size < 4_000_000


def test_a_run_of_which_little_is_left_has_a_page(recording, tmp_path, browser):
    """One recording is cut off, one is none, and one was never made."""
    whole = recording.read_bytes()
    (tmp_path / 'episode_000.mcap').write_bytes(whole[: len(whole) // 2])
    (tmp_path / 'episode_001.mcap').write_bytes(b'nothing')
    path = write_manipulation_page(tmp_path, INFO, {})
    browser.open(path)
    assert browser.complaints() == []
    told = browser.value('document.body.innerText')
    assert 'episode_001.mcap' in told
    assert 'The recording ends before the episode does.' in told
    empty = tmp_path / 'empty'
    empty.mkdir()
    browser.open(write_manipulation_page(empty, INFO, {}))
    assert browser.complaints() == []
    assert 'panda, task lift_block' in browser.value('document.body.innerText')


def test_episodes_of_several_policies_share_a_page(record, tmp_path, browser):
    plain = replace(
        record,
        policy='expert',
        outcome='aborted',
        why='3 key poses in a row were refused.',
        steps=tuple(replace(step, picture=None) for step in record.steps),
        film=None,
    )
    empty = replace(record, policy='sam2act', steps=(), film=None)
    records = [record, plain, empty]
    path = tmp_path / 'page.html'
    path.write_text(page('x', film_section(records), manipulation_sections(records)), 'utf-8')
    browser.open(path)
    assert browser.complaints() == []
    told = browser.value('document.body.innerText')
    assert plain.why in told
    assert 'No key pose was chosen.' in told
    assert len(browser.value(FIGURES)) == 3  # nothing is remembered without a network
    assert browser.value(OVERLAPS) == []
    names = browser.value('[...document.querySelectorAll("h2[id]")].map(each => each.id)')
    assert len(set(names)) == 3
    assert film_section([plain]) == film_section([]) == manipulation_sections([]) == ''


def test_a_film_shows_the_camera_and_where_the_policy_looked(record):
    film = make_film([record])
    moving = Image.open(io.BytesIO(film.moving))
    assert moving.size == SIZE
    assert moving.n_frames == len(record.film.times)
    first = np.asarray(moving.convert('RGB'), dtype=int)
    moving.seek(moving.n_frames - 1)
    last = np.asarray(moving.convert('RGB'), dtype=int)
    still = np.asarray(Image.open(io.BytesIO(film.still)).convert('RGB'), dtype=int)
    assert np.abs(still - last).mean() < 8.0  # the palette has few colours
    assert np.abs(first - last).mean() > 1.0


def test_a_film_without_heat_maps_shows_the_other_cameras(record):
    blind = replace(record, steps=tuple(replace(step, picture=None) for step in record.steps))
    painted = np.asarray(FilmPainter(blind).paint(0.0, record.film.frames[0], last=False))
    for row, name in enumerate(('left_shoulder', 'right_shoulder', 'wrist')):
        top = STRIP + row * INSET
        part = painted[top : top + INSET, CAMERA:].astype(float).mean(axis=(0, 1))
        np.testing.assert_allclose(part, record.steps[0].images[name].mean(axis=(0, 1)), atol=2.0)


def test_a_film_that_is_too_large_loses_frames_but_not_its_end(record):
    whole = make_film([record])
    small = make_film([record], largest=len(whole.moving) // 2)
    assert len(small.moving) < len(whole.moving) // 2
    frames = Image.open(io.BytesIO(small.moving)).n_frames
    assert 1 < frames < len(record.film.times)
    assert small.still == whole.still


def test_a_sharp_heat_map_shows_where_and_a_flat_one_hides_nothing():
    view = np.full((32, 32, 3), 120, np.uint8)
    flat = np.full((32, 32), 1 / 32**2)
    sharp = flat.copy()
    sharp[20, 8] = 50.0
    side = 256

    def drawn(heatmap):
        return over_view(view, heatmap / heatmap.sum(), side).astype(int)

    spot = drawn(sharp)[20 * 8 + 4, 8 * 8 + 4]
    red, green, blue = spot
    assert red > 220 > green > 120 > blue  # yellow, the view shines through
    for heatmap, (row, column) in ((sharp, (20, 8)), (flat, (0, 0))):
        rows, columns = np.nonzero((drawn(heatmap) != 120).any(-1))
        # nothing but the spot and the ring around it
        reach = 2 * RING * side
        assert np.abs(rows - 8 * row - 4).max() < reach
        assert np.abs(columns - 8 * column - 4).max() < reach
    unknown = over_view(view, np.full((32, 32), np.nan), side)
    assert (unknown == 120).all()
