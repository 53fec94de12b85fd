"""Proximal policy optimisation of a recurrent actor-critic (Schulman et al., arXiv 1707.06347)."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from policy_nodes.models.height import Height, HeightInput
from policy_nodes.policies.height_mirrored import MirroredHeight
from policy_nodes.training.rollout import Rollout


@dataclass(frozen=True)
class PpoSettings:
    """How to learn from a rollout.

    Attributes:
        epochs: passes over a rollout.
        minibatches: parts of the worlds per pass; whole sequences stay together.
        clip: how far the probability ratio may leave one.
        value_weight: of the value loss.
        entropy_weight: of the entropy bonus.
        max_gradient: norm that gradients are clipped to.
        gamma: discount per step.
        lam: trace decay of the advantages.
        lr_range: bounds of the learning rate.
        half: compute the network in bfloat16 while learning, which doubles the rate on CPUs
            that have it.
    """

    epochs: int = 3
    minibatches: int = 8
    clip: float = 0.2
    value_weight: float = 0.5
    entropy_weight: float = 0.01
    max_gradient: float = 0.5
    gamma: float = 0.99
    lam: float = 0.95
    lr_range: tuple[float, float] = (1e-5, 1e-3)
    half: bool = False


class Minibatch(NamedTuple):
    """Sequences of some worlds; tensors are (steps, worlds, ...) but hidden (worlds, 128)."""

    observation: HeightInput
    mask: Tensor
    hidden: Tensor
    action: Tensor
    log_probability: Tensor
    value: Tensor
    advantage: Tensor
    target: Tensor


class Losses(NamedTuple):
    """Scalars of one gradient step."""

    policy: Tensor
    value: Tensor
    entropy: Tensor
    kl: Tensor


class Ppo:
    """Holds the network, its optimiser and, on CUDA, the captured gradient step."""

    def __init__(
        self,
        network: Height | MirroredHeight,
        settings: PpoSettings,
        lr: float,
        *,
        graphs: bool = False,
    ) -> None:
        """Set up the optimiser.

        Args:
            network: to train, on its device.
            settings: how.
            lr: first learning rate.
            graphs: capture the gradient step in a CUDA graph.
        """
        self.network, self.settings, self.graphs = network, settings, graphs
        if graphs:
            # acting keeps the plain encoder: compiling a second mode would cost more than it saves
            plain = network.base.encode
            fused = torch.compile(plain, fullgraph=True, dynamic=False)
            network.base.encode = lambda seen: fused(seen) if network.training else plain(seen)
        device = next(network.parameters()).device
        self.lr = torch.tensor(lr, device=device) if graphs else lr
        self.optimizer = torch.optim.Adam(
            network.parameters(), lr=self.lr, eps=1e-5, capturable=graphs
        )
        self.entropy_weight = torch.tensor(settings.entropy_weight, device=device)
        self.target_kl = 0.0  # per update, that the learning rate follows; 0 keeps it
        self._graph: torch.cuda.CUDAGraph | None = None

    def set_lr(self, lr: float) -> None:
        """Change the learning rate in place, so that a captured step sees it."""
        if isinstance(self.lr, Tensor):
            self.lr.fill_(lr)
        else:
            self.lr = lr
            for group in self.optimizer.param_groups:
                group['lr'] = lr

    def load_optimizer(self, state: dict, lr: float) -> None:
        """Take up the moments of an earlier run."""
        self.optimizer.load_state_dict(state)
        for group in self.optimizer.param_groups:
            group['lr'] = self.lr
            group['capturable'] = self.graphs
        self.set_lr(lr)

    def loss(self, batch: Minibatch) -> tuple[Tensor, Losses]:
        """Total loss of a minibatch and its parts."""
        settings = self.settings
        with torch.autocast(batch.mask.device.type, torch.bfloat16, enabled=settings.half):
            output = self.network.sequence(batch.observation, batch.hidden, batch.mask)
        log_all = output.logits.float().log_softmax(-1)
        log_probability = log_all.gather(-1, batch.action[..., None])[..., 0]
        entropy = -(log_all.exp() * log_all).sum(-1).mean()
        log_ratio = log_probability - batch.log_probability
        ratio = log_ratio.exp()
        clipped = ratio.clamp(1 - settings.clip, 1 + settings.clip)
        policy = -torch.minimum(ratio * batch.advantage, clipped * batch.advantage).mean()
        value = output.value[..., 0].float()
        near = batch.value + (value - batch.value).clamp(-settings.clip, settings.clip)
        error = torch.maximum((value - batch.target).square(), (near - batch.target).square())
        value_loss = 0.5 * error.mean()
        total = policy + settings.value_weight * value_loss - self.entropy_weight * entropy
        # a low-variance, never negative estimate of KL(old | new)
        kl = (ratio - 1 - log_ratio).mean()
        return total, Losses(policy.detach(), value_loss.detach(), entropy.detach(), kl.detach())

    def _gradient_step(self, batch: Minibatch) -> Losses:
        self.optimizer.zero_grad(set_to_none=False)
        total, losses = self.loss(batch)
        total.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), self.settings.max_gradient)
        self.optimizer.step()
        return losses

    def _captured_step(self, batch: Minibatch) -> Losses:
        """Replay the gradient step on the values of batch; capture it at first."""
        if self._graph is None:
            self._static = _clone(batch)
            stream = torch.cuda.Stream()
            stream.wait_stream(torch.cuda.current_stream())
            before = self._snapshot()
            with torch.cuda.stream(stream):
                for _ in range(3):
                    self._gradient_step(self._static)
            torch.cuda.current_stream().wait_stream(stream)
            self._graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self._graph):
                self._static_losses = self._gradient_step(self._static)
            self._undo(before)
        _copy(self._static, batch)
        self._graph.replay()
        return Losses(*(x.clone() for x in self._static_losses))

    def _snapshot(self) -> list[tuple[Tensor, dict[str, Tensor]]]:
        """Copies of every parameter and its moments."""
        return [
            (p.detach().clone(), {k: v.clone() for k, v in self.optimizer.state[p].items()})
            for p in self.network.parameters()
        ]

    @torch.no_grad()
    def _undo(self, before: list[tuple[Tensor, dict[str, Tensor]]]) -> None:
        """Take back the warm-up steps, which were real ones, in place."""
        for parameter, (value, moments) in zip(self.network.parameters(), before, strict=True):
            parameter.copy_(value)
            for name, moment in self.optimizer.state[parameter].items():
                moment.copy_(moments[name]) if name in moments else moment.zero_()

    def update(self, rollout: Rollout, last_value: Tensor) -> dict[str, float]:
        """Learn from a rollout.

        Args:
            rollout: fresh from the present policy.
            last_value: (worlds,) predicted return after its last step.

        Returns:
            Mean losses, entropy, KL and the learning rate, for the log.
        """
        settings = self.settings
        advantage, target = rollout.advantages(last_value, settings.gamma, settings.lam)
        advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
        self.network.train()
        worlds = rollout.mask.shape[1]
        collected: list[Losses] = []
        for _ in range(settings.epochs):
            order = torch.randperm(worlds, device=advantage.device)
            for part in order.chunk(settings.minibatches):
                batch = Minibatch(
                    observation=HeightInput(*(x[:, part] for x in rollout.observation)),
                    mask=rollout.mask[:, part],
                    hidden=rollout.hidden[part],
                    action=rollout.action[:, part],
                    log_probability=rollout.log_probability[:, part],
                    value=rollout.value[:, part],
                    advantage=advantage[:, part],
                    target=target[:, part],
                )
                step = self._captured_step if self.graphs else self._gradient_step
                collected.append(step(batch))
        means = [torch.stack(values).mean().item() for values in zip(*collected, strict=True)]
        # The last pass says how far the whole update moved the policy.
        last = collected[-settings.minibatches :]
        kl = torch.stack([losses.kl for losses in last]).mean().item()
        if self.target_kl > 0:
            self._follow_kl(kl)
        return {
            'policy_loss': means[0],
            'value_loss': means[1],
            'entropy': means[2],
            'kl': kl,
            'lr': float(self.lr),
        }

    def _follow_kl(self, kl: float) -> None:
        low, high = self.settings.lr_range
        lr = float(self.lr)
        if kl > 2 * self.target_kl:
            self.set_lr(max(low, lr / 1.5))
        elif kl < self.target_kl / 2:
            self.set_lr(min(high, lr * 1.5))


def _clone(batch: Minibatch) -> Minibatch:
    observation = HeightInput(*(x.clone() for x in batch.observation))
    return Minibatch(observation, *(x.clone() for x in batch[1:]))


def _copy(target: Minibatch, source: Minibatch) -> None:
    for mine, theirs in zip(target.observation, source.observation, strict=True):
        mine.copy_(theirs)
    for mine, theirs in zip(target[1:], source[1:], strict=True):
        mine.copy_(theirs)
