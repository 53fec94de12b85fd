"""One episode on the table top in one process: look, choose a key pose, go there, again."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.evaluation.outcomes import ABORTED, SUCCEEDED, TIMEOUT
from policy_nodes.evaluation.tabletop_choice import FirstChoice
from policy_nodes.evaluation.tabletop_players import Chosen, Player
from policy_nodes.evaluation.tabletop_record import Film, KeyStep
from policy_nodes.motion.outcome import Outcome, OutcomeState
from policy_nodes.policies.sam2act import EPISODE_STEPS
from policy_nodes.simulation.tabletop.view import View
from policy_nodes.simulation.tabletop.world import TabletopWorld

REST = 30  # control periods for things to come to rest before the policy looks
MOST_REFUSALS = 3  # in a row
FILM_EVERY = 20  # control periods
FILM_CAMERA = 'front'


class Mover(Protocol):
    """Brings the arm of a world to key poses, and the fingers once it is there."""

    def go(self, key_pose: KeyPose) -> Outcome:
        """Go there; control periods pass meanwhile."""

    def stay(self, periods: int) -> None:
        """Stay for so many control periods."""


MakeMover = Callable[[TabletopWorld, Callable[[], None]], Mover]


class Ending(NamedTuple):
    """How an episode ended.

    Attributes:
        outcome: one of `outcomes.OUTCOMES`.
        why: a sentence where it did not succeed.
    """

    outcome: str
    why: str = ''


class EpisodeOver(Exception):  # noqa: N818 the end of an episode is no error
    """Raised through the mover after the period in which an episode ended."""


class TabletopEpisode:
    """An episode that is under way.

    Attributes:
        ending: how it ended; None before that.
        steps: key poses so far.
        inference_ms: of each step [ms]; none for a player without a network.
        choice: the first one of a task that needs memory.
    """

    def __init__(
        self,
        world: TabletopWorld,
        player: Player,
        make_mover: MakeMover,
        *,
        instruction: str,
        time_limit: float,
        recorded: bool = False,
    ) -> None:
        """Begin an episode.

        Args:
            world: at its beginning.
            player: chooses key poses.
            make_mover: makes what goes to them; it calls its second argument after every period,
                and lets what that raises pass.
            instruction: what is asked, in words.
            time_limit: of the episode [s].
            recorded: keep images, pictures and a film.
        """
        self.ending: Ending | None = None
        self.steps: list[KeyStep] = []
        self.inference_ms: list[float] = []
        self.choice = FirstChoice(world.task.name, world.variation, world)
        self._world, self._player = world, player
        self._mover = make_mover(world, self._after_period)
        self._time_limit, self._recorded = time_limit, recorded
        self._frames: list[np.ndarray] = []
        self._times: list[float] = []
        self._periods = 0
        self._under_way: tuple[Chosen, dict[str, View], float] | None = None
        player.begin(world, instruction)
        self._shoot()

    def run(self) -> Ending:
        """Go on to its end."""
        try:
            while self.ending is None:
                self._step()
        except EpisodeOver:
            self._keep(OutcomeState.ACCEPTED)
        assert self.ending is not None
        return self.ending

    @property
    def film(self) -> Film | None:
        """What the camera that stands in front saw; None if nothing was recorded."""
        return Film(np.array(self._times), np.array(self._frames)) if self._frames else None

    def _step(self) -> None:
        if len(self.steps) == EPISODE_STEPS:
            self.ending = Ending(TIMEOUT, f'{EPISODE_STEPS} key poses did not do it.')
            return
        world, player = self._world, self._player
        views = world.images() if player.looks or self._recorded else {}
        chosen = player.choose(world, views, pictured=self._recorded)
        if chosen is None:
            self.ending = Ending(ABORTED, 'The script of the expert is over.')
            return
        if chosen.inference_ms is not None:
            self.inference_ms.append(chosen.inference_ms)
        self.choice.take(chosen.key_pose, world)
        self._under_way = chosen, views, world.time
        outcome = self._mover.go(chosen.key_pose)
        player.told(outcome)
        self._keep(outcome.state, outcome)
        last = self.steps[-MOST_REFUSALS:]
        if len(last) == MOST_REFUSALS and not any(_reached(step) for step in last):
            words = f'{MOST_REFUSALS} key poses in a row were refused or given up'
            self.ending = Ending(ABORTED, f'{words}, at last: {last[-1].words}')
            return
        self._mover.stay(REST)

    def _after_period(self) -> None:
        """Look at the world, and end the episode where its end has come."""
        world = self._world
        self._periods += 1
        if self._periods % FILM_EVERY == 0:
            self._shoot()
        self.choice.look(world)
        if world.task.succeeded:
            self.ending = Ending(SUCCEEDED)
        elif world.time >= self._time_limit:
            self.ending = Ending(TIMEOUT, f'{self._time_limit:g} s did not do for it.')
        if self.ending is not None:
            raise EpisodeOver

    def _shoot(self) -> None:
        if self._recorded:
            self._times.append(self._world.time)
            self._frames.append(self._world.images((FILM_CAMERA,))[FILM_CAMERA].rgb)

    def _keep(self, state: OutcomeState, outcome: Outcome | None = None) -> None:
        """Note the key pose under way, if there is one, with what became of it."""
        if self._under_way is None:
            return
        chosen, views, looked = self._under_way
        self._under_way = None
        refusal = None if outcome is None else outcome.refusal
        self.steps.append(
            KeyStep(
                time=looked,
                images={name: view.rgb for name, view in views.items()} if self._recorded else {},
                key_pose=chosen.key_pose,
                state=state,
                reason='' if refusal is None else refusal.reason.value,
                words='' if refusal is None else refusal.words,
                inference_ms=math.nan if chosen.inference_ms is None else chosen.inference_ms,
                picture=chosen.picture,
            )
        )


def _reached(step: KeyStep) -> bool:
    return step.state is OutcomeState.REACHED
