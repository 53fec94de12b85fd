"""The page and the figures of a replay as files."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from browser import Browser
from danger_bags import PERSON, as_mcap
from replays import replayed

from policy_nodes.evaluation.replay.replay_page import write_replay_page

# texts of figures that lie beyond the frame of their figure
STICKING_OUT = """
[...document.querySelectorAll('svg')].flatMap(figure => {
  const frame = figure.getBoundingClientRect();
  return [...figure.querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect();
    return box.left < frame.left - 1 || box.right > frame.right + 1;
  }).map(text => text.textContent);
})
"""


def test_the_page_needs_nothing_else_and_tells_windows_reasons_and_marks(tmp_path):
    result = replayed(as_mcap(PERSON, tmp_path), tmp_path, '3.05:8.05')
    page = tmp_path / 'page.html'
    write_replay_page(result, page)
    text = page.read_text(encoding='utf-8')
    assert text.count('<svg') == 2  # the whole bag, and its window
    for words in ('zone_stop', 'mark: at least 90.0 %, met', '3.05 to 8.05 s', 'proposed', 'sent'):
        assert words in text
    for loaded in ('<script', 'http-equiv="refresh"', 'src="http', 'href="http'):
        assert loaded not in text


def test_names_from_outside_are_no_html(tmp_path):
    folder = tmp_path / '<b>bag'
    folder.mkdir()
    bag = as_mcap(replace(PERSON, duration=9.0), folder).rename(tmp_path / '<b>bold.mcap')
    page = tmp_path / 'page.html'
    write_replay_page(replayed(bag, tmp_path, '3.05:8.05'), page)
    text = page.read_text(encoding='utf-8')
    assert '&lt;b&gt;bold.mcap' in text
    assert '<b>' not in text


def test_the_figures_are_written_as_json_with_reasons_and_a_time_line_of_levels(tmp_path):
    path = tmp_path / 'figures.json'
    replayed(as_mcap(PERSON, tmp_path), tmp_path, '3.05:8.05').write_json(path)
    values = json.loads(path.read_text())
    assert values['time_to_stop_s'] == pytest.approx(0.45)
    assert values['marks']['held_share'] == {'mark': 0.9, 'met': True}
    assert values['reasons']['zone_stop']['seconds'] == pytest.approx(5.0)
    assert values['windows'][0]['hold_share'] == pytest.approx(4.95 / 5.0)
    times = [time for time, _ in values['level_timeline']]
    assert times == sorted(times)
    assert sum(values['levels'].values()) == pytest.approx(1.0)


def test_a_window_that_was_not_met_is_null_in_the_json(tmp_path):
    bag = as_mcap(replace(PERSON, person=None), tmp_path)
    path = tmp_path / 'figures.json'
    replayed(bag, tmp_path, '3.05:8.05').write_json(path)
    values = json.loads(path.read_text())
    assert values['time_to_stop_s'] is None
    assert values['marks']['time_to_stop_s'] == {'mark': 0.6, 'met': False}


def test_a_browser_shows_the_page_without_a_complaint_and_every_text_within_its_figure(tmp_path):
    page = tmp_path / 'page.html'
    write_replay_page(replayed(as_mcap(PERSON, tmp_path), tmp_path, '3.05:8.05'), page)
    with Browser(tmp_path / 'browser') as browser:
        browser.open(page)
        assert browser.requests() == [page.as_uri()]
        assert browser.complaints() == []
        assert browser.value(STICKING_OUT) == []
        assert browser.value('document.documentElement.scrollWidth <= window.innerWidth')
