"""The chunk that an arm executes, and whether another one may take its place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import ActionChunkSample
from policy_nodes.safety.arm_follower import JointMotion
from policy_nodes.safety.arm_history import CommandHistory
from policy_nodes.safety.arm_limits import JointLimits
from policy_nodes.safety.arm_reference import Reference
from policy_nodes.safety.finding import Finding
from policy_nodes.safety.freshness import NANO, Freshness
from policy_nodes.safety.reasons import Reason

Floats = NDArray[np.float64]

SOURCE = 'proposal'


class ArmPlan:
    """Holds at most one chunk and how much of it was consumed.

    Delay is measured by what was executed, not by seconds: of a chunk that answers an observation,
    as much is dropped as the arm executed since that observation. While the arm stands nothing is
    consumed, so a chunk that comes then begins at its first row.
    """

    def __init__(
        self, limits: JointLimits, stream: Freshness, history: CommandHistory, seam_steps: float
    ) -> None:
        """Begin without a chunk.

        Args:
            limits: of the joints.
            stream: of chunks.
            history: of commands, noted by the owner.
            seam_steps: a chunk may begin as far from the command as full speed goes in so many
                rows.
        """
        self.limits = limits
        self.stream = stream
        self.history = history
        self.seam_steps = seam_steps
        self.consumed = 0.0
        self._reference: Reference | None = None
        self._time = 0.0
        self._sequence: int | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to execute."""
        return self._reference is None

    @property
    def spent(self) -> bool:
        """Whether the last row has been reached."""
        return self._reference is None or self._time >= self._reference.duration

    def offer(
        self,
        chunk: ActionChunkSample,
        *,
        epoch: int,
        not_before_ns: int,
        command: Floats,
        now_ns: int,
        steady_s: float,
    ) -> Finding | None:
        """Take the place of the present chunk, if the new one is fresh and continues the command.

        Args:
            chunk: sound by its content.
            epoch: present epoch of the controller.
            not_before_ns: observations have to be later.
            command: (n,) present command [rad].
            now_ns: now on the node clock.
            steady_s: now on the steady clock [s].

        Returns:
            Why it is refused; the present chunk then stays.
        """
        refusal = self._refuse_order(chunk, epoch, not_before_ns, now_ns)
        if refusal is not None:
            return refusal
        reference = Reference(chunk.values, chunk.dt, self.limits.lower, self.limits.upper)
        consumed = self.history.consumed_at(chunk.stamp_ns)
        late = 0.0 if consumed is None else self.consumed - consumed
        if late > reference.duration:
            words = f'{late:.2f} s were executed since, it holds {reference.duration:.2f} s.'
            return Finding(Reason.PROPOSAL_OLD, SOURCE, words)
        far = np.abs(_between(chunk.values, late / chunk.dt) - command)
        most = self.limits.velocity * (chunk.dt * self.seam_steps)
        if not (far <= most).all():
            joint = int(np.argmax(far - most))
            name = self.limits.names[joint]
            words = f'{name} is {far[joint]:.3g} rad off, allowed {most[joint]:.3g}.'
            return Finding(Reason.CHUNK_SEAM, SOURCE, words)
        self.stream.accept(chunk.stamp_ns, steady_s)
        self._sequence = chunk.sequence
        self._reference, self._time = reference, late
        return None

    def _refuse_order(
        self, chunk: ActionChunkSample, epoch: int, not_before_ns: int, now_ns: int
    ) -> Finding | None:
        before = self.stream.stamp_ns
        if self.stream.is_future(chunk.stamp_ns, now_ns):
            words = f'Ahead by {(chunk.stamp_ns - now_ns) / NANO:.3g} s.'
            return Finding(Reason.PROPOSAL_FUTURE, SOURCE, words)
        if chunk.epoch != epoch:
            words = f'It names epoch {chunk.epoch}, now is {epoch}.'
            return Finding(Reason.PROPOSAL_BEFORE_RESET, SOURCE, words)
        if chunk.stamp_ns <= not_before_ns:
            words = f'Stamped {(not_before_ns - chunk.stamp_ns) / NANO:.3g} s before it.'
            return Finding(Reason.PROPOSAL_BEFORE_RESET, SOURCE, words)
        if self._sequence is not None and chunk.sequence <= self._sequence:
            reason = Reason.PROPOSAL_BACKWARD
            if chunk.sequence == self._sequence:
                reason = Reason.PROPOSAL_REPEATED
            words = f'Sequence {chunk.sequence} after {self._sequence}.'
            return Finding(reason, SOURCE, words)
        if before is not None and chunk.stamp_ns <= before:
            reason = Reason.PROPOSAL_BACKWARD
            if chunk.stamp_ns == before:
                reason = Reason.PROPOSAL_REPEATED
            words = f'Stamped {(before - chunk.stamp_ns) / NANO:.3g} s before the last one.'
            return Finding(reason, SOURCE, words)
        age = (now_ns - chunk.stamp_ns) / NANO
        if age > self.stream.max_age:
            words = f'Stamp {age:.2f} s ago, allowed {self.stream.max_age:g} s.'
            return Finding(Reason.PROPOSAL_OLD, SOURCE, words)
        return None

    def target(self, dt: float, share: float = 1.0) -> JointMotion:
        """Where to be after dt [s], at a share of the speed that the chunk asks for."""
        assert self._reference is not None
        motion = self._reference.at(self._time + share * dt)
        return JointMotion(
            motion.position, share * motion.velocity, share * share * motion.acceleration
        )

    def beyond(self) -> NDArray[np.bool_]:
        """Joints (n,) that the chunk just now asks to leave their limits."""
        assert self._reference is not None
        return self._reference.beyond(self._time)

    def advance(self, time: float) -> None:
        """Note that so much of the chunk was executed [s]."""
        if self._reference is not None:
            time = min(time, self._reference.duration - self._time)
            self._time += time
            self.consumed += time

    def drop(self) -> None:
        """Forget the chunk; order and age of the next one are judged as before."""
        self._reference = None

    def forget(self) -> None:
        """Forget the chunk and everything before it, as after a reset."""
        self.drop()
        self._sequence = None
        self.stream.forget()


def _between(rows: Floats, place: float) -> Floats:
    """Row (n,) at a place between rows, by proportion."""
    row = min(int(place), len(rows) - 1)
    after = min(row + 1, len(rows) - 1)
    with np.errstate(over='ignore', invalid='ignore'):  # what is not finite then is far off
        between: Floats = rows[row] + (place - row) * (rows[after] - rows[row])
    return between
