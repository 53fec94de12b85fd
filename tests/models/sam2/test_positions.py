"""Sine codes and rotations by their definitions."""

from __future__ import annotations

import math

import torch

from policy_nodes.models.sam2.positions import axial_rotations, rotate, sine_positions


def test_a_sine_code_holds_the_row_in_its_first_half_and_the_column_in_its_second():
    codes = sine_positions(3, 5, 16).view(3, 5, 16)
    assert torch.equal(codes[1, :, :8], codes[1, :1, :8].expand(5, 8))
    assert torch.equal(codes[:, 2, 8:], codes[:1, 2, 8:].expand(3, 8))
    row = 2 / 3 * 2 * math.pi
    expected = [math.sin(row), math.cos(row), math.sin(row / 10), math.cos(row / 10)]
    torch.testing.assert_close(codes[1, 0, :4], torch.tensor(expected), rtol=0, atol=2e-6)


def test_turned_queries_and_keys_agree_by_their_distance_in_the_grid_alone():
    torch.manual_seed(0)
    query, key = torch.randn(2, 1, 16)
    rotations = axial_rotations(4, 6, 16)
    queries = rotate(query.expand(24, 16), rotations)
    keys = rotate(key.expand(24, 16), rotations)
    score = (queries @ keys.T).view(4, 6, 4, 6)
    for down, across in ((0, 0), (1, 0), (0, 2), (2, 3)):
        seen = torch.stack([score[y, x, y + down, x + across] for y in range(2) for x in range(3)])
        torch.testing.assert_close(seen, seen[:1].expand_as(seen), rtol=1e-4, atol=1e-5)
    assert not torch.allclose(score[0, 0, 0, 1], score[0, 0, 1, 0])


def test_rotations_keep_the_length_of_a_token_and_leave_the_first_cell_alone():
    tokens = torch.randn(3, 24, 16)
    turned = rotate(tokens, axial_rotations(4, 6, 16))
    torch.testing.assert_close(turned.norm(dim=-1), tokens.norm(dim=-1))
    assert torch.equal(turned[:, 0], tokens[:, 0])


def test_rotated_tokens_keep_their_type():
    tokens = torch.randn(1, 4, 8, dtype=torch.bfloat16)
    assert rotate(tokens, axial_rotations(2, 2, 8)).dtype == torch.bfloat16
