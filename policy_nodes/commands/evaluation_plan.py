"""What `policy-stack eval turtlebot` is asked to do, refused here where it cannot be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_nodes.commands.evaluation_names import check_device, check_known, names_of
from policy_nodes.commands.refusals import Refusal
from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.share import robot_file
from policy_nodes.evaluation.crowd_scenarios import KNOWN, RECORDED, draw_episodes
from policy_nodes.evaluation.episode_blocks import Entry, Setup, Through
from policy_nodes.evaluation.eyes import EYES
from policy_nodes.policies.loading import POLICIES, Learned, load_policy
from policy_nodes.simulation.crowd.recorded import read_recording
from policy_nodes.simulation.crowd.recorded_text import UnreadableRecordingError
from policy_nodes.simulation.crowd.scenario import SCENARIOS

ROBOT = 'turtlebot'
THROUGH: tuple[Through, ...] = ('policy', 'robot', 'lidar')
ALL = 'all'


@dataclass(frozen=True)
class Plan:
    """A comparison that can be driven.

    Attributes:
        setup: how.
        entries: policies and scenarios, in the order of the table.
        checkpoints: those that serve, by policy and scenario.
    """

    setup: Setup
    entries: tuple[Entry, ...]
    checkpoints: dict[tuple[str, str], Checkpoint]


def make_plan(
    *,
    policies: str,
    scenarios: str,
    episodes: int,
    seed: int,
    checkpoint: str | None,
    people: Path | None,
    through: str,
    safety: bool,
    device: str,
    traced: bool,
) -> Plan:
    """Check everything that a comparison needs, before anything of it runs.

    Arguments are those of the command.

    Raises:
        Refusal: an unknown name, which lists the known ones, or things that do not go together.
        ContractError: a checkpoint that cannot be used.
    """
    check_known('way through', [through], THROUGH)
    named = names_of('policy', policies, tuple(POLICIES), {ALL: tuple(POLICIES)})
    places = names_of('scenario', scenarios, KNOWN, {ALL: tuple(SCENARIOS)})
    if through == 'policy' and not safety:
        raise Refusal('only --through robot has a safety controller that --no-safety takes out')
    if through != 'policy' and device.startswith('cuda'):
        raise Refusal('the whole robot drives on the CPU; leave --device out')
    check_device(device)
    _check_people(people, places, seed)
    learned = [name for name in named if isinstance(POLICIES[name], Learned)]
    if checkpoint is not None and not learned:
        raise Refusal(
            f'none of {", ".join(named)} has weights, so --checkpoint {checkpoint} is for none; '
            'leave it out, or choose a policy that has weights'
        )
    entries, checkpoints = [], {}
    interface = RobotInterface.read(robot_file(ROBOT))
    for place in places:
        for name in named:
            given = checkpoint if name in learned else None
            loaded = load_policy(name, place, given)
            loaded.require(interface)
            folder = None
            if loaded.checkpoint is not None:
                folder = loaded.checkpoint.folder
            for eyes in EYES if through == 'lidar' else ('',):
                entry = Entry(name, place, folder, eyes)
                entries.append(entry)
                if loaded.checkpoint is not None:
                    checkpoints[entry.name, place] = loaded.checkpoint
    setup = Setup(
        seed=seed,
        episodes=episodes,
        through=next(way for way in THROUGH if way == through),
        safety=safety,
        people=people,
        device=device,
        traced=traced,
    )
    return Plan(setup, tuple(entries), checkpoints)


def _check_people(people: Path | None, scenarios: Sequence[str], seed: int) -> None:
    if RECORDED not in scenarios:
        if people is not None:
            raise Refusal(f'--people is for --scenario {RECORDED}; give both or none')
        return
    if people is None:
        raise Refusal(
            f'--scenario {RECORDED} needs --people FOLDER, with the obsmat.txt of a recording'
        )
    try:
        draw_episodes(RECORDED, seed, 0, 1, read_recording(people))
    except UnreadableRecordingError as error:
        raise Refusal(str(error)) from error
