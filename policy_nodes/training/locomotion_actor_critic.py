"""The networks that learn to move legs: the actor that is exported, a critic that sees more."""

from __future__ import annotations

import copy
import math
from itertools import pairwise

import torch
from torch import Tensor, nn

from policy_nodes.models.locomotion_input import LocomotionInput
from policy_nodes.models.locomotion_mlp import LocomotionMlp

LEAST_SPREAD = 0.05
FIRST_SPREAD = -1.3  # raw; a first spread of about 0.3
CRITIC = (256, 256, 256)


class Normaliser(nn.Module):
    """Running mean and deviation of rows; what it has seen is part of its state.

    Attributes:
        frozen: it does not learn.
    """

    def __init__(self, size: int) -> None:
        """Begin without having seen anything.

        Args:
            size: of a row.
        """
        super().__init__()
        self.frozen = False
        self.register_buffer('mean', torch.zeros(size, dtype=torch.float64))
        self.register_buffer('squares', torch.ones(size, dtype=torch.float64))
        self.register_buffer('count', torch.tensor(1.0, dtype=torch.float64))

    @property
    def deviation(self) -> Tensor:
        """Standard deviation (size,), at least 0.01."""
        return (self.squares / self.count).sqrt().clamp_min(0.01)

    def take(self, rows: Tensor) -> None:
        """Learn from rows (n, size), unless frozen."""
        if self.frozen:
            return
        rows = rows.double()
        count, mean = len(rows), rows.mean(0)
        apart = mean - self.mean
        total = self.count + count
        self.squares += (rows - mean).square().sum(0) + apart.square() * self.count * count / total
        self.mean += apart * count / total
        self.count.copy_(total)

    def forward(self, rows: Tensor) -> Tensor:
        """Normalise rows (n, size)."""
        return (rows - self.mean.float()) / self.deviation.float()


class ActorCritic(nn.Module):
    """An actor by the distribution tanh(Normal), and a critic."""

    def __init__(self, actor: LocomotionMlp, privileged: int) -> None:
        """Build normalisers and critic around an actor.

        Args:
            actor: to be trained.
            privileged: numbers that only the critic sees.
        """
        super().__init__()
        self.actor = actor
        size = actor.observations
        self.seen, self.hidden_seen = Normaliser(size), Normaliser(privileged)
        sizes = (size + privileged, *CRITIC)
        layers: list[nn.Module] = []
        for begin, end in pairwise(sizes):
            layers += [nn.Linear(begin, end), nn.SiLU()]
        self.critic = nn.Sequential(*layers, nn.Linear(sizes[-1], 1))
        with torch.no_grad():
            # small first actions: the robot begins by standing
            actor.head.weight.mul_(0.05)
            actor.head.bias.zero_()
            actor.head.bias[actor.joints :] = FIRST_SPREAD

    def flatten(self, observation: LocomotionInput) -> Tensor:
        """Rows (n, observations) as the actor reads them, not yet normalised."""
        return self.actor.flatten(observation)

    def distribution(self, row: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and spread (n, joints) before the hyperbolic tangent, of flat rows."""
        mean, raw = self.actor.outputs(self.seen(row))
        return mean, nn.functional.softplus(raw) + LEAST_SPREAD

    def value(self, row: Tensor, privileged: Tensor) -> Tensor:
        """Expected return (n,)."""
        normal = torch.cat((self.seen(row), self.hidden_seen(privileged)), dim=-1)
        return self.critic(normal)[:, 0]

    def exported(self) -> LocomotionMlp:
        """A copy of the actor that reads observations as they are."""
        network = copy.deepcopy(self.actor).cpu().eval()
        network.fold(self.seen.mean.cpu(), self.seen.deviation.cpu())
        return network


def log_probability(mean: Tensor, spread: Tensor, sample: Tensor) -> Tensor:
    """Log density (n,) of samples (n, joints) before the hyperbolic tangent."""
    normal = -0.5 * ((sample - mean) / spread).square() - spread.log()
    return (normal - 0.5 * math.log(2.0 * math.pi)).sum(-1)


def entropy(mean: Tensor, spread: Tensor) -> Tensor:
    """Estimated entropy (n,) of the squashed distribution, with gradients."""
    sample = mean + spread * torch.randn_like(mean)
    # log of the derivative of tanh, in a form that does not overflow
    squash = 2.0 * (math.log(2.0) - sample - nn.functional.softplus(-2.0 * sample))
    return (spread.log() + 0.5 * math.log(2.0 * math.pi * math.e) + squash).sum(-1)
