"""When a manipulation policy is to look and ask: its episode, its goal, the arm, the stops."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_nodes.policies.arm_rest import ArmRest
from policy_nodes.policies.key_pose_turns import KeyPoseTurns, Turn
from policy_nodes.policies.manipulation_words import GIVEN_UP

NANO = 1_000_000_000


class Recalled(NamedTuple):
    """An episode as far as another process brought it.

    Attributes:
        episode: its name.
        memories: what the last key steps left, oldest first; none for a policy without memory.
        turn: the last key pose that was asked for; None if there is none.
        refused: in a row before it.
    """

    episode: str
    memories: tuple[NDArray[np.float32], ...] = ()
    turn: Turn | None = None
    refused: int = 0


class ManipulationSession:
    """Takes notes, and says what is due.

    A process begins without knowing whether it is the first one in its episode. It acts once a
    memory bank has said how far the episode is, or an episode begins before its eyes.

    Attributes:
        episode: name of the present one; empty while it is not known.
        instruction: in words; empty while there is none.
        turns: of the present episode.
        rest: of the arm.
        epoch: of the safety controller.
        latched: it permits no motion; true as well before it was heard.
    """

    def __init__(self, *, patience: float, settle: float, episodes: bool) -> None:
        """Begin to take notes.

        Args:
            patience: as in `KeyPoseTurns`.
            settle: so long the arm has to stand before an image counts [s].
            episodes: somebody says when an episode runs; else each goal begins one.
        """
        self.turns, self.rest = KeyPoseTurns(patience), ArmRest()
        self.epoch, self.latched = 0, True
        self._settle_ns, self._episodes = round(settle * NANO), episodes
        self._epoch_ns = self._goal_ns = self._heard_ns = -1
        self._heard_safety = False
        self.instruction = self.episode = ''
        self._running = False
        self.start()

    def start(self) -> None:
        """Do not know how far the episode is, if one runs."""
        self._known = False
        self.turns.begin()

    def begin(self, episode: str) -> None:
        """Begin an episode; its goal is still to come."""
        self.episode, self._running, self._known = episode, False, True
        self.instruction = ''
        self.turns.begin()

    def take_goal(self, instruction: str, stamp_ns: int) -> bool:
        """Take a goal; says whether an episode began with it."""
        self.instruction, self._goal_ns = instruction, stamp_ns
        if self._episodes:
            return False
        name = f'goal-{stamp_ns}'
        begins = self._known and name != self.episode
        self.episode, self._running = name, True
        if begins:
            self.turns.begin()
        return begins

    def take_episode(self, name: str, running: bool) -> bool:
        """Take how an episode stands; says whether one began that nobody had announced."""
        if not self._episodes:
            return False
        begins = running and self._known and name != self.episode
        if begins:
            self.turns.begin()
        if running:
            self.episode, self._running = name, True
        elif name == self.episode:
            self._running = False
        return begins

    def take_safety(self, epoch: int, latched: bool, stamp_ns: int) -> None:
        """Take word of the safety controller; what was seen before a reset counts no more."""
        if epoch != self.epoch or not self._heard_safety:
            self._epoch_ns = stamp_ns
        self.epoch, self.latched, self._heard_safety = epoch, latched, True

    def take_joints(
        self, stamp_ns: int, joints: NDArray[np.float64], fingers: NDArray[np.float64]
    ) -> None:
        """Take measured joints (n,) [rad] and fingers (m,) [m]."""
        self.rest.take(stamp_ns, joints, fingers)

    def heard(self, stamp_ns: int) -> None:
        """Note that the arm told of a key pose."""
        self._heard_ns = stamp_ns

    def resume(self, recalled: Recalled) -> bool:
        """Take what a memory bank has of the running episode; says whether there is any.

        It may be of the episode before: the present one is not known then, or has another name.
        """
        self._known = True
        turn = recalled.turn
        if turn is None or recalled.episode != self.episode:
            self.turns.begin()
            return False
        self.turns.resume(turn.step, turn.sequence, recalled.refused, turn.stamp_ns)
        return True

    @property
    def unknown(self) -> bool:
        """Whether it is not known yet how far the running episode is."""
        return not self._known

    @property
    def running(self) -> bool:
        """Whether an episode runs."""
        return self._running

    def obstacle(self) -> str:
        """Say why nothing may be asked for now; empty where nothing stands in the way."""
        if self.turns.over:
            return f'{GIVEN_UP}{self.turns.over}'
        if not self._running:
            return 'no episode runs'
        if not self._known:
            return 'the memory bank has not said yet how far the episode is'
        if not self.instruction.strip():
            return 'there is no instruction'
        if not self._heard_safety:
            return 'the safety controller is silent'
        if self.latched:
            return 'the safety controller is latched'
        return ''

    def look_after(self) -> int | None:
        """Stamp that images have to be later than [ns]; None while nothing is known of the arm."""
        since = self.rest.since_ns
        if since is None:
            return None
        done = max(since, self._heard_ns, self._epoch_ns, self._goal_ns)
        return done + self._settle_ns

    def stood(self, now_ns: int) -> float:
        """Time that the arm stands and tells nothing of the key pose that is awaited [s]."""
        pending, since = self.turns.pending, self.rest.since_ns
        if pending is None or since is None:
            return 0.0
        return (now_ns - max(since, self._heard_ns, pending.stamp_ns)) / NANO
