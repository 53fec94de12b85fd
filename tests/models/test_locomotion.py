"""The networks that move legs."""

import pytest
import torch

from policy_nodes.models.locomotion_input import LocomotionInput
from policy_nodes.models.locomotion_mlp import LocomotionMlp
from policy_nodes.models.locomotion_transformer import Block, LocomotionTransformer


def observation(rows, near=(9, 7), ahead=(10, 5), window=15):
    generator = torch.Generator().manual_seed(1)
    shapes = ((rows, window, 31), (rows, *near), (rows, *ahead))
    return LocomotionInput(*(torch.randn(shape, generator=generator) for shape in shapes))


def test_the_joystick_actor_has_the_published_sizes():
    network = LocomotionMlp()
    assert network.observations == 465
    assert [tuple(layer.weight.shape) for layer in network.hidden] == [
        (128, 465),
        *[(128, 128)] * 3,
    ]
    assert network.head.out_features == 24
    given = observation(2, (0, 0), (0, 0))
    mean, spread = network.outputs(network.flatten(given))
    assert mean.shape == spread.shape == (2, 12)
    assert torch.equal(network(given), mean.tanh())


def test_the_newest_frame_comes_first_in_the_row_of_the_perceptron():
    network = LocomotionMlp(near=(9, 7), ahead=(10, 5))
    given = observation(1)
    row = network.flatten(given)[0]
    assert torch.equal(row[:31], given.frames[0, 0])
    assert torch.equal(row[465 : 465 + 7], given.near[0, 0])
    assert len(row) == network.observations == 465 + 63 + 50


def test_a_folded_normalisation_gives_the_same_actions():
    torch.manual_seed(0)
    network, folded = LocomotionMlp(), LocomotionMlp()
    folded.load_state_dict(network.state_dict())
    mean, deviation = torch.randn(465), torch.rand(465) + 0.1
    folded.fold(mean, deviation)
    given = observation(8, (0, 0), (0, 0))
    normalised = (network.flatten(given) - mean) / deviation
    expected = network.outputs(normalised)[0].tanh()
    torch.testing.assert_close(folded(given), expected, atol=1e-5, rtol=0.0)


def test_the_last_block_answers_for_the_last_token_what_it_would_answer_for_all():
    torch.manual_seed(0)
    block, tokens = Block(32, 4, 64), torch.randn(3, 7, 32)
    torch.testing.assert_close(block(tokens, last_only=True), block(tokens)[:, -1:])


def test_a_token_does_not_see_later_ones():
    torch.manual_seed(0)
    block, tokens = Block(32, 4, 64), torch.randn(1, 7, 32)
    changed = tokens.clone()
    changed[:, 5:] += 1.0
    before, after = block(tokens), block(changed)
    torch.testing.assert_close(before[:, :5], after[:, :5])
    assert not torch.allclose(before[:, 5:], after[:, 5:])


def test_the_transformer_reads_31_tokens_and_every_part_matters():
    torch.manual_seed(0)
    network = LocomotionTransformer().eval()
    given = observation(1)
    assert network._tokens(given).shape == (1, 31, 128)
    action = network(given)
    assert action.shape == (1, 12)
    assert action.abs().max() <= 1.0
    for name in LocomotionInput._fields:
        part = getattr(given, name)
        other = given._replace(**{name: part + 1.0})
        assert not torch.allclose(network(other), action), name
    # the action before the oldest state is the only number that is not read
    frames = given.frames.clone()
    frames[:, -1, -12:] += 1.0
    assert torch.equal(network(given._replace(frames=frames)), action)


def test_rows_are_answered_each_for_itself():
    torch.manual_seed(0)
    network = LocomotionTransformer().eval()
    given = observation(4)
    together = network(given)
    alone = network(LocomotionInput(*(part[2] for part in given)))
    torch.testing.assert_close(together[2], alone)


@pytest.mark.parametrize(
    'network', [LocomotionMlp(near=(9, 7), ahead=(10, 5)), LocomotionTransformer()]
)
def test_an_observation_of_another_shape_is_refused_by_name(network):
    with pytest.raises(ValueError, match=r'frames has shape \(14, 31\)'):
        network(observation(1, window=14))
    with pytest.raises(ValueError, match='ahead has shape'):
        network(observation(1, ahead=(5, 10)))
