"""Drives episodes on the table top, one after the other, in one process."""

from __future__ import annotations

from pathlib import Path

from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.evaluation.outcomes import SUCCEEDED
from policy_nodes.evaluation.tabletop_blocks import TabletopBlock, TabletopResult, TabletopSetup
from policy_nodes.evaluation.tabletop_conditions import CONDITIONS
from policy_nodes.evaluation.tabletop_episode import MakeMover, TabletopEpisode
from policy_nodes.evaluation.tabletop_mover import TabletopMover
from policy_nodes.evaluation.tabletop_players import EXPERT, ExpertPlayer, Player, PolicyPlayer
from policy_nodes.evaluation.tabletop_record import EpisodeRecord
from policy_nodes.evaluation.workers import OnDone
from policy_nodes.policies.manipulation import load_manipulation
from policy_nodes.simulation.tabletop.cameras import Cameras
from policy_nodes.simulation.tabletop.episode_draw import draw_episode
from policy_nodes.simulation.tabletop.tasks.registry import make_task
from policy_nodes.simulation.tabletop.world import TabletopWorld

ROBOT = 'panda'
SIMULATOR = 'tabletop_simulator'


class TabletopDriver:
    """Drives one block after another; policies that were loaded stay loaded."""

    def __init__(self, setup: TabletopSetup) -> None:
        """Hold what all blocks share."""
        self.setup = setup
        self.time_limit = float(node_parameters(SIMULATOR, ROBOT)['time_limit'])
        self._cameras = Cameras()
        self._players: dict[tuple[str, Path | None], Player] = {}

    def drive(self, block: TabletopBlock, on_done: OnDone) -> TabletopResult:
        """Drive an episode to its end.

        Args:
            block: of the setup.
            on_done: told that it ended, and whether with success.

        Raises:
            ContractError: a checkpoint that cannot be used.
            DrawingError: this machine cannot draw images.
        """
        entry, task = block.entry, make_task(block.entry.task)
        drawn = draw_episode(task, block.seed, block.index)
        world = TabletopWorld(
            task,
            seed=drawn.seed,
            variation=drawn.variation,
            randomisation=CONDITIONS[entry.condition],
            cameras=self._cameras,
        )
        instruction = task.instruction(drawn.variation, drawn.wording)
        player = self._player(entry.policy, entry.checkpoint)
        episode = TabletopEpisode(
            world,
            player,
            self._make_mover(),
            instruction=instruction,
            time_limit=self.time_limit,
            recorded=block.recorded,
        )
        ending = episode.run()
        on_done(1, int(ending.outcome == SUCCEEDED))
        record = None
        if block.recorded:
            record = EpisodeRecord(
                index=block.index,
                seed=block.seed,
                task=entry.task,
                variation=world.variation,
                instruction=instruction,
                policy=entry.policy,
                checkpoint=player.checkpoint,
                outcome=ending.outcome,
                why=ending.why,
                time_s=world.time,
                steps=tuple(episode.steps),
                film=episode.film,
            )
        return TabletopResult(
            variation=world.variation,
            outcome=ending.outcome,
            why=ending.why,
            steps=len(episode.steps),
            refusals=tuple(step.reason for step in episode.steps if step.reason),
            time_s=world.time,
            inference_ms=tuple(episode.inference_ms),
            first_choice=episode.choice.right,
            record=record,
        )

    def _player(self, policy: str, checkpoint: Path | None) -> Player:
        key = policy, checkpoint
        if key not in self._players:
            self._players[key] = (
                ExpertPlayer()
                if policy == EXPERT
                else PolicyPlayer(load_manipulation(policy, checkpoint, self.setup.device))
            )
        return self._players[key]

    def _make_mover(self) -> MakeMover:
        safety = self.setup.through == 'robot'
        return lambda world, on_period: TabletopMover(world, safety=safety, on_period=on_period)
