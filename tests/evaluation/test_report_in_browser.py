"""The pages of reports in a real browser: nothing is loaded, nothing is wrong, all is shown."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from browser import Browser
from PIL import Image

from policy_nodes.evaluation.report.evaluation_page import write_evaluation_page
from policy_nodes.evaluation.report.palette import NAMES

# every figure with its size on the page, and whether text sticks out of it
FIGURES = """
[...document.querySelectorAll('svg')].map(figure => {
  const frame = figure.getBoundingClientRect();
  const out = [...figure.querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect();
    return box.left < frame.left - 1 || box.right > frame.right + 1
      || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
  }).map(text => text.textContent);
  return {
    width: frame.width, height: frame.height, out: out,
    label: figure.getAttribute('aria-label'),
    texts: [...figure.querySelectorAll('text')].map(text => text.textContent),
    drawn: figure.querySelectorAll('path').length,
  };
})
"""
# pairs of texts of one figure that lie over each other
OVERLAPS = """
[...document.querySelectorAll('svg')].flatMap(figure => {
  const texts = [...figure.querySelectorAll('text')].map(
    text => [text.textContent, text.getBoundingClientRect()]);
  const found = [];
  texts.forEach(([one, a], row) => texts.slice(row + 1).forEach(([other, b]) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 2 && high > 4) found.push(one + ' / ' + other);
  }));
  return found;
})
"""
PICTURES = """
[...document.images].filter(image => image.getBoundingClientRect().width > 0)
  .map(image => [image.complete, image.naturalWidth, image.alt])
"""


@pytest.fixture
def browser(tmp_path: Path):
    with Browser(tmp_path / 'browser') as browser:
        yield browser


def _row(policy, scenario, success):
    return {
        'policy': policy,
        'scenario': scenario,
        'episodes': 500,
        'success': success,
        'collision_human': (1 - success) / 2,
        'collision_obstacle': (1 - success) / 2,
        'timeout': 0.0,
        'time_s': 14.2,
        'path_m': 6.1,
        'ci95': [success - 0.02, success + 0.02],
        'collision_wall': 0.0,
        'person_gap_m': 0.4,
        'obstacle_gap_m': None,
        'intrusion': 0.04,
        'jerk': 1.2,
        'seed': 1,
        'checkpoint': 'height_arena' if policy == 'height' else None,
        'complete': True,
    }


def test_the_report_of_a_run_is_whole_in_itself(reported_run, browser):
    page = reported_run.page
    browser.open(page)
    assert browser.requests() == [page.as_uri()]
    assert browser.complaints() == []
    figures = browser.value(FIGURES)
    assert len(figures) == 5  # latency, and two for each episode
    for figure in figures:
        assert figure['width'] > 300
        assert figure['height'] > 300
        assert figure['drawn'] > 20
        assert figure['label']
        assert figure['out'] == []
    [latency, path, times, _, _] = figures
    assert {'inference [ms]', 'observation to command [ms]', 'actions'} <= set(latency['texts'])
    assert {'x [m]', 'y [m]'} <= set(path['texts'])
    assert {'time [s]', 'v [m/s]', 'w [rad/s]', 'clearance [m]'} <= set(times['texts'])
    assert browser.value(OVERLAPS) == []
    [(complete, width, words)] = browser.value(PICTURES)
    assert complete
    assert width == 480
    assert words
    # text from files is shown as it is, not taken for markup
    assert 'People <b>walk</b> & nobody reacts.' in browser.value('document.body.innerText')
    # no part of the page lies beyond its right edge
    assert browser.value('document.documentElement.scrollWidth <= window.innerWidth')


def test_a_report_is_readable_in_both_schemes(reported_run, browser):
    page = reported_run.page
    for scheme in ('light', 'dark'):
        browser.open(page, scheme=scheme)
        assert browser.complaints() == []
        pixels = np.asarray(Image.open(io.BytesIO(browser.screenshot())).convert('RGB'))
        # the page is a quiet surface in the colour of its scheme, with something on it
        surface = getattr(NAMES['page'], scheme)
        expected = tuple(int(surface[at : at + 2], 16) for at in (1, 3, 5))
        colours, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)
        assert tuple(colours[counts.argmax()]) == expected
        assert 0.5 < counts.max() / counts.sum() < 0.98


@pytest.mark.parametrize('scheme', ['light', 'dark'])
@pytest.mark.parametrize('surface', ['page', 'card'])
@pytest.mark.parametrize('name', ['ink', 'quiet', 'bad', 'robot', 'person'])
def test_words_and_lines_stand_out_from_their_ground(name, surface, scheme):
    def luminance(text):
        parts = np.array([int(text[at : at + 2], 16) for at in (1, 3, 5)]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    pair = [luminance(getattr(NAMES[each], scheme)) for each in (name, surface)]
    contrast = (max(pair) + 0.05) / (min(pair) + 0.05)
    assert contrast >= 4.5  # what WCAG 2 asks of text


def test_a_comparison_is_whole_in_itself(tmp_path, browser):
    rows = [
        _row(policy, scenario, success)
        for scenario in ('rand', 'lounge')
        for policy, success in (('height', 0.95), ('orca', 0.8), ('dwa', 0.88), ('straight', 0.05))
    ]
    page = tmp_path / 'comparison.html'
    write_evaluation_page(rows, page, note='Recorded people do not react.')
    browser.open(page)
    assert browser.requests() == [page.as_uri()]
    assert browser.complaints() == []
    figures = browser.value(FIGURES)
    assert [figure['label'].split(':')[0] for figure in figures] == [
        'Success in scenario rand',
        'Success in scenario lounge',
    ]
    for figure in figures:
        assert figure['out'] == []
        assert {'height', 'orca', 'dwa', 'straight', '95.0'} <= set(figure['texts'])
        assert {'success, 95 % interval [%]', 'other ends [%]'} <= set(figure['texts'])
    assert browser.value(OVERLAPS) == []
    told = browser.value('document.body.innerText')
    assert 'height with checkpoint height_arena' in told
    assert 'Recorded people do not react.' in told
    assert browser.value('document.querySelectorAll("tbody tr").length') == len(rows)
