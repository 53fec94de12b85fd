"""Whether a proposal may be looked at at all; it is refused whole, before any clamp.

Clamping must come later: `numpy.clip` hands NaN through and `numpy.fmin` hides it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import TwistSample
from policy_nodes.safety.finding import Finding
from policy_nodes.safety.reasons import Reason

Floats = NDArray[np.float64]


def refuse_values(values: object, size: int, source: str) -> Finding | None:
    """Say what is wrong with the values of a proposal.

    Args:
        values: what should be (size,) finite real numbers.
        size: number of axes.
        source: where they came from.

    Returns:
        None if nothing is wrong.
    """
    array = values if isinstance(values, np.ndarray) else None
    if array is None or array.dtype.kind not in 'fiu' or array.shape != (size,):
        return Finding(Reason.PROPOSAL_SHAPE, source, f'Got {_form(values)}, wanted ({size},).')
    wild = ~np.isfinite(array)
    if wild.any():
        places = ', '.join(str(place) for place in np.flatnonzero(wild)[:8])
        return Finding(Reason.PROPOSAL_NOT_FINITE, source, f'Not finite at index {places}.')
    return None


def refuse_names(names: Sequence[str], expected: Sequence[str], source: str) -> Finding | None:
    """Say what is wrong with the axis names of a proposal.

    Args:
        names: as proposed.
        expected: of the robot, in its order.
        source: where they came from.

    Returns:
        None if they are the expected ones in the expected order.
    """
    if list(names) == list(expected):
        return None
    doubled = sorted({name for name in names if list(names).count(name) > 1})
    if doubled:
        detail = f'Twice: {", ".join(doubled)}.'
    elif sorted(names) == sorted(expected):
        return Finding(Reason.PROPOSAL_ORDER, source, f'Wanted {", ".join(expected)}.')
    else:
        unknown = sorted(set(names) - set(expected))
        absent = sorted(set(expected) - set(names))
        detail = (
            f'Unknown: {", ".join(unknown) or "none"}; missing: {", ".join(absent) or "none"}.'
        )
    return Finding(Reason.PROPOSAL_NAMES, source, detail)


def refuse_twist(twist: TwistSample, frame: str, source: str) -> Finding | None:
    """Say what is wrong with a proposed twist of a base that drives and turns.

    Args:
        twist: proposal.
        frame: the only frame that is taken.
        source: where it came from.

    Returns:
        None if it is finite, of the right shape and frame, and moves along x and about z only.
    """
    for values in (twist.linear, twist.angular):
        found = refuse_values(values, 3, source)
        if found is not None:
            return found
    if twist.frame != frame:
        return Finding(Reason.PROPOSAL_FRAME, source, f'Got {twist.frame!r}, wanted {frame!r}.')
    others = (*twist.linear[1:], *twist.angular[:2])
    for name, value in zip(
        ('linear.y', 'linear.z', 'angular.x', 'angular.y'), others, strict=True
    ):
        if value != 0:
            return Finding(Reason.PROPOSAL_AXIS, source, f'{name} is {value:g}.')
    return None


def _form(values: object) -> str:
    if isinstance(values, np.ndarray):
        return f'{values.dtype} {values.shape}'
    return type(values).__name__
