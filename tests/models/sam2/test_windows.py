"""Windows are cut row by row and put together again."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from policy_nodes.models.sam2.windows import fill_up, join_windows, split_windows


@given(height=st.integers(1, 20), width=st.integers(1, 20), side=st.integers(1, 9))
def test_joining_windows_undoes_cutting_them(height, width, side):
    tokens = torch.rand(2, height, width, 3)
    windows = split_windows(fill_up(tokens, side, torch.rand(3)), side)
    assert windows.shape[1:] == (side, side, 3)
    assert torch.equal(join_windows(windows, height, width), tokens)


def test_windows_come_row_by_row_and_the_filling_closes_the_margin():
    tokens = torch.arange(1.0, 16.0).view(1, 3, 5, 1)
    windows = split_windows(fill_up(tokens, 2, torch.tensor([-1.0])), 2)[..., 0]
    assert windows.shape == (6, 2, 2)
    assert windows[1].tolist() == [[3, 4], [8, 9]]
    assert windows[2].tolist() == [[5, -1], [10, -1]]
    assert windows[5].tolist() == [[15, -1], [-1, -1]]


@pytest.mark.parametrize('batch', [1, 3])
def test_the_windows_of_an_image_lie_together(batch):
    tokens = torch.arange(batch).view(batch, 1, 1, 1).expand(batch, 4, 4, 1).float()
    windows = split_windows(tokens, 2)
    assert windows[:, 0, 0, 0].tolist() == [image for image in range(batch) for _ in range(4)]
