"""What a policy answered in a bag, episode by episode, in constant memory."""

from __future__ import annotations

import math
from typing import Any

from policy_nodes.evaluation.replay.action import Action, ActionSpace, Answer
from policy_nodes.evaluation.replay.action_tally import ActionTally
from policy_nodes.evaluation.replay.curves import Curve
from policy_nodes.evaluation.replay.latencies import Latencies

MOST_DAMAGE = 8  # sentences of missing terms that are kept


class EpisodeLog:
    """Takes answers and recorded actions; times count from the start of the bag [s].

    Attributes:
        space: of the actions.
        latencies: of the answers that the policy chose itself.
        rested: how often each term was missing when the policy could not be asked.
    """

    def __init__(self, space: ActionSpace, cut: float = math.inf) -> None:
        """Begin the first episode.

        Args:
            space: of the actions.
            cut: longest episode; what is longer is counted in pieces [s].
        """
        self.latencies = Latencies(1e3 * space.period if space.period else math.inf)
        self.rested: dict[str, int] = {}
        self.space, self._cut = space, cut
        self._tally, self._begin, self._name = ActionTally(space), 0.0, ''
        self._end = 0.0
        self._episodes: list[dict[str, Any]] = []
        self._curves = {'recorded': Curve(), 'answered': Curve()}

    @property
    def name(self) -> str:
        """Of the episode under way, as the bag gives it; empty where it gives none."""
        return self._name

    def begin(self, name: str, at: float) -> None:
        """Begin an episode."""
        self._close(at)
        self._name = name

    def answered(self, answer: Answer, at: float) -> None:
        """Take an answer."""
        self._turn(at)
        self._tally.answered(answer)
        if answer.asked:
            self.latencies.add(answer.inference_ms)
            self._curves['answered'].add(at, answer.action.values[0].tolist())
        for term in answer.missing:
            if term in self.rested or len(self.rested) < MOST_DAMAGE:
                self.rested[term] = self.rested.get(term, 0) + 1

    def recorded(self, action: Action, at: float) -> None:
        """Take a recorded action."""
        self._turn(at)
        self._tally.took(action)
        self._curves['recorded'].add(at, action.values[0].tolist())

    def finish(self) -> list[dict[str, Any]]:
        """End the last episode and give all of them as plain values."""
        self._close(self._end)
        return self._episodes

    def curves(self) -> dict[str, list[list[float]]]:
        """Points of time and values, of what was recorded and what was answered."""
        return {name: curve.rows() for name, curve in self._curves.items()}

    def _turn(self, at: float) -> None:
        self._end = at
        if at - self._begin >= self._cut:
            self._close(at)

    def _close(self, at: float) -> None:
        if self._tally.answers or self._tally.recorded:
            found = {'name': self._name, 'from_s': self._begin, 'to_s': at}
            self._episodes.append(found | self._tally.finish())
        self._tally, self._begin = ActionTally(self.space), at


def answers_of(log: EpisodeLog | None) -> dict[str, Any]:
    """Write what a log holds; nothing where nobody was asked."""
    if log is None:
        return {'episodes': [], 'action': None, 'curves': None}
    space = log.space
    return {
        'episodes': log.finish(),
        'action': {
            'kind': space.kind,
            'names': list(space.names),
            'units': list(space.units),
            'period_s': space.period,
            'row_s': space.dt,
        },
        'curves': log.curves(),
    }


def latency_of(log: EpisodeLog | None) -> dict[str, Any] | None:
    """Write the times of inference; None where nobody was asked."""
    return None if log is None else log.latencies.to_mapping()
