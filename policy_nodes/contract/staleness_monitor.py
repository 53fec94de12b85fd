"""Which terms are too old to act on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policy_nodes.contract.contract import Contract
from policy_nodes.contract.errors import ContractError, suggest
from policy_nodes.contract.vocabulary import OWN_STATE


@dataclass(frozen=True)
class StaleTerm:
    """One term that must not be acted on.

    Attributes:
        name: name of the term.
        reason: ``missing``, ``stamp`` (acquired too long ago), ``arrival`` (received too long
            ago) or ``future`` (stamped ahead of the clock).
        age_s: age by that measure [s]; infinite where it never came, negative in the future.
        bound_s: greatest age allowed [s]; infinite for a term that only has to be there.
    """

    name: str
    reason: str
    age_s: float
    bound_s: float

    def __str__(self) -> str:
        """Give one sentence."""
        said = {
            'missing': 'never received',
            'stamp': f'acquired {self.age_s:.3f} s ago',
            'arrival': f'received {self.age_s:.3f} s ago',
            'future': f'stamped {-self.age_s:.3f} s ahead of the clock',
        }[self.reason]
        return f'{self.name}: {said}, allowed {self.bound_s:g} s'


class StalenessMonitor:
    """Watches the age of every term by two clocks.

    By stamp, on the node clock: a source that goes on sending old data is found. By arrival, on a
    steady clock: a source that fell silent is found even when the node clock stands still or
    jumps. A stamp further ahead of the node clock than the bound is no fresher than a stale one.

    Args:
        bounds: greatest age of each term [s]; None for a term that only has to be there.
    """

    def __init__(self, bounds: Mapping[str, float | None]) -> None:
        self._bounds = dict(bounds)
        self._seen: dict[str, tuple[int, float]] = {}

    @classmethod
    def of(cls, contract: Contract) -> StalenessMonitor:
        """Watch all terms of a contract that come from the robot."""
        return cls(
            {
                term.name: term.stale_after_s
                for term in contract.observations
                if term.source != OWN_STATE
            }
        )

    def arrived(self, term: str, stamp_ns: int, steady_s: float) -> None:
        """Note a sample: its stamp [ns, node clock] and when it came [s, steady clock].

        Raises:
            ContractError: a term that is not watched.
        """
        if term not in self._bounds:
            raise ContractError(f'{term!r} is not watched', remedy=suggest(term, self._bounds))
        self._seen[term] = (stamp_ns, steady_s)

    def forget(self, terms: Iterable[str] | None = None) -> None:
        """Count terms as never received, all of them unless named: an episode starts."""
        for term in list(self._seen) if terms is None else terms:
            self._seen.pop(term, None)

    def stale(self, now_ns: int, steady_s: float) -> list[StaleTerm]:
        """List the terms that must not be acted on now, in the order of the bounds."""
        found = (self._judge(term, now_ns, steady_s) for term in self._bounds)
        return [term for term in found if term is not None]

    def oldest_age_s(self, now_ns: int) -> float:
        """Give the greatest age by stamp of the terms that have a bound [s]; 0 where none came."""
        ages = [
            (now_ns - stamp_ns) * 1e-9
            for term, (stamp_ns, _) in self._seen.items()
            if self._bounds[term] is not None
        ]
        return max(ages, default=0.0)

    def _judge(self, term: str, now_ns: int, steady_s: float) -> StaleTerm | None:
        bound = self._bounds[term]
        allowed = float('inf') if bound is None else bound
        if term not in self._seen:
            return StaleTerm(term, 'missing', float('inf'), allowed)
        stamp_ns, arrival_s = self._seen[term]
        by_stamp, by_arrival = (now_ns - stamp_ns) * 1e-9, steady_s - arrival_s
        if by_stamp > allowed:
            return StaleTerm(term, 'stamp', by_stamp, allowed)
        if by_stamp < -allowed:
            return StaleTerm(term, 'future', by_stamp, allowed)
        # Written so that a steady time that is NaN counts as stale.
        if not by_arrival <= allowed:
            return StaleTerm(term, 'arrival', by_arrival, allowed)
        return None
