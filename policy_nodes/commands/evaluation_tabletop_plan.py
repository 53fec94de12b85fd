"""What `policy-stack eval panda` is asked to do, refused here where it cannot be done."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.commands.evaluation_names import check_device, check_known, names_of
from policy_nodes.commands.refusals import Refusal
from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.share import robot_file
from policy_nodes.evaluation.tabletop_blocks import TabletopEntry, TabletopSetup
from policy_nodes.evaluation.tabletop_conditions import CONDITIONS, USUAL
from policy_nodes.evaluation.tabletop_driver import ROBOT
from policy_nodes.evaluation.tabletop_players import EXPERT
from policy_nodes.evaluation.tabletop_summary import GROUPS
from policy_nodes.policies.manipulation import MANIPULATION, load_manipulation
from policy_nodes.simulation.tabletop.tasks.registry import TASKS
from policy_nodes.training.seeds import TRAINING_SEED

THROUGH = ('policy', 'robot')
POLICIES = (*MANIPULATION, EXPERT)


@dataclass(frozen=True)
class TabletopPlan:
    """An evaluation that can be driven.

    Attributes:
        setup: how.
        entries: policies at tasks under conditions, in the order of the rows.
        checkpoints: those that serve, by policy.
    """

    setup: TabletopSetup
    entries: tuple[TabletopEntry, ...]
    checkpoints: dict[str, Checkpoint]


def make_tabletop_plan(
    *,
    policies: str,
    tasks: str,
    episodes: int,
    seeds: str,
    checkpoint: str | None,
    through: str,
    robustness: bool,
    device: str,
) -> TabletopPlan:
    """Check everything that an evaluation needs, before anything of it runs.

    Arguments are those of the command.

    Raises:
        Refusal: an unknown name, which lists the known ones, or things that do not go together.
        ContractError: a checkpoint that cannot be used.
    """
    check_known('way through', [through], THROUGH)
    named = names_of('policy', policies, POLICIES, {'all': POLICIES})
    every = {'all': tuple(TASKS), **GROUPS}
    chosen = names_of('task', tasks, tuple(TASKS), every)
    check_device(device)
    setup = TabletopSetup(
        seeds=_seeds(seeds),
        episodes=episodes,
        through='robot' if through == 'robot' else 'policy',
        device=device,
    )
    learned = [name for name in named if name != EXPERT]
    if checkpoint is not None and len(learned) != 1:
        raise Refusal(
            f'--checkpoint {checkpoint} is for one policy that has weights, and --policy names '
            f'{", ".join(learned) or "none"}; name one'
        )
    checkpoints = {}
    for name in learned:
        loaded = load_manipulation(name, checkpoint)
        loaded.require(RobotInterface.read(robot_file(ROBOT)))
        checkpoints[name] = loaded.checkpoint
    folders = {name: found.folder for name, found in checkpoints.items()}
    entries = tuple(
        TabletopEntry(name, task, condition, folders.get(name))
        for condition in (CONDITIONS if robustness else (USUAL,))
        for task in chosen
        for name in named
    )
    return TabletopPlan(setup, entries, checkpoints)


def _seeds(given: str) -> tuple[int, ...]:
    """Read a list with commas; a seed that is given twice counts once."""
    words = [word.strip() for word in given.split(',')]
    for word in words:
        if not word.isdecimal():
            raise Refusal(f'{word!r} is no seed; give whole numbers with commas, such as 1,2,3')
        if int(word) >= TRAINING_SEED:
            raise Refusal(
                f'seed {word} is one that policies are trained with; give seeds below '
                f'{TRAINING_SEED}'
            )
    return tuple(dict.fromkeys(map(int, words)))
