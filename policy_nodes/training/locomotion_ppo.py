"""Proximal policy optimisation of continuous actions (Schulman et al., arXiv 1707.06347)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from policy_nodes.training.locomotion_actor_critic import (
    ActorCritic,
    entropy,
    log_probability,
)
from policy_nodes.training.locomotion_env import PRIVILEGED, LocomotionEnv
from policy_nodes.training.ppo import PpoSettings


@dataclass
class LegRollout:
    """What happened; tensors are (steps, worlds, ...).

    Attributes:
        row: flat observation before each action.
        privileged: that the critic saw.
        sample: action before the hyperbolic tangent.
        log_probability: of it.
        value: predicted return.
        reward: with the predicted return of episodes that time ended.
        done: one where an episode ended.
        last_value: (worlds,) predicted return after the last step.
        figures: means, for the log.
    """

    row: Tensor
    privileged: Tensor
    sample: Tensor
    log_probability: Tensor
    value: Tensor
    reward: Tensor
    done: Tensor
    last_value: Tensor
    figures: dict[str, float]

    def advantages(self, gamma: float, lam: float) -> tuple[Tensor, Tensor]:
        """Generalised advantages and returns, each (steps, worlds)."""
        result, trace = torch.zeros_like(self.reward), torch.zeros_like(self.last_value)
        following = self.last_value
        for step in range(len(self.reward) - 1, -1, -1):
            going = 1.0 - self.done[step]
            delta = self.reward[step] + gamma * following * going - self.value[step]
            trace = delta + gamma * lam * going * trace
            result[step] = trace
            following = self.value[step]
        return result, result + self.value


@torch.no_grad()
def collect(network: ActorCritic, env: LocomotionEnv, steps: int, gamma: float) -> LegRollout:
    """Let all worlds act for some steps."""
    worlds, device = env.worlds, env.device

    def room(*shape: int) -> Tensor:
        return torch.zeros((steps, worlds, *shape), device=device)

    joints, size = network.actor.joints, network.actor.observations
    rollout = LegRollout(
        *(room(size), room(PRIVILEGED), room(joints)),
        *(room() for _ in range(4)),
        torch.zeros(worlds, device=device),
        {},
    )
    sums: dict[str, Tensor] = {}
    falls = ends = torch.zeros((), device=device)
    for step in range(steps):
        observation, privileged = env.observe()
        row = network.flatten(observation)
        mean, spread = network.distribution(row)
        sample = mean + spread * torch.randn_like(mean)
        rollout.row[step], rollout.privileged[step] = row, privileged
        rollout.sample[step] = sample
        rollout.log_probability[step] = log_probability(mean, spread, sample)
        rollout.value[step] = network.value(row, privileged)
        done = env.step(sample.tanh())
        reward = done.reward
        if env.final is not None:
            # time ended these, not a mistake: what would have followed counts
            last_row = network.flatten(env.final[0])
            following = network.value(last_row, env.final[1])
            reward = reward + gamma * following * done.over
        rollout.reward[step] = reward
        rollout.done[step] = (done.fell | done.over).float()
        falls, ends = falls + done.fell.sum(), ends + done.over.sum()
        for name, value in (done.terms | {'reward': done.reward.mean()}).items():
            sums[name] = sums.get(name, 0.0) + value
    observation, privileged = env.observe()
    rollout.last_value = network.value(network.flatten(observation), privileged)
    rollout.figures = {name: float(value) / steps for name, value in sums.items()}
    # falls in a minute of one robot
    minutes = worlds * steps * 0.02 / 60.0
    rollout.figures |= {'falls_per_minute': float(falls) / minutes, 'ends': float(ends)}
    rollout.figures['level'] = float(env.level[env.led].float().mean()) if env.led.any() else 0.0
    return rollout


class LegPpo:
    """Holds the networks and their optimiser."""

    def __init__(self, network: ActorCritic, settings: PpoSettings, lr: float) -> None:
        """Set up the optimiser.

        Args:
            network: to train, on its device.
            settings: how.
            lr: first learning rate.
        """
        self.network, self.settings, self.lr = network, settings, lr
        self.optimizer = torch.optim.Adam(network.parameters(), lr=lr, eps=1e-5)
        self.entropy_weight, self.target_kl = settings.entropy_weight, 0.01

    def update(self, rollout: LegRollout) -> dict[str, float]:
        """Learn from a rollout; return losses, KL and the learning rate."""
        settings = self.settings
        advantage, target = rollout.advantages(settings.gamma, settings.lam)
        rows = [
            part.flatten(0, 1)
            for part in (
                *(rollout.row, rollout.privileged, rollout.sample),
                *(rollout.log_probability, advantage, target),
            )
        ]
        with torch.no_grad():
            means, spreads = zip(
                *(self.network.distribution(part) for part in rows[0].split(1 << 17)), strict=True
            )
            before = torch.cat(means), torch.cat(spreads)
        totals: list[Tensor] = []
        for _ in range(settings.epochs):
            order = torch.randperm(len(rows[0]), device=rows[0].device)
            for part in order.chunk(settings.minibatches):
                batch = [row[part] for row in rows]
                totals.append(self._learn(batch, before[0][part], before[1][part]))
            self._follow(float(totals[-1][3]))
        # observations of this rollout count from the next one on, so that ratios begin at one
        self.network.seen.take(rows[0])
        self.network.hidden_seen.take(rows[1])
        policy, value, spread, kl = torch.stack(totals).mean(0).tolist()
        return {
            'policy_loss': policy,
            'value_loss': value,
            'entropy': spread,
            'kl': kl,
            'lr': self.lr,
        }

    def _learn(self, batch: list[Tensor], mean_before: Tensor, spread_before: Tensor) -> Tensor:
        row, privileged, sample, log_before, advantage, target = batch
        settings, network = self.settings, self.network
        mean, spread = network.distribution(row)
        ratio = (log_probability(mean, spread, sample) - log_before).exp()
        advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
        clipped = ratio.clamp(1 - settings.clip, 1 + settings.clip)
        policy = -torch.minimum(ratio * advantage, clipped * advantage).mean()
        value = 0.5 * (network.value(row, privileged) - target).square().mean()
        spreads = entropy(mean, spread).mean()
        loss = policy + settings.value_weight * value - self.entropy_weight * spreads
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), settings.max_gradient)
        self.optimizer.step()
        with torch.no_grad():
            apart = (spread_before.square() + (mean_before - mean).square()) / spread.square()
            kl = (spread.log() - spread_before.log() + 0.5 * apart - 0.5).sum(-1).mean()
        return torch.stack((policy, value, spreads, kl)).detach()

    def _follow(self, kl: float) -> None:
        """Let the learning rate follow how far the policy moves."""
        low, high = self.settings.lr_range
        if kl > 2.0 * self.target_kl:
            self.set_lr(max(low, self.lr / 1.5))
        elif kl < 0.5 * self.target_kl:
            self.set_lr(min(high, self.lr * 1.2))

    def set_lr(self, lr: float) -> None:
        """Change the learning rate."""
        self.lr = lr
        for group in self.optimizer.param_groups:
            group['lr'] = lr
