"""The sheet of a demonstration: its crosses lie where the tip goes, and its endings are two."""

from __future__ import annotations

import pytest
from matplotlib import image
from small_demonstrations import SIZE, small_demonstration

from policy_nodes.training.contact_sheet import place_in_view, write_contact_sheet

FOCAL, HEIGHT, CENTRE_X = SIZE * 1.2, 1.6, 0.25


def test_a_cross_lies_where_a_camera_that_looks_down_sees_the_next_key_pose():
    shown = small_demonstration(3)
    first, *_, last = shown.keys
    x, y, z = shown.tip_position[first]
    column, row = place_in_view(shown, 0, view=0)
    assert column == pytest.approx(SIZE / 2 + FOCAL * (x - CENTRE_X) / (HEIGHT - z), abs=1e-3)
    assert row == pytest.approx(SIZE / 2 - FOCAL * y / (HEIGHT - z), abs=1e-3)
    assert place_in_view(shown, last, view=0) is None, 'nothing comes after the last'


def test_a_sheet_is_a_picture_or_a_page_and_nothing_else(tmp_path):
    shown = small_demonstration(3)
    picture = image.imread(write_contact_sheet(shown, tmp_path / 'sheet.png'))
    assert picture[..., :3].std() > 0.05
    page = write_contact_sheet(shown, tmp_path / 'sheet.html').read_text(encoding='utf-8')
    assert 'lift the green block' in page
    assert 'raise the block' in page
    with pytest.raises(ValueError, match=r'neither with \.png nor with \.html'):
        write_contact_sheet(shown, tmp_path / 'sheet.pdf')
