"""Compares answers with recorded actions as they come, and keeps sums only.

Answers and recorded actions of one time may come in either order. A row of an answer waits until
what was recorded `LAG` after its time is known; then the nearest recorded action counts.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Any

import numpy as np

from policy_nodes.evaluation.replay.action import NANO, Action, ActionSpace, Answer, Floats
from policy_nodes.evaluation.replay.key_pose_errors import KeyPoseErrors, same_side

LAG = NANO  # how much later than an answer the action of its time may be received
_MOST = 20_000  # that wait at once; beyond that the times of a bag make no sense


class ActionTally:
    """One episode.

    Attributes:
        space: of the actions.
        answers: of the policy.
        asked: of these the policy chose itself.
        recorded: actions in the bag.
    """

    def __init__(self, space: ActionSpace) -> None:
        """Count nothing yet."""
        self.space = space
        self.answers = self.asked = self.recorded = 0
        self._before: Answer | None = None
        self._known: deque[Action] = deque(maxlen=_MOST)
        self._waiting: deque[tuple[int, int, Floats]] = deque(maxlen=_MOST)
        self._errors: list[_Sums] = []
        self._seams = _Sums(len(space.names))
        self._jerk, self._recorded_jerk = (_Jerk(space) for _ in range(2))
        self._poses = KeyPoseErrors() if space.kind == 'key_pose' else None

    def answered(self, answer: Answer) -> None:
        """Take an answer."""
        self.answers += 1
        before, self._before = self._before, answer if answer.asked else None
        if not answer.asked:
            self._jerk.cut()
            return
        self.asked += 1
        action, space = answer.action, self.space
        for step, row in enumerate(action.values):
            self._waiting.append((action.stamp_ns + round(step * space.dt * NANO), step, row))
        while len(self._errors) < len(action.values):
            self._errors.append(_Sums(len(space.names)))
        self._jerk.take(action.stamp_ns, action.values[0])
        if before is not None and self._poses is None:
            self._seams.add(np.abs(action.values[0] - _at(before.action, action.stamp_ns, space)))

    def took(self, action: Action) -> None:
        """Take a recorded action."""
        self.recorded += 1
        self._known.append(action)
        self._recorded_jerk.take(action.stamp_ns, action.values[0])
        self._compare(action.stamp_ns - LAG)

    def finish(self) -> dict[str, Any]:
        """Compare what still waits, and write everything as plain values; None is not known."""
        self._compare(None)
        steps = [each.mean() for each in self._errors]
        found: dict[str, Any] = {
            'answers': self.answers,
            'asked': self.asked,
            'recorded': self.recorded,
            'compared': self._errors[0].count if self._errors else 0,
            'error': steps[0] if steps else None,
            'step_error': steps,
            'rms_error': self._errors[0].root() if self._errors else None,
            'largest_error': self._errors[0].greatest() if self._errors else None,
            'seam': self._seams.mean(),
            'largest_seam': self._seams.greatest(),
            'jerk': self._jerk.sums.mean(),
            'recorded_jerk': self._recorded_jerk.sums.mean(),
        }
        return found | ({} if self._poses is None else self._poses.to_mapping())

    def _compare(self, until_ns: int | None) -> None:
        """Compare the rows whose time is over, or all of them."""
        left: deque[tuple[int, int, Floats]] = deque(maxlen=_MOST)
        for at_ns, step, row in self._waiting:
            if until_ns is not None and at_ns > until_ns:
                left.append((at_ns, step, row))
                continue
            nearest = min(self._known, key=lambda each: abs(each.stamp_ns - at_ns), default=None)
            if nearest is None or abs(nearest.stamp_ns - at_ns) > self.space.tolerance_ns:
                continue
            wanted = nearest.values[0]
            if self._poses is not None:
                self._poses.add(row, wanted)
                row = same_side(row, wanted)
            self._errors[step].add(np.abs(row - wanted))
        self._waiting = left
        if until_ns is not None:
            keep = until_ns - self.space.tolerance_ns - LAG
            while self._known and self._known[0].stamp_ns < keep:
                self._known.popleft()


def _at(action: Action, stamp_ns: int, space: ActionSpace) -> Floats:
    """What an action has for a time: its row, or the last one."""
    step = round((stamp_ns - action.stamp_ns) / (space.dt * NANO)) if space.dt else 0
    return action.values[min(max(step, 0), len(action.values) - 1)]


class _Sums:
    """Sums of values >= 0, each dimension for itself."""

    def __init__(self, size: int) -> None:
        self.count = 0
        self._sum, self._squares, self._greatest = (np.zeros(size) for _ in range(3))

    def add(self, values: Floats) -> None:
        if not np.isfinite(values).all():
            return
        self.count += 1
        self._sum += values
        self._squares += values**2
        np.maximum(self._greatest, values, out=self._greatest)

    def mean(self) -> list[float] | None:
        return (self._sum / self.count).tolist() if self.count else None

    def root(self) -> list[float] | None:
        return np.sqrt(self._squares / self.count).tolist() if self.count else None

    def greatest(self) -> list[float] | None:
        return self._greatest.tolist() if self.count else None


class _Jerk:
    """Mean absolute jerk of actions at even distances; a gap begins anew."""

    def __init__(self, space: ActionSpace) -> None:
        self.sums = _Sums(len(space.names))
        self._order, self._period = space.order, space.period
        self._last: deque[tuple[int, Floats]] = deque(maxlen=space.order + 1)

    def cut(self) -> None:
        self._last.clear()

    def take(self, stamp_ns: int, values: Floats) -> None:
        if not self._order:
            return
        if self._last:
            gap = (stamp_ns - self._last[-1][0]) / NANO
            if not 0 < gap <= 1.5 * self._period:
                self.cut()
        self._last.append((stamp_ns, values))
        if len(self._last) > self._order:
            span = (self._last[-1][0] - self._last[0][0]) / NANO / self._order
            change = np.diff(np.array([each for _, each in self._last]), n=self._order, axis=0)
            self.sums.add(np.abs(change[0]) / math.pow(span, self._order))
