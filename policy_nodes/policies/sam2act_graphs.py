"""Runs SAM2Act by CUDA graphs: a key pose is one launch instead of some thousand."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from policy_nodes.contract.errors import ContractError
from policy_nodes.models.sam2act.memory_state import MemoryState
from policy_nodes.models.sam2act.network import Sam2Act, Sam2ActOutput

POINTS = 1 << 16  # clouds are filled up to a multiple: what four images of 128 x 128 pixels hold
WARM_UP = 3


class _Captured(NamedTuple):
    graph: torch.cuda.CUDAGraph
    inputs: tuple[Tensor, ...]
    output: Sam2ActOutput


class CapturedSam2Act:
    """Answers one sample as the network does; a new form of input takes some runs to capture."""

    def __init__(self, network: Sam2Act, autocast: torch.dtype | None = None) -> None:
        """Hold the network.

        Args:
            network: on a CUDA device, in evaluation mode; its weights must stay where they are.
            autocast: type for matrix products; by default that of the weights.

        Raises:
            ContractError: the network is not on a CUDA device.
        """
        device = next(network.parameters()).device
        if device.type != 'cuda':
            raise ContractError(
                f'CUDA graphs are asked for on {device}', remedy='choose a CUDA device, or none'
            )
        self._network, self._autocast = network, autocast
        self._captured: dict[tuple[int, int, bool], _Captured] = {}
        self._pool = torch.cuda.graph_pool_handle()

    def __call__(
        self,
        points: Tensor,
        colours: Tensor,
        proprio: Tensor,
        language: Tensor,
        memory: MemoryState | None = None,
        *,
        with_attention: bool = False,
    ) -> Sam2ActOutput:
        """Choose the next key pose; the arguments are those of the network, with a batch of 1."""
        more = -points.shape[1] % POINTS
        # points that are not there leave no trace
        points = functional.pad(points, (0, 0, 0, more), value=torch.nan)
        given = [points, functional.pad(colours, (0, 0, 0, more)), proprio, language]
        steps = 0 if memory is None else memory.steps.shape[1]
        if memory is not None and steps:
            given.append(memory.steps)
        form = (points.shape[1], steps, with_attention)
        if form not in self._captured:
            self._captured[form] = self._capture(tuple(given), with_attention)
        captured = self._captured[form]
        for held, value in zip(captured.inputs, given, strict=True):
            held.copy_(value)
        captured.graph.replay()
        # the next replay writes over what this one left
        left = captured.output
        return left._replace(
            **{
                name: part.clone()
                for name, part in left._asdict().items()
                if torch.is_tensor(part)
            },
            memory=None if left.memory is None else MemoryState(left.memory.steps.clone()),
        )

    def _capture(self, given: tuple[Tensor, ...], with_attention: bool) -> _Captured:
        inputs = tuple(value.clone() for value in given)
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(WARM_UP):
                self._run(inputs, with_attention)
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=self._pool):
            output = self._run(inputs, with_attention)
        return _Captured(graph, inputs, output)

    def _run(self, inputs: tuple[Tensor, ...], with_attention: bool) -> Sam2ActOutput:
        memory = MemoryState(inputs[4]) if len(inputs) > 4 else None
        # a cached cast would belong to one capture and be missing from the next
        with torch.autocast(
            'cuda',
            dtype=self._autocast,
            enabled=self._autocast is not None,
            cache_enabled=False,
        ):
            return self._network(*inputs[:4], memory, with_attention=with_attention)
