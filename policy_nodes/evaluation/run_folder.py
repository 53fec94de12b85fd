"""Reads the folder of a run: scores and recordings, whatever of them is there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_nodes.contract.contract import Contract
from policy_nodes.contract.contract_file import contract_from_mapping
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.yaml_file import parse_yaml
from policy_nodes.evaluation.episode_data import EpisodeData, read_episode
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.run_files import (
    RECORDING_NAME,
    RECORDINGS,
    RUN_FILE,
    RunError,
    RunInfo,
    Score,
)


@dataclass(frozen=True)
class RunEpisode:
    """One episode of a run.

    Attributes:
        index: counts from 0.
        score: of the scorer; None where the run ended before it.
        data: from its recording; None without one.
    """

    index: int
    score: Score | None
    data: EpisodeData | None

    @property
    def outcome(self) -> str:
        """How it ended, one of `outcomes.OUTCOMES`."""
        if self.score is not None:
            return self.score.outcome
        return self.data.outcome if self.data is not None else 'aborted'


@dataclass(frozen=True)
class Run:
    """A run as its folder tells it.

    Attributes:
        folder: of the run.
        info: what it was.
        episodes: by index.
        contract: of the checkpoint that drove; None where the recordings hold none.
        notes: sentences about what is missing or could not be read.
    """

    folder: Path
    info: RunInfo
    episodes: tuple[RunEpisode, ...]
    contract: Contract | None
    notes: tuple[str, ...]


def read_run(folder: Path) -> Run:
    """Read everything of a run.

    Raises:
        RunError: no such folder, nothing of a run in it, or a run.json that is not understood.
    """
    if not folder.is_dir():
        raise RunError(f'there is no folder {folder}; give the folder of a run')
    files = sorted(folder.glob(RECORDINGS))
    has_info = (folder / RUN_FILE).exists()
    if not files and not has_info:
        raise RunError(f'{folder} holds neither {RUN_FILE} nor {RECORDINGS}: it is no run')
    notes: list[str] = []
    recorded = _read_recordings(files, notes)
    info = RunInfo.read(folder) if has_info else _guess(recorded, notes)
    contract = _read_contract(recorded, notes)
    return Run(folder, info, _matched(info, recorded, notes), contract, tuple(notes))


def _read_recordings(files: Sequence[Path], notes: list[str]) -> list[EpisodeData]:
    found = []
    for path in files:
        data = _read_one(path, notes)
        if data is not None:
            found.append(data)
            notes += [f'{path.name}: {loss}' for loss in data.losses]
    return found


def _read_one(path: Path, notes: list[str]) -> EpisodeData | None:
    try:
        return read_episode(path)
    except (RecordingError, RunError) as error:
        notes.append(str(error).replace(str(path), path.name))
        return None


def _guess(recorded: Sequence[EpisodeData], notes: list[str]) -> RunInfo:
    """Put together what the recordings say where run.json is missing."""
    notes.append(f'{RUN_FILE} is missing; what follows comes from the recordings alone')
    contract = _read_contract(recorded, [])
    first = recorded[0] if recorded else None
    return RunInfo(
        robot=contract.robot if contract else '',
        policy=contract.policy if contract else '',
        checkpoint='',
        scenario=first.scenario if first else '',
        seed=first.seed if first else 0,
        episodes=tuple(each.score for each in recorded if each.score is not None),
    )


def _read_contract(recorded: Sequence[EpisodeData], notes: list[str]) -> Contract | None:
    for data in recorded:
        if data.contract:
            try:
                return contract_from_mapping(parse_yaml(data.contract))
            except ContractError as error:
                notes.append(f'the contract in {data.path.name} cannot be read: {error}')
                return None
    return None


def _matched(
    info: RunInfo, recorded: Sequence[EpisodeData], notes: list[str]
) -> tuple[RunEpisode, ...]:
    """Bring scores and recordings together by the index of the episode."""
    scores = {score.index: score for score in info.episodes}
    data: dict[int, EpisodeData] = {}
    for each in recorded:
        index = each.index
        if index < 0:
            named = re.fullmatch(RECORDING_NAME, each.path.name)
            index = int(named[1]) if named else -1
            notes.append(f'{each.path.name} does not say which episode it holds')
        if index < 0 or index in data:
            index = max([*data, *scores, -1]) + 1
            notes.append(f'{each.path.name} is counted as episode {index}')
        data[index] = each
    return tuple(
        RunEpisode(
            index,
            scores.get(index) or (data[index].score if index in data else None),
            data.get(index),
        )
        for index in sorted({*scores, *data})
    )
