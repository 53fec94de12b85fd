"""PPO of continuous actions."""

import torch

from policy_nodes.models.locomotion_input import LocomotionInput
from policy_nodes.models.locomotion_mlp import LocomotionMlp
from policy_nodes.training.locomotion_actor_critic import (
    ActorCritic,
    Normaliser,
    log_probability,
)
from policy_nodes.training.locomotion_env import PRIVILEGED, Step
from policy_nodes.training.locomotion_ppo import LegPpo, LegRollout, collect
from policy_nodes.training.ppo import PpoSettings


class Aim:
    """Pays for actions near to what the command asks for; nothing ever ends."""

    def __init__(self, worlds):
        self.worlds, self.device, self.final = worlds, torch.device('cpu'), None
        self.level, self.led = torch.zeros(worlds), torch.ones(worlds).bool()
        self.random = torch.Generator().manual_seed(3)
        self.draw()

    def draw(self):
        self.wanted = 0.6 * (2.0 * torch.rand(self.worlds, 2, generator=self.random) - 1.0)
        frames = torch.zeros(self.worlds, 2, 11)
        frames[:, 0, 4:6] = 5.0 + 3.0 * self.wanted
        nothing = torch.zeros(self.worlds, 0, 0)
        self.shown = LocomotionInput(frames, nothing, nothing)

    def observe(self):
        return self.shown, torch.zeros(self.worlds, PRIVILEGED)

    def step(self, action):
        reward = 0.02 * (1.0 - (action - self.wanted).square().sum(-1))
        self.draw()
        never = torch.zeros(self.worlds).bool()
        return Step(reward, never, never, {})


def actor_critic():
    torch.manual_seed(0)
    return ActorCritic(LocomotionMlp(joints=2, window=2, width=32, layers=2), PRIVILEGED)


def test_actions_come_to_be_what_is_paid_for():
    network, env = actor_critic(), Aim(128)
    ppo = LegPpo(network, PpoSettings(epochs=4, minibatches=4, gamma=0.9), 3e-3)
    ppo.entropy_weight, ppo.target_kl = 1e-4, 0.02
    rewards = []
    for _ in range(30):
        rollout = collect(network, env, 8, 0.9)
        rewards.append(rollout.figures['reward'])
        ppo.update(rollout)
    assert rewards[0] < 0.016
    assert sum(rewards[-5:]) / 5 > 0.0185, rewards[-5:]


def test_the_exported_actor_answers_as_the_trained_one():
    network, env = actor_critic(), Aim(64)
    ppo = LegPpo(network, PpoSettings(epochs=2, minibatches=2), 1e-3)
    for _ in range(3):
        ppo.update(collect(network, env, 8, 0.9))
    observation, _ = env.observe()
    trained = network.distribution(network.flatten(observation))[0].tanh()
    torch.testing.assert_close(network.exported()(observation), trained, atol=1e-5, rtol=0.0)
    assert network.seen.mean[4] > 3.0  # there was something to fold


def test_a_normaliser_learns_mean_and_deviation_in_parts():
    torch.manual_seed(0)
    rows = 3.0 + 2.0 * torch.randn(4000, 5)
    normaliser = Normaliser(5)
    for part in rows.chunk(7):
        normaliser.take(part)
    torch.testing.assert_close(normaliser.mean.float(), rows.mean(0), atol=0.01, rtol=0.0)
    torch.testing.assert_close(normaliser.deviation.float(), rows.std(0), atol=0.01, rtol=0.0)


def test_densities_are_those_of_a_normal_distribution():
    mean, spread, sample = torch.randn(3, 4), torch.rand(3, 4) + 0.1, torch.randn(3, 4)
    expected = torch.distributions.Normal(mean, spread).log_prob(sample).sum(-1)
    torch.testing.assert_close(log_probability(mean, spread, sample), expected)


def test_advantages_do_not_reach_over_the_end_of_an_episode():
    row = torch.zeros(3, 1)
    rollout = LegRollout(
        *(row, row, row, row),
        value=torch.tensor([[1.0], [2.0], [3.0]]),
        reward=torch.tensor([[1.0], [1.0], [1.0]]),
        done=torch.tensor([[0.0], [1.0], [0.0]]),
        last_value=torch.tensor([4.0]),
        figures={},
    )
    advantage, target = rollout.advantages(0.5, 0.5)
    last = 1.0 + 0.5 * 4.0 - 3.0
    ended = 1.0 - 2.0
    first = 1.0 + 0.5 * 2.0 - 1.0 + 0.25 * ended
    torch.testing.assert_close(advantage[:, 0], torch.tensor([first, ended, last]))
    torch.testing.assert_close(target, advantage + rollout.value)
