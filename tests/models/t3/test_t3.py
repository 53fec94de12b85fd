"""T3 against what the authors' network gave, with weights made by the recipe of the file."""

import zlib

import numpy as np
import pytest
import torch

from policy_nodes.models.t3.config import T3Config
from policy_nodes.models.t3.decoders import MlpDecoder, PoseDecoder
from policy_nodes.models.t3.masked import MaskedDecoder, cut, masked_loss
from policy_nodes.models.t3.network import T3

SMALL = T3Config(
    image_size=32,
    patch=8,
    width=32,
    heads=4,
    encoder_layers=1,
    trunk_layers=2,
    sensors=('one', 'two'),
)


def made(name, shape, rule):
    """Weights of the golden file's recipe."""
    draws = np.random.RandomState(zlib.crc32(name.encode()) & 0xFFFFFFFF)
    a = np.asarray(draws.standard_normal(shape))
    if rule == 'mat':
        return a / np.sqrt(np.prod(shape[1:]))
    return {'norm': 1 + 0.1 * a, 'runvar': 1 + 0.1 * np.abs(a)}.get(rule, 0.05 * a)


def published(golden):
    """The authors' medium network, cut to two sensors and three tasks."""
    network = T3(
        T3Config(sensors=('digit', 'wedge')),
        {
            'cls_touch_and_go': MlpDecoder(768, 22),
            'variance_estimation': MlpDecoder(768, 1, pooling='mean'),
            'pose_estimation_6d_wedge': PoseDecoder(768),
        },
    ).eval()
    state = network.state_dict()
    names = [key.split(' ', 1)[0] for key in golden['keys']]
    assert set(names) == set(state)
    for name, rule in zip(names, golden['rules'], strict=True):
        if rule != 'keep':
            values = made(name, tuple(state[name].shape), rule)
            state[name] = torch.from_numpy(values.astype(np.float32))
    network.load_state_dict(state, strict=True)
    return network


def agrees(tokens, golden, name, tolerance):
    """Compare the part of an array that the file keeps, and the figures of each channel."""
    tokens = tokens.double().numpy()
    kept = golden[f'{name}.crop']
    every = int(str(golden[f'{name}.crop_slice'][0]).rstrip(']').rpartition(':')[2])
    rows = tokens[:, ::every]
    np.testing.assert_allclose(rows, kept, rtol=0, atol=tolerance)
    assert list(tokens.shape) == golden[f'{name}.shape'].tolist()
    np.testing.assert_allclose(tokens.mean((0, 1)), golden[f'{name}.ch_mean'], rtol=0, atol=1e-4)


@pytest.mark.timeout(300)
def test_the_published_sizes_give_what_the_authors_give(shared_data):
    with np.load(shared_data('golden', 't3_medium_a.npz')) as file:
        golden = {name: file[name] for name in file}
    network = published(golden)
    draws = np.random.RandomState(int(golden['in.seed'][0]))
    x, x2 = (
        torch.from_numpy(draws.standard_normal((1, 3, 224, 224)).astype(np.float32))
        for _ in range(2)
    )
    with torch.no_grad():
        encoder = network.encoders['digit']
        agrees(encoder.patch_embed(x), golden, 'mid.digit_patch_embed', 2e-5)
        encoded = encoder(x)
        agrees(encoded, golden, 'mid.digit_encoder', 2e-5)
        agrees(network.trunk.blocks[0](encoded), golden, 'mid.trunk_block0', 2e-5)
        tokens = network.trunk(encoded)
        agrees(tokens, golden, 'out.trunk', 2e-5)
        read = {
            'out.trunk_cls': tokens[0, 0],
            'out.trunk_mean_patch': tokens[0, 1:].mean(0),
            'out.trunk_pooling_global': network.trunk(encoded, 'global'),
            'out.trunk_pooling_cls': network.trunk(encoded, 'cls'),
            'out.cls_logits': network.read('cls_touch_and_go', 'digit', x),
            'out.variance': network.read('variance_estimation', 'digit', x),
            'out.pose9_wedge_x_x2': network.read('pose_estimation_6d_wedge', 'wedge', x, x2),
        }
    for name, value in read.items():
        np.testing.assert_allclose(value.numpy(), golden[name], rtol=0, atol=2e-5, err_msg=name)


def test_the_published_network_has_as_many_parameters_as_the_authors():
    with torch.device('meta'):
        network = T3()
        decoder, pose = MlpDecoder(768, 22), PoseDecoder(768)

    def millions(part):
        return sum(each.numel() for each in part.parameters()) / 1e6

    assert millions(network.encoders['digit']) == pytest.approx(22.01, abs=0.01)
    assert millions(network.trunk) == pytest.approx(63.79, abs=0.01)
    assert millions(decoder) == pytest.approx(0.24, abs=0.01)
    assert millions(pose) == pytest.approx(22.34, abs=0.01)


@pytest.mark.parametrize(
    ('call', 'sentence'),
    [
        (lambda t3, x: t3.tokens('three', x), "no encoder for 'three'; there are one, two"),
        (lambda t3, x: t3.tokens('one', x[..., :16]), 'resize them first'),
        (lambda t3, x: t3.tokens('one', x, 'best'), "unknown pooling 'best'; known: none, cls"),
        (lambda t3, x: t3.read('slip', 'one', x), "no decoder for 'slip'; there are force"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(call, sentence):
    network = T3(SMALL, {'force': MlpDecoder(32, 3)})
    with pytest.raises(ValueError, match=sentence):
        call(network, torch.zeros(1, 3, 32, 32))


def test_patches_are_cut_row_by_row():
    image = torch.arange(3 * 4 * 4, dtype=torch.float32).view(1, 3, 4, 4)
    patches = cut(image, 2)
    assert patches.shape == (1, 4, 12)
    assert patches[0, 1].view(2, 2, 3)[..., 0].tolist() == [[2, 3], [6, 7]]


def test_hidden_patches_are_learned_from_the_others():
    torch.manual_seed(0)
    network = T3(SMALL)
    decoder = MaskedDecoder(32, SMALL)
    across = torch.linspace(0, 6, 32)
    phase = torch.rand(16, 1, 1, 1) * 6
    images = (across[:, None] + across + phase).sin().expand(-1, 3, -1, -1)
    optimiser = torch.optim.AdamW([*network.parameters(), *decoder.parameters()], 3e-3)
    losses = []
    for _ in range(120):
        loss = masked_loss(network, decoder, 'one', images)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert np.mean(losses[-5:]) < 0.75 * np.mean(losses[:5])
    assert network.encoders['two'].patch_embed.proj.weight.grad is None
