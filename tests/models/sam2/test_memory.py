"""Reading and writing the memory, against the authors' numbers and by properties."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sam2_golden import authors_shape, difference, read_golden, recipe_weights

from policy_nodes.models.sam2.config import MemoryConfig, small_sam2
from policy_nodes.models.sam2.memory_attention import MemoryAttention
from policy_nodes.models.sam2.memory_encoder import MemoryEncoder
from policy_nodes.models.sam2.positions import sine_positions
from policy_nodes.models.sam2.sam2 import Sam2

TOLERANCE = 2e-5
ALL = slice(None)
THIRD = (ALL, ALL, slice(None, None, 3), slice(None, None, 3))
NINTH = (ALL, ALL, slice(None, None, 9), slice(None, None, 9))


@pytest.fixture
def recorded(shared_data):
    return read_golden(shared_data('golden', 'sam2act_memory_a.npz'))


@pytest.fixture
def authors(shared_data, recorded):
    """The authors' sizes with the golden weights; the image encoder stays without storage."""
    sam2 = authors_shape()
    weights = recipe_weights(shared_data('golden'), recorded, 'sam2.')
    report = sam2.load_state_dict(weights, strict=False, assign=True)
    assert not report.unexpected_keys
    parts = ('memory_attention', 'memory_encoder', 'maskmem_tpos_enc')
    assert not [name for name in report.missing_keys if name.startswith(parts)]
    return sam2


def drawn_step(draws: np.random.RandomState) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens and heat maps of a step, as the golden file draws them."""
    tokens = draws.standard_normal((3, 128, 16, 16))
    heatmaps = 3 * draws.standard_normal((3, 1, 224, 224))
    return torch.from_numpy(tokens).float(), torch.from_numpy(heatmaps).float()


@torch.no_grad()
def test_four_steps_of_reading_and_writing_give_the_authors_numbers(
    shared_data, recorded, authors
):
    learned = recipe_weights(shared_data('golden'), recorded, 'mvt1.')['pos_encoding']
    # the authors reinterpret the positions of all views: token r of view v has row 3 r + v
    positions = learned.view(256, 3, 128).transpose(0, 1)
    draws = np.random.RandomState(recorded['in.seed'][0])
    memory = torch.zeros(3, 0, 256, 64)
    worst = {}
    for step in range(4):
        tokens, heatmaps = drawn_step(draws)
        read = authors.read_memory(tokens, positions, memory).tokens
        worst[f'read {step}'] = difference(recorded, f'out.read{step}', read, *THIRD)
        if step < 3:
            written = authors.write_memory(tokens, heatmaps)
            expected = torch.from_numpy(recorded[f'out.memory{step}'])
            worst[f'write {step}'] = float((written - expected).abs().max())
            memory = torch.cat([written[:, None], memory], dim=1)
    assert max(worst.values()) <= TOLERANCE, worst


@torch.no_grad()
def test_the_heat_map_goes_through_the_layers_as_the_authors_does(recorded, authors):
    tokens, heatmaps = drawn_step(np.random.RandomState(recorded['in.seed'][0]))
    encoder = authors.memory_encoder
    seen = {}
    downsampler = encoder.mask_downsampler
    downsampler.register_forward_pre_hook(lambda _, given: seen.update(mask_in=given[0]))
    downsampler.register_forward_hook(lambda _, __, gives: seen.update(mask_down=gives))
    encoder.fuser.register_forward_hook(lambda _, __, gives: seen.update(fuser=gives))
    encoder(tokens[2:], heatmaps[2:])
    crops = {'mask_in': NINTH, 'mask_down': THIRD, 'fuser': THIRD}
    worst = {
        name: difference(recorded, f'mid.write0_view2_{name}', seen[name], *crop)
        for name, crop in crops.items()
    }
    assert max(worst.values()) <= TOLERANCE, worst


def test_the_place_of_a_remembered_token_is_the_authors_sine_code(recorded):
    got = sine_positions(16, 16, 64).numpy()
    assert np.abs(got - recorded['out.memory_pos_sine']).max() <= TOLERANCE


@pytest.fixture
def small():
    torch.manual_seed(0)
    return Sam2(small_sam2()).eval()


def some_memory(sam2: Sam2, steps: int, batch: int = 3) -> tuple[torch.Tensor, ...]:
    sizes = sam2.config.memory
    tokens = torch.randn(batch, sizes.width, 16, 16)
    positions = torch.randn(1, 256, sizes.width)
    return tokens, positions, torch.randn(batch, steps, 256, sizes.memory_width)


@torch.no_grad()
def test_tokens_pass_through_an_empty_memory_unchanged(small):
    tokens, positions, memory = some_memory(small, steps=0)
    read = small.read_memory(tokens, positions, memory)
    assert torch.equal(read.tokens, tokens)
    assert read.attention is None


@torch.no_grad()
def test_the_age_of_a_memory_matters(small):
    tokens, positions, memory = some_memory(small, steps=3)
    one = small.read_memory(tokens, positions, memory).tokens
    other = small.read_memory(tokens, positions, memory.flip(1)).tokens
    assert (one - other).abs().max() > 1e-4


@torch.no_grad()
def test_steps_beyond_the_window_are_left_out(small):
    tokens, positions, memory = some_memory(small, steps=12)
    window = small.config.memory.steps
    one = small.read_memory(tokens, positions, memory).tokens
    other = small.read_memory(tokens, positions, memory[:, :window]).tokens
    assert torch.equal(one, other)


@torch.no_grad()
def test_views_do_not_read_each_others_memory(small):
    tokens, positions, memory = some_memory(small, steps=2)
    before = small.read_memory(tokens, positions, memory).tokens
    memory[1] += 1
    after = small.read_memory(tokens, positions, memory).tokens
    changed = [not torch.equal(a, b) for a, b in zip(before, after, strict=True)]
    assert changed == [False, True, False]


@torch.no_grad()
def test_the_shares_of_the_steps_add_up_and_follow_what_is_looked_at(small):
    tokens, positions, memory = some_memory(small, steps=4)
    plain = small.read_memory(tokens, positions, memory)
    told = small.read_memory(tokens, positions, memory, with_attention=True)
    assert torch.equal(plain.tokens, told.tokens)
    assert told.attention.shape == (3, 4)
    torch.testing.assert_close(told.attention.sum(1), torch.ones(3))
    # a memory that is the same in every step leaves only the age to tell them apart
    torch.nn.init.zeros_(small.maskmem_tpos_enc)
    same = memory[:, :1].expand_as(memory)
    even = small.read_memory(tokens, positions, same, with_attention=True).attention
    torch.testing.assert_close(even, torch.full((3, 4), 0.25))


def test_memory_learns_through_reading_and_writing():
    sizes = MemoryConfig(
        width=8, memory_width=8, layers=1, feedforward=8, dropout=0.0, mask_channels=(2, 2, 2, 2)
    )
    encoder, attention = MemoryEncoder(sizes), MemoryAttention(sizes)
    tokens = torch.randn(2, 8, 4, 4)
    heatmaps = torch.randn(2, 1, 56, 56, requires_grad=True)
    memory = encoder(tokens, heatmaps)[:, None]
    read = attention(tokens, torch.zeros(1, 16, 8), memory, torch.zeros(1, 16, 8))
    read.tokens.square().mean().backward()
    assert heatmaps.grad.abs().max() > 0
    parts = (encoder, attention)
    still = [
        name
        for part in parts
        for name, p in part.named_parameters()
        # softmax does not see a shift of all keys
        if not p.grad.abs().sum() > 0 and not name.endswith('k_proj.bias')
    ]
    assert not still
