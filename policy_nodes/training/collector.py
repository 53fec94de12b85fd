"""Collects rollouts; on CUDA one captured graph acts and steps all worlds."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor

from policy_nodes.models.height import Height, HeightInput
from policy_nodes.policies.height_mirrored import MirroredHeight
from policy_nodes.training.crowd_env import CrowdEnv, EnvState
from policy_nodes.training.rollout import Rollout


class Tick(NamedTuple):
    """What one step adds to a rollout; tensors are (worlds,)."""

    action: Tensor
    log_probability: Tensor
    value: Tensor
    reward: Tensor
    done: Tensor
    ended: Tensor


def tensors(value: Any) -> Iterator[Tensor]:
    """Walk through all tensors of nested dataclasses and named tuples, in a fixed order."""
    if isinstance(value, Tensor):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from tensors(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from tensors(item)


class Collector:
    """Keeps the worlds going between updates."""

    def __init__(
        self,
        network: Height | MirroredHeight,
        env: CrowdEnv,
        *,
        clock: int = 0,
        graphs: bool = False,
    ) -> None:
        """Begin episodes in all worlds.

        Args:
            network: acts by sampling.
            env: the worlds.
            clock: where random numbers go on after a resume.
            graphs: compile the world's step and capture it in a CUDA graph.
        """
        self.network, self.env, self.graphs = network, env, graphs
        with torch.no_grad():
            self.state: EnvState = env.start(clock)
            self.observation: HeightInput = env.observe(self.state)
        device = self.state.mask.device
        self.hidden = network.initial_hidden(len(self.state.mask), device)
        self.rollout: Rollout | None = None
        self._graph: torch.cuda.CUDAGraph | None = None
        # fused kernels make the world's step several times faster; they cost a minute to build
        self._step = torch.compile(env.step, fullgraph=True, dynamic=False) if graphs else env.step

    def _tick(self) -> Tick:
        """Act once and step all worlds, in place."""
        output = self.network(self.observation, self.hidden, self.state.mask)
        log_all = output.logits.log_softmax(-1)
        # the Gumbel trick samples without leaving the device
        noise = torch.empty_like(log_all).exponential_().clamp_min(1e-20).log()
        action = (log_all - noise).argmax(-1)
        log_probability = log_all.gather(-1, action[:, None])[:, 0]
        state, transition = self._step(self.state, action)
        for mine, new in zip(tensors(self.state), tensors(state), strict=True):
            mine.copy_(new)
        for mine, new in zip(self.observation, transition.observation, strict=True):
            mine.copy_(new)
        self.hidden.copy_(output.hidden)
        return Tick(
            action,
            log_probability,
            output.value[:, 0],
            transition.reward,
            transition.done,
            transition.ended,
        )

    def _capture(self) -> None:
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                self._tick()
        torch.cuda.current_stream().wait_stream(stream)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._static_tick = self._tick()

    def tick(self) -> Tick:
        """Act once and step all worlds."""
        if not self.graphs:
            return self._tick()
        if self._graph is None:
            self._capture()
        self._graph.replay()
        return self._static_tick

    @torch.no_grad()
    def collect(self, steps: int) -> tuple[Rollout, Tensor, Tensor]:
        """Run all worlds for some steps.

        Args:
            steps: per world.

        Returns:
            The rollout, whose memory the next call reuses; the predicted return after it
            (worlds,); and how often each outcome code ended an episode (7,).
        """
        self.network.eval()
        if self.rollout is None:
            self.rollout = Rollout.empty(steps, self.observation, self.hidden)
        rollout = self.rollout
        codes = torch.arange(7, device=self.hidden.device)
        endings = torch.zeros_like(codes)
        rollout.hidden.copy_(self.hidden)
        for step in range(steps):
            for room, value in zip(rollout.observation, self.observation, strict=True):
                room[step].copy_(value)
            rollout.mask[step].copy_(self.state.mask)
            tick = self.tick()
            rollout.action[step] = tick.action
            rollout.log_probability[step] = tick.log_probability
            rollout.value[step] = tick.value
            rollout.reward[step] = tick.reward
            rollout.done[step] = tick.done
            endings += (tick.ended[:, None] == codes).sum(0)
        output = self.network(self.observation, self.hidden, self.state.mask)
        return rollout, output.value[:, 0], endings
