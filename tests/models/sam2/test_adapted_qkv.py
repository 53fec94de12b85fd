"""Adapters change queries and values, as wide as the block's input and no wider."""

from __future__ import annotations

import pytest
import torch

from policy_nodes.models.sam2.adapted_qkv import AdaptedQkv


def test_new_adapters_change_nothing():
    adapted = AdaptedQkv(8, 8, 4)
    tokens = torch.randn(2, 3, 3, 8)
    torch.testing.assert_close(adapted(tokens), adapted.qkv(tokens))


@pytest.mark.parametrize('out', [8, 16])
def test_adapters_reach_the_first_queries_and_the_last_values_only(out):
    width = 8
    adapted = AdaptedQkv(width, out, 4)
    torch.nn.init.normal_(adapted.linear_b_q.weight)
    torch.nn.init.normal_(adapted.linear_b_v.weight)
    tokens = torch.randn(2, 3, 3, width)
    change = adapted(tokens) - adapted.qkv(tokens)
    torch.testing.assert_close(
        change[..., :width], adapted.linear_b_q(adapted.linear_a_q(tokens)), rtol=0, atol=1e-5
    )
    torch.testing.assert_close(
        change[..., -width:], adapted.linear_b_v(adapted.linear_a_v(tokens)), rtol=0, atol=1e-5
    )
    assert not change[..., width:-width].abs().max() > 1e-6
