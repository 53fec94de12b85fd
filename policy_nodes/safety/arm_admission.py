"""Whether a chunk can be looked at at all; it is refused whole, before any clamp."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from policy_nodes.contract.samples import ActionChunkSample, JointStateSample
from policy_nodes.safety.admission import refuse_names, refuse_values
from policy_nodes.safety.finding import Finding
from policy_nodes.safety.parameters.arm_streams import ChunkParameters
from policy_nodes.safety.reasons import Reason

KIND = 'position'


def refuse_chunk(
    chunk: ActionChunkSample, names: Sequence[str], given: ChunkParameters, source: str
) -> Finding | None:
    """Say what is wrong with the content of a chunk.

    Args:
        chunk: proposal.
        names: joints of the robot, in its order.
        given: what counts as sound.
        source: where it came from.

    Returns:
        None if it holds finite positions of these joints, in rows of a permitted rate.
    """
    if chunk.kind != KIND:
        return Finding(Reason.PROPOSAL_KIND, source, f'Got {chunk.kind!r}, wanted {KIND!r}.')
    found = refuse_names(chunk.names, names, source)
    if found is not None:
        return found
    if not (math.isfinite(chunk.dt) and given.min_dt <= chunk.dt <= given.max_dt):
        words = f'Rows {chunk.dt:g} s apart, wanted {given.min_dt:g} to {given.max_dt:g} s.'
        return Finding(Reason.PROPOSAL_TIMING, source, words)
    if not 1 <= chunk.horizon <= given.max_horizon:
        words = f'{chunk.horizon} rows, wanted 1 to {given.max_horizon}.'
        return Finding(Reason.PROPOSAL_TIMING, source, words)
    wanted = (chunk.horizon, len(names))
    shape = np.shape(chunk.values)
    if not isinstance(chunk.values, np.ndarray) or shape != wanted:
        return Finding(Reason.PROPOSAL_SHAPE, source, f'Got {shape}, wanted {wanted}.')
    return refuse_values(chunk.values.reshape(-1), chunk.values.size, source)


def refuse_opening(opening: float, source: str) -> Finding | None:
    """Say what is wrong with an opening of the gripper; None if it is from 0 to 1."""
    if not math.isfinite(opening):
        return Finding(Reason.PROPOSAL_NOT_FINITE, source, f'Got {opening}.')
    if not 0.0 <= opening <= 1.0:
        words = f'Got {opening:g}, wanted 0 closed to 1 open.'
        return Finding(Reason.POSITION_LIMIT, source, words)
    return None


def damage_of_joint_state(state: JointStateSample, names: Sequence[str]) -> str:
    """Say what is wrong with measured joints, in words; empty if nothing is."""
    if len(set(state.names)) != len(state.names):
        return 'a joint twice'
    absent = [name for name in names if name not in state.names]
    if absent:
        return f'without {", ".join(absent)}'
    wanted = (len(state.names),)
    for values in (state.position, state.velocity):
        if not isinstance(values, np.ndarray) or values.dtype.kind not in 'fiu':
            return 'values that are no real numbers'
        if values.shape != wanted:
            return f'shape {values.shape} for {len(state.names)} joints'
        if not np.isfinite(values).all():
            return 'values that are not finite'
    return ''
