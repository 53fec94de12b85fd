"""HEIGHT against the authors' recorded activations, and by properties of its own."""

from __future__ import annotations

import math

import pytest
import torch
from height_inputs import authors_arrays, authors_network, flat, random_input, rows_of

from policy_nodes.models.height import Height, HeightInput

CLOSE = {'rtol': 0.0, 'atol': 1e-5}


@pytest.fixture
def authors(shared_data):
    return authors_arrays(shared_data('golden', 'height_rand_policy.npz'))


@pytest.fixture(params=['acting', 'learning'])
def form(request):
    """The two ways in which the same numbers are computed."""
    return request.param


def in_form(network: Height, form: str) -> Height:
    return network.train(form == 'learning')


@torch.no_grad()
def test_a_step_of_the_authors_weights_gives_their_logits_value_and_memory(authors, form):
    network = in_form(authors_network(authors), form)
    output = network(flat(authors, 'in'), authors['in.rnn'][:, 0], authors['in.masks'])
    torch.testing.assert_close(output.logits, authors['out.logits'], **CLOSE)
    torch.testing.assert_close(output.value, authors['out.value'], **CLOSE)
    torch.testing.assert_close(output.hidden, authors['out.rnn'][:, 0], **CLOSE)
    assert output.logits.argmax(-1).tolist() == authors['out.argmax'].tolist()


@torch.no_grad()
def test_every_layer_in_between_gives_what_the_authors_gives(authors):
    network = authors_network(authors)
    graph, seen = network.base, flat(authors, 'in')
    used = torch.arange(11) < seen.detected_human_num
    robot = graph.robot_linear(seen.robot_node)
    attended = graph.spatial_attn(seen.spatial_edges, used)
    people = graph.spatial_linear(attended)
    got = {
        'robot_linear': robot,
        'lidar_embed': graph.lidar_embed(seen.point_clouds[:, None]),
        'spatial_attn': attended,
        'spatial_linear': people,
        'attn': graph.attn(robot, people, used)[0],
    }
    memory = network(seen, authors['in.rnn'][:, 0], authors['in.masks']).hidden
    got |= {'humanNodeRNN': memory, 'actor': graph.actor(memory), 'critic': graph.critic(memory)}
    for name, value in got.items():
        expected = authors[f'mid.{name}'].reshape(value.shape)
        if name in ('spatial_attn', 'spatial_linear'):
            # slots that hold nobody are not looked at by anyone
            value, expected = value[used], expected[used]
        # embeddings reach 50, where a float32 ends at the sixth decimal
        torch.testing.assert_close(
            value, expected, rtol=1e-6, atol=1e-5, msg=lambda text, n=name: f'{n}: {text}'
        )


@torch.no_grad()
def test_the_authors_sequence_with_resets_is_followed(authors, form):
    network = in_form(authors_network(authors), form)
    seen, masks = flat(authors, 'seq.in'), authors['seq.in.masks']
    assert 0 < (masks == 0).sum() < masks.numel(), 'the recording has no reset to follow'
    output = network.sequence(seen, authors['seq.in.rnn'][:, 0], masks)
    log_all = output.logits.log_softmax(-1)
    taken = authors['seq.in.actions'].view(*log_all.shape[:2], 1)
    got = log_all.gather(-1, taken).view(-1, 1)
    # learning joins two linear maps into one, and its rounding adds up over thirty steps
    close = CLOSE if form == 'acting' else {'rtol': 0.0, 'atol': 5e-5}
    torch.testing.assert_close(got, authors['seq.out.logprob'], **close)
    torch.testing.assert_close(output.value.view(-1, 1), authors['seq.out.value'], **close)
    torch.testing.assert_close(output.hidden, authors['seq.out.rnn'][:, 0], **close)
    entropy = -(log_all.exp() * log_all).sum(-1).mean()
    torch.testing.assert_close(entropy, authors['seq.out.entropy'], **close)


def test_keys_and_shapes_are_the_authors(authors):
    published = {name[3:]: value for name, value in authors.items() if name.startswith('sd.')}
    ours = Height(people=11).state_dict()
    assert ours.keys() == published.keys()
    assert all(ours[name].shape == value.shape for name, value in published.items())


@pytest.mark.parametrize(('features', 'parameters'), [(4, 478_618), (2, 478_362)])
def test_the_number_of_parameters_is_that_of_the_paper_code(features, parameters):
    network = Height(edge_features=features)
    assert sum(parameter.numel() for parameter in network.parameters()) == parameters
    assert len(network.state_dict()) == 52


@torch.no_grad()
@pytest.mark.parametrize('features', [4, 2])
def test_one_step_at_a_time_equals_the_whole_sequence(features, form):
    torch.manual_seed(0)
    network = in_form(Height(edge_features=features), form)
    steps, rows = 6, 3
    seen = random_input(steps * rows, features=features)
    seen = HeightInput(*(part.unflatten(0, (steps, rows)) for part in seen))
    masks = torch.ones((steps, rows, 1))
    masks[0, 0] = masks[3, 1] = masks[3, 2] = 0.0
    hidden = torch.randn(rows, 128)
    whole = network.sequence(seen, hidden, masks)
    for step in range(steps):
        now = HeightInput(*(part[step] for part in seen))
        one = network(now, hidden, masks[step])
        hidden = one.hidden
        torch.testing.assert_close(one.logits, whole.logits[step], **CLOSE)
        torch.testing.assert_close(one.value, whole.value[step], **CLOSE)
        torch.testing.assert_close(one.attention, whole.attention[step], **CLOSE)
    torch.testing.assert_close(hidden, whole.hidden, **CLOSE)


def test_both_forms_have_the_same_gradients():
    torch.manual_seed(1)
    network = Height()
    seen, gradients = random_input(5), {}
    for form in ('acting', 'learning'):
        network.zero_grad()
        output = in_form(network, form)(seen, torch.zeros(5, 128), torch.ones(5, 1))
        # logits of different weight, since the sum of a softmax has no gradient
        (output.logits * torch.arange(9.0)).sum().add(output.value.sum()).backward()
        gradients[form] = {name: p.grad.clone() for name, p in network.named_parameters()}
    for name, expected in gradients['acting'].items():
        scale = expected.abs().max().clamp_min(1e-3)
        got = gradients['learning'][name]
        torch.testing.assert_close(got / scale, expected / scale, rtol=0, atol=2e-4, msg=name)


@torch.no_grad()
def test_rows_of_a_batch_do_not_see_each_other(form):
    torch.manual_seed(2)
    network = in_form(Height(), form)
    seen, hidden, mask = random_input(9), torch.randn(9, 128), torch.ones(9, 1)
    together = network(seen, hidden, mask)
    for row in (0, 4, 8):
        alone = network(rows_of(seen, [row]), hidden[[row]], mask[[row]])
        torch.testing.assert_close(alone.logits, together.logits[[row]], **CLOSE)
        torch.testing.assert_close(alone.hidden, together.hidden[[row]], **CLOSE)
        torch.testing.assert_close(alone.attention, together.attention[[row]], **CLOSE)


@torch.no_grad()
def test_what_lies_in_unused_slots_does_not_matter(form):
    torch.manual_seed(3)
    network = in_form(Height(), form)
    seen = random_input(8)
    unused = torch.arange(11) >= seen.detected_human_num
    other = seen._replace(spatial_edges=seen.spatial_edges.where(~unused[..., None], -7.0))
    assert unused.any()
    hidden, mask = torch.zeros(8, 128), torch.ones(8, 1)
    first, second = network(seen, hidden, mask), network(other, hidden, mask)
    torch.testing.assert_close(first.logits, second.logits, rtol=0, atol=0)
    assert first.attention[unused].abs().max() == 0


@torch.no_grad()
def test_attention_sums_to_one_and_the_order_of_people_does_not_matter(form):
    torch.manual_seed(4)
    network = in_form(Height(), form)
    seen = random_input(1)._replace(
        spatial_edges=torch.randn(1, 11, 4), detected_human_num=torch.tensor([[11.0]])
    )
    order = torch.randperm(11)
    shuffled = seen._replace(spatial_edges=seen.spatial_edges[:, order])
    hidden, mask = torch.zeros(1, 128), torch.ones(1, 1)
    first, second = network(seen, hidden, mask), network(shuffled, hidden, mask)
    torch.testing.assert_close(first.attention.sum(-1), torch.ones(1))
    torch.testing.assert_close(first.attention[:, order], second.attention, **CLOSE)
    torch.testing.assert_close(first.logits, second.logits, **CLOSE)


@torch.no_grad()
def test_the_number_of_slots_sets_the_temperature_as_written_in_the_paper_code():
    torch.manual_seed(5)
    few, many = Height(people=6), Height(people=12)
    many.load_state_dict(few.state_dict())
    six = random_input(1, people=6)._replace(detected_human_num=torch.tensor([[3.0]]))
    padded = torch.cat((six.spatial_edges, torch.full((1, 6, 4), 15.0)), dim=1)
    hidden, mask = torch.zeros(1, 128), torch.ones(1, 1)
    cold = few.eval()(six, hidden, mask).attention[0, :3].log()
    hot = many.eval()(six._replace(spatial_edges=padded), hidden, mask).attention[0, :3].log()
    # twice the slots double every difference of scores
    torch.testing.assert_close(2 * (cold - cold[0]), hot - hot[0], rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_a_mask_of_zero_forgets_everything_before(form):
    torch.manual_seed(6)
    network = in_form(Height(), form)
    seen = random_input(2)
    fresh = network(seen, network.initial_hidden(2), torch.ones(2, 1))
    reset = network(seen, 9 * torch.randn(2, 128), torch.zeros(2, 1))
    torch.testing.assert_close(fresh.logits, reset.logits, **CLOSE)


def test_initial_weights_are_orthogonal_with_the_gains_of_the_recipe():
    torch.manual_seed(7)
    weights = Height().state_dict()
    actor = weights['base.actor.2.weight'] / math.sqrt(2)
    torch.testing.assert_close(actor @ actor.T, torch.eye(256), rtol=0, atol=1e-4)
    last = weights['dist.linear.weight'] / 0.01
    torch.testing.assert_close(last @ last.T, torch.eye(9), rtol=0, atol=1e-4)
    assert all(not value.any() for name, value in weights.items() if name.endswith('.bias'))


@pytest.mark.parametrize(
    ('part', 'value', 'needed'),
    [
        ('robot_node', torch.zeros(1, 6), r'robot_node has shape \(6,\).*needs \(5,\)'),
        ('spatial_edges', torch.zeros(1, 6, 4), r'needs \(11, 4\)'),
        ('spatial_edges', torch.zeros(1, 11, 2), r'needs \(11, 4\)'),
        ('point_clouds', torch.zeros(1, 360), r'needs \(180,\)'),
        ('detected_human_num', torch.zeros(1, 2), r'needs \(1,\)'),
    ],
)
def test_an_observation_of_another_shape_is_refused_by_name(part, value, needed):
    seen = random_input(1)._replace(**{part: value})
    with pytest.raises(ValueError, match=needed):
        Height()(seen, torch.zeros(1, 128), torch.ones(1, 1))
