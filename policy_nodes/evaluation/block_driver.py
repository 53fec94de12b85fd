"""Drives blocks of episodes: through the policy alone, or through the whole robot."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.evaluation.chain import EpisodeTrace, TurtlebotChain
from policy_nodes.evaluation.crowd_episodes import EpisodeTable, run_episodes
from policy_nodes.evaluation.crowd_scenarios import draw_episodes
from policy_nodes.evaluation.crowd_traces import CrowdTrace, still_world, trace_episodes
from policy_nodes.evaluation.episode_blocks import TRACES, Block, BlockResult, Entry, Setup
from policy_nodes.evaluation.eyes import EYES, Eyes
from policy_nodes.evaluation.outcomes import OUTCOMES, SUCCEEDED
from policy_nodes.evaluation.run_files import EpisodeScore
from policy_nodes.evaluation.workers import OnDone
from policy_nodes.perception.people_detector_checkpoint import load_people_detector
from policy_nodes.policies.height import HeightPolicy
from policy_nodes.policies.loading import LoadedPolicy, load_policy
from policy_nodes.policies.navigation import NavigationPolicy
from policy_nodes.simulation.crowd.episodes import Episodes
from policy_nodes.simulation.crowd.recorded import read_recording

DETECTOR = 'people_detector'
_CODES = {name: code for code, name in OUTCOMES.items()}
_SUCCESS = _CODES[SUCCEEDED]


class BlockDriver:
    """Drives one block after another; policies that were loaded stay loaded."""

    def __init__(self, setup: Setup) -> None:
        """Hold what all blocks share, and read the recording of people if there is one."""
        self.setup = setup
        self._recording = read_recording(setup.people) if setup.people is not None else None
        self._loaded: dict[Entry, LoadedPolicy] = {}
        self._chains: dict[Entry, TurtlebotChain] = {}

    def drive(self, block: Block, on_done: OnDone) -> BlockResult:
        """Drive a block to its end.

        Args:
            block: of the setup.
            on_done: told how many episodes ended just now, and how many of them at the goal.

        Raises:
            ContractError: a checkpoint that cannot be used any more.
            ValueError: a recording that nobody can cross.
        """
        episodes = draw_episodes(
            block.entry.scenario, self.setup.seed, block.first, block.count, self._recording
        )
        if self.setup.through != 'policy':
            return self._through_robot(block, episodes, on_done)
        return self._through_policy(block, episodes, on_done)

    def _traced(self, block: Block) -> int:
        """How many episodes of a block are drawn: always the first ones of its entry."""
        return min(max(TRACES - block.first, 0), block.count) if self.setup.traced else 0

    def _load(self, entry: Entry) -> LoadedPolicy:
        if entry not in self._loaded:
            loaded = load_policy(entry.policy, entry.scenario, entry.checkpoint)
            self._loaded[entry] = loaded
        return self._loaded[entry]

    def _through_policy(self, block: Block, episodes: Episodes, on_done: OnDone) -> BlockResult:
        episodes = episodes.to(self.setup.device)
        policy = _on_device(self._load(block.entry).policy, self.setup.device)

        def tell(outcomes: torch.Tensor) -> None:
            on_done(len(outcomes), int((outcomes == _SUCCESS).sum()))

        table = run_episodes(policy, episodes, batch=block.count, on_done=tell)
        traces: Sequence[CrowdTrace] = ()
        count = self._traced(block)
        if count:
            rows = torch.arange(count, device=self.setup.device)
            traces = trace_episodes(policy, episodes.take(rows))
        return BlockResult(table, tuple(traces))

    def _through_robot(self, block: Block, episodes: Episodes, on_done: OnDone) -> BlockResult:
        if block.entry not in self._chains:
            self._chains[block.entry] = self._chain(block.entry)
        chain = self._chains[block.entry]
        scores, traces = [], []
        for row in range(block.count):
            episode = episodes.take(torch.tensor([row]))
            trace = chain.run(episode, self.setup.seed, block.first + row)
            scores.append(trace.score)
            on_done(1, int(trace.score.outcome == SUCCEEDED))
            if row < self._traced(block):
                traces.append(_picture(trace, episode))
        return BlockResult(table_of(scores), tuple(traces))

    def _chain(self, entry: Entry) -> TurtlebotChain:
        eyes = EYES.get(entry.eyes, Eyes())
        detector = None
        if eyes.lidar is not None:
            detector = load_people_detector(Checkpoint.open(resolve_checkpoint(DETECTOR)))
        return TurtlebotChain(
            self._load(entry),
            safety=self.setup.safety,
            true_people=eyes.true_people,
            eyes=detector,
            lidar=eyes.lidar,
            tracker=eyes.tracker,
        )


def table_of(scores: Sequence[EpisodeScore]) -> EpisodeTable:
    """Lay scores out as a table; the reward of the world is not known to a scorer: NaN."""

    def column(values: Sequence[float | None], absent: float = math.nan) -> np.ndarray:
        return np.array([absent if value is None else value for value in values])

    return EpisodeTable(
        outcome=np.array([_CODES[score.outcome] for score in scores], dtype=np.int64),
        time=column([score.time_s for score in scores]),
        path=column([score.path_m for score in scores]),
        person_gap=column([score.person_gap_m for score in scores], math.inf),
        obstacle_gap=column([score.obstacle_gap_m for score in scores], math.inf),
        intrusion=column([score.intrusion for score in scores]),
        jerk=column([score.jerk for score in scores]),
        reward=np.full(len(scores), math.nan),
    )


def _on_device(policy: NavigationPolicy, device: str) -> NavigationPolicy:
    """Move a network; policies without weights work where their world is."""
    if isinstance(policy, HeightPolicy) and policy.device != torch.device(device):
        return HeightPolicy(policy.network, device)
    return policy


def _picture(trace: EpisodeTrace, episode: Episodes) -> CrowdTrace:
    """Bring what the robot reported into the form of the pictures, which draw no people."""
    pose = trace.pose.copy()
    pose[:, 2] = 2 * np.arcsin(np.clip(pose[:, 2], -1.0, 1.0))
    nobody = np.zeros((len(pose), 0, 2))
    return still_world(episode, 0, _CODES[trace.score.outcome], pose, nobody)
