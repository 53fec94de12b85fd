"""One kind of fault: what is done, how fast the robot has to stop, and what it has to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from policy_nodes.evaluation.faults.bench import Bench

End = Callable[[], None]
Begin = Callable[['Bench', 'random.Random'], End]


class Onset(Enum):
    """From when on the time to stop counts."""

    BEGUN = 'begun'  # the fault was set in
    DAMAGED = 'damaged'  # the first damaged message went out
    SILENT = 'silent'  # the last sound message went out


@dataclass(frozen=True)
class Fault:
    """One kind of fault.

    Attributes:
        name: of the row of figures.
        behaviour: row of the design, such as S4.
        sentence: what happens, in words.
        begin: sets it in; returns what takes it away again.
        reasons: codes, one of which has to be given; none where nothing has to be said.
        onset: from when on time counts.
        stream: relay that says when damage began; empty where none does.
        timeout: of the behaviour [s]; the stop begins within it and one period.
        lasts: how long it stands [s].
        stops: the robot has to stop; else its limits only have to hold, and a reason be given.
        stands: the stop ends in standing; else the robot may still turn away.
        latches: only a reset leads out of it.
        holds: as long as it stands, a reset has to be refused.
        heals: time that the graph needs afterwards before motion can be expected [s].
    """

    name: str
    behaviour: str
    sentence: str
    begin: Begin
    reasons: frozenset[str]
    onset: Onset = Onset.BEGUN
    stream: str = ''
    timeout: float = 0.0
    lasts: float = 1.0
    stops: bool = True
    stands: bool = True
    latches: bool = False
    holds: bool = False
    heals: float = 10.0
