"""How a report puts what an arm did into words."""

from __future__ import annotations

import math

from policy_nodes.evaluation.outcomes import TASK_WORDS
from policy_nodes.evaluation.report.words import decimal
from policy_nodes.evaluation.tabletop_record import EpisodeRecord, KeyStep
from policy_nodes.motion.outcome import OutcomeState

STATES = {
    OutcomeState.ACCEPTED: 'under way at the end',
    OutcomeState.REACHED: 'reached',
    OutcomeState.REFUSED: 'refused',
    OutcomeState.ABORTED: 'given up on the way',
}
_CLOSED = 0.5  # openings below count as closed


def end_of(record: EpisodeRecord) -> str:
    """Say how an episode ended."""
    return TASK_WORDS.get(record.outcome, record.outcome)


def result_of(step: KeyStep) -> str:
    """Say what became of a key pose."""
    return STATES[step.state]


def went_well(step: KeyStep) -> bool:
    """Whether the arm went there, or was going when the episode ended."""
    return step.state in (OutcomeState.REACHED, OutcomeState.ACCEPTED)


def place_of(step: KeyStep) -> str:
    """Write the position of a key pose [m]."""
    return ', '.join(f'{value:.3f}' for value in step.key_pose.position)


def hand_of(step: KeyStep) -> str:
    """Say what the hand is to do."""
    return 'closed' if step.key_pose.gripper < _CLOSED else 'open'


def thought_of(step: KeyStep) -> str:
    """Write how long the policy thought."""
    known = math.isfinite(step.inference_ms)
    return decimal(step.inference_ms if known else None, 0, 'ms')


def task_of(record: EpisodeRecord) -> str:
    """Name the task with its variation."""
    if not record.task:
        return 'an unknown task'
    return f'{record.task}/{record.variation}' if record.variation >= 0 else record.task
