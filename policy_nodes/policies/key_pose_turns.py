"""Taking turns with an arm: a key pose is asked for, then awaited, then the next one is due."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.policies.sam2act import EPISODE_STEPS

IN_A_ROW = 3
EXCUSED = ('stopped', 'latched', 'epoch')
"""Reasons that say nothing of the key pose: somebody stopped the arm."""


@dataclass(frozen=True)
class Turn:
    """A key pose that was asked for.

    Attributes:
        step: number within the episode, from 0.
        sequence: number that its result bears.
        stamp_ns: of the observation that it answers.
    """

    step: int
    sequence: int
    stamp_ns: int


class KeyPoseTurns:
    """One episode: one instruction, at most so many key poses, one at a time.

    A key pose that is refused or given up counts as one, and the policy is asked again. After
    three of them in a row the episode is given up, since a fourth would be refused as well.

    Attributes:
        step: key poses asked for in this episode.
        refused: of the last ones, how many in a row were refused or given up.
        pending: that is awaited; None where the next one is due.
        over: why nothing more is asked for; empty while it goes on.
    """

    def __init__(self, patience: float) -> None:
        """Begin an episode.

        Args:
            patience: after so long without news of a key pose, while the arm stands, it counts as
                given up [s].
        """
        self.patience = patience
        self.sequence = 0
        self.begin()

    def begin(self) -> None:
        """Begin an episode; sequence numbers go on."""
        self.step = self.refused = 0
        self.pending: Turn | None = None
        self.over = ''

    def resume(self, step: int, sequence: int, refused: int, stamp_ns: int) -> None:
        """Go on where a process before stopped: it had asked for the last step and awaited it.

        Args:
            step: number of that step within the episode.
            sequence: number that its result bears.
            refused: in a row before it.
            stamp_ns: of the observation that it answered.
        """
        self.begin()
        self.step, self.refused = step + 1, refused
        self.sequence = max(self.sequence, sequence)
        self.pending = Turn(step, sequence, stamp_ns)

    def ask(self, stamp_ns: int) -> Turn:
        """Number the next key pose.

        Args:
            stamp_ns: of the observation that it answers.
        """
        self.sequence += 1
        self.pending = Turn(self.step, self.sequence, stamp_ns)
        self.step += 1
        return self.pending

    def heard(self, sequence: int, *, reached: bool, reason: str, words: str) -> bool:
        """Take how a key pose ended; says whether it was the awaited one.

        Args:
            sequence: its number.
            reached: or else refused or given up.
            reason: code of the refusal.
            words: the same as a sentence.
        """
        # after a restart numbers go on from those that the arm knows
        self.sequence = max(self.sequence, sequence)
        if self.pending is None or self.pending.sequence != sequence:
            return False
        self._end(reached, reason, words)
        return True

    def silent(self, stood_s: float) -> bool:
        """Give up a key pose that nobody tells of; says whether it was given up now.

        Args:
            stood_s: how long the arm has stood, and nothing was heard of the key pose [s].
        """
        if self.pending is None or stood_s < self.patience:
            return False
        self._end(False, 'silent', f'nothing was heard of it for {self.patience:g} s')
        return True

    def _end(self, reached: bool, reason: str, words: str) -> None:
        self.pending = None
        if reached:
            self.refused = 0
        elif reason not in EXCUSED:
            self.refused += 1
        if self.refused >= IN_A_ROW:
            self.over = f'{self.refused} key poses in a row were refused, the last: {words}'
        elif self.step >= EPISODE_STEPS:
            self.over = f'{self.step} key poses were asked for, which is the most'
