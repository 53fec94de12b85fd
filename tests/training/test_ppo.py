"""The loss against a case worked out by hand, and what a gradient step does."""

from __future__ import annotations

import math

import pytest
import torch

from policy_nodes.models.height import Height, HeightInput
from policy_nodes.training.ppo import Minibatch, Ppo, PpoSettings

STEPS, WORLDS = 2, 3


def a_batch(network: Height, ratio, advantage, value_before, target) -> Minibatch:
    """A batch in which the policy has moved by known ratios since it was collected.

    Args:
        network: at present.
        ratio: (steps, worlds) of the probability of the action taken, now over then.
        advantage: (steps, worlds).
        value_before: (steps, worlds) predicted value then, minus that of now.
        target: (steps, worlds) return, minus the predicted value of now.
    """
    torch.manual_seed(3)
    seen = HeightInput(
        torch.randn(STEPS, WORLDS, 5),
        torch.randn(STEPS, WORLDS, 11, 4),
        torch.full((STEPS, WORLDS, 1), 4.0),
        10 * torch.rand(STEPS, WORLDS, 180),
    )
    mask = torch.ones(STEPS, WORLDS, 1)
    hidden = torch.zeros(WORLDS, 128)
    action = torch.tensor([[0, 4, 8], [2, 2, 5]])
    with torch.no_grad():
        output = network.sequence(seen, hidden, mask)
    log_now = output.logits.log_softmax(-1).gather(-1, action[..., None])[..., 0]
    value = output.value[..., 0]
    return Minibatch(
        seen,
        mask,
        hidden,
        action,
        log_now - torch.tensor(ratio).log(),
        value + torch.tensor(value_before),
        torch.tensor(advantage),
        value + torch.tensor(target),
    )


@pytest.fixture
def network() -> Height:
    torch.manual_seed(0)
    return Height().train()


def test_the_loss_is_the_one_worked_out_by_hand(network):
    ratio = [[1.0, 1.5, 0.5], [1.5, 0.5, 1.1]]
    advantage = [[2.0, 1.0, 1.0], [-1.0, -1.0, 3.0]]
    value_before = [[0.0, 0.1, 1.0], [-1.0, 0.0, 0.0]]
    target = [[1.0, 0.0, 2.0], [-2.0, 0.5, 0.0]]
    ppo = Ppo(network, PpoSettings(clip=0.2, value_weight=0.5, entropy_weight=0.01), 1e-3)
    total, parts = ppo.loss(a_batch(network, ratio, advantage, value_before, target))

    # min(r A, clip(r, 0.8, 1.2) A), term by term
    gains = [2.0, 1.2, 0.5, -1.5, -0.8, 3.3]
    policy = -sum(gains) / 6
    # The new value may leave the old one by 0.2: where the old one was 1 above, the clipped one
    # is 0.8 above the new; where it was 1 below, 0.8 below. The worse of both errors counts.
    errors = [1.0**2, 0.0, max(2.0**2, 1.2**2), max(2.0**2, 1.2**2), 0.5**2, 0.0]
    value = 0.5 * sum(errors) / 6
    change = [r - 1 - math.log(r) for row in ratio for r in row]
    assert parts.policy.item() == pytest.approx(policy, abs=1e-5)
    assert parts.value.item() == pytest.approx(value, abs=1e-5)
    assert parts.kl.item() == pytest.approx(sum(change) / 6, abs=1e-5)
    # fresh weights know nothing: nine actions equally likely
    assert parts.entropy.item() == pytest.approx(math.log(9), abs=1e-2)
    expected = policy + 0.5 * value - 0.01 * parts.entropy.item()
    assert total.item() == pytest.approx(expected, abs=1e-5)


def test_the_clipped_value_counts_where_it_is_the_worse(network):
    # the value moved by 1 onto the target: only its clipped form still errs, by 0.8
    batch = a_batch(network, [[1.0] * 3] * 2, [[0.0] * 3] * 2, [[-1.0] * 3] * 2, [[0.0] * 3] * 2)
    _, parts = Ppo(network, PpoSettings(clip=0.2), 1e-3).loss(batch)
    assert parts.value.item() == pytest.approx(0.5 * 0.8**2, abs=1e-5)


def test_no_gradient_flows_where_the_ratio_is_beyond_the_clip(network):
    settings = PpoSettings(value_weight=0.0, entropy_weight=0.0)
    zeros = [[0.0] * 3] * 2
    batch = a_batch(network, [[1.5] * 3] * 2, [[1.0] * 3] * 2, zeros, zeros)
    Ppo(network, settings, 1e-3).loss(batch)[0].backward()
    assert all(not p.grad.any() for p in network.parameters() if p.grad is not None)


def test_a_gradient_step_makes_good_actions_likelier_and_bad_ones_rarer(network):
    zeros = [[0.0] * 3] * 2
    batch = a_batch(network, [[1.0] * 3] * 2, [[1.0, -1.0, 1.0], [1.0, 1.0, 1.0]], zeros, zeros)
    ppo = Ppo(network, PpoSettings(entropy_weight=0.0), 1e-4)
    ppo._gradient_step(batch)
    with torch.no_grad():
        logits = network.sequence(batch.observation, batch.hidden, batch.mask).logits
    now = logits.log_softmax(-1).gather(-1, batch.action[..., None])[..., 0]
    change = now - batch.log_probability
    assert change[0, 0] > 0
    assert change[0, 1] < 0


def test_gradients_are_held_to_the_norm(network):
    zeros = [[0.0] * 3] * 2
    batch = a_batch(network, [[1.0] * 3] * 2, [[1e4] * 3] * 2, zeros, [[1e4] * 3] * 2)
    Ppo(network, PpoSettings(max_gradient=0.5), 1e-3)._gradient_step(batch)
    norm = torch.stack([p.grad.norm() for p in network.parameters()]).norm()
    assert norm.item() <= 0.5 + 1e-4


@pytest.mark.parametrize(
    ('kl', 'change'), [(0.05, 1 / 1.5), (0.01, 1.0), (0.001, 1.5)], ids=['far', 'right', 'near']
)
def test_the_learning_rate_follows_how_far_the_policy_moved(network, kl, change):
    ppo = Ppo(network, PpoSettings(), 1e-4)
    ppo.target_kl = 0.01
    ppo._follow_kl(kl)
    assert float(ppo.lr) == pytest.approx(1e-4 * change)
    assert ppo.optimizer.param_groups[0]['lr'] == pytest.approx(1e-4 * change)


def test_the_learning_rate_stays_within_its_range(network):
    ppo = Ppo(network, PpoSettings(lr_range=(1e-5, 1e-3)), 1e-4)
    ppo.target_kl = 0.01
    for _ in range(20):
        ppo._follow_kl(1.0)
    assert float(ppo.lr) == pytest.approx(1e-5)
    for _ in range(40):
        ppo._follow_kl(0.0)
    assert float(ppo.lr) == pytest.approx(1e-3)


@pytest.mark.skipif(not torch.cuda.is_available(), reason='captured steps need a CUDA device')
def test_a_captured_gradient_step_equals_a_plain_one():
    updated = []
    for graphs in (False, True):
        torch.manual_seed(0)
        network = Height().train()
        zeros = [[0.0] * 3] * 2
        batch = a_batch(network, [[1.0] * 3] * 2, [[1.0] * 3] * 2, zeros, zeros)
        seen = HeightInput(*(part.cuda() for part in batch.observation))
        batch = Minibatch(seen, *(part.cuda() for part in batch[1:]))
        ppo = Ppo(network.cuda(), PpoSettings(), 1e-4, graphs=graphs)
        step = ppo._captured_step if graphs else ppo._gradient_step
        for _ in range(3):
            step(batch)
        updated.append([p.detach().cpu() for p in network.parameters()])
    for plain, captured in zip(*updated, strict=True):
        torch.testing.assert_close(captured, plain, rtol=0, atol=2e-4)
