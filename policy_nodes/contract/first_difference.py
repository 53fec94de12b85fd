"""Replay a golden trace through a policy and find where it first answers otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.golden_trace import GoldenTrace


class Run(Protocol):
    """What a trace is replayed through: the very policy object that a node drives."""

    def reset(self) -> None:
        """Start an episode."""

    def act(self, observation: Mapping[str, NDArray[Any]]) -> Mapping[str, Any]:
        """Answer one step with the actions by name."""


@dataclass(frozen=True)
class Difference:
    """Where a policy first answers otherwise than the trace.

    Attributes:
        step: step of the trace, from 0.
        term: name of the action.
        expected: what the trace says.
        got: what the policy answered; None where it left the term out.
        tolerance: greatest allowed difference.
        entry: index of the entry that is off most; empty where the shapes differ.
    """

    step: int
    term: str
    expected: NDArray[Any]
    got: NDArray[Any] | None
    tolerance: float
    entry: tuple[int, ...] = ()

    def __str__(self) -> str:
        """Give one sentence."""
        place = f'step {self.step}, {self.term}'
        if self.got is None:
            return f'{place}: the policy gives no such action'
        if self.got.shape != self.expected.shape:
            return f'{place}: expected shape {self.expected.shape}, got {self.got.shape}'
        index = f'[{", ".join(map(str, self.entry))}]' if self.entry else ''
        return (
            f'{place}{index}: expected {self.expected[self.entry]:.9g}, '
            f'got {self.got[self.entry]:.9g}, allowed difference {self.tolerance:g}'
        )


def first_difference(trace: GoldenTrace, run: Run) -> Difference | None:
    """Replay a trace; None if every action of every step agrees within its tolerance.

    Actions are compared in the order of the trace, so an output that the trainer recorded before
    the action, such as logits, is named first.

    Raises:
        ContractError: the policy answers with something else than named values.
    """
    for step in range(trace.steps):
        if trace.resets[step]:
            run.reset()
        answer = run.act(trace.observation(step))
        if not isinstance(answer, Mapping):
            raise ContractError(
                f'the policy answered with a {type(answer).__name__}',
                remedy='have act() return arrays by name of the action',
            )
        for term, actions in trace.actions.items():
            expected, tolerance = np.asarray(actions[step]), trace.tolerance[term]
            got = None if answer.get(term) is None else np.asarray(answer[term])
            if got is None or got.shape != expected.shape:
                return Difference(step, term, expected, got, tolerance)
            if got.dtype.kind not in 'fiub':
                raise ContractError(
                    f'the policy answered with {got.dtype}',
                    remedy='have act() return numbers',
                    path=term,
                )
            entry = _entry_off(expected, got, tolerance)
            if entry is not None:
                return Difference(step, term, expected, got, tolerance, entry)
    return None


def _entry_off(
    expected: NDArray[Any], got: NDArray[Any], tolerance: float
) -> tuple[int, ...] | None:
    wanted, given = expected.astype(np.float64), got.astype(np.float64)
    same = (wanted == given) | (np.isnan(wanted) & np.isnan(given))
    with np.errstate(invalid='ignore'):
        distance = np.where(same, 0.0, np.abs(wanted - given))
    # NaN and infinity against a number are off by more than any tolerance.
    distance = np.where(np.isnan(distance), np.inf, distance)
    if not distance.size or distance.max() <= tolerance:
        return None
    return tuple(int(index) for index in np.unravel_index(distance.argmax(), distance.shape))
